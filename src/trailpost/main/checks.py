"""What must hold before a role starts; each failure is one line that says how to mend it."""

from __future__ import annotations

import asyncio
import time
from importlib import resources
from urllib.parse import urlsplit

from redis.exceptions import AuthenticationError, RedisClusterException, RedisError

from trailpost import db, stream
from trailpost.base import log
from trailpost.base.errors import StartupError, Unavailable
from trailpost.main import store

_log = log.get(__name__)

OLDEST_POSTGRES = 150_000
# How long a server that is just starting is waited for: one elsewhere, one of our own.
PATIENCE = 3.0
PATIENCE_EMBEDDED = 60.0
REDIS_AWAY = (Unavailable, RedisError, RedisClusterException, OSError)
# Words of the problems with which no role may start: events would vanish, or never be written.
OLD_REDIS, EVICTING_REDIS = "newer is needed", "maxmemory-policy"


def one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def address(url: str) -> str:
    """The URL without user and password, for messages."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if parts.scheme else "the given connection string"


def newest_revision() -> str:
    """The revision of the newest migration file. Alembic says the same, but takes 50 MB to load."""
    files = resources.files("trailpost.db.migrations.versions").iterdir()
    return max(f.name[:4] for f in files if f.name.endswith(".py") and f.name[:4].isdigit())


async def connect_postgres(url: str, patience: float = PATIENCE) -> db.Connection:
    """A connection to a server that is new enough."""
    end = time.monotonic() + patience
    while True:
        try:
            conn = await db.connect(url)
            break
        except db.Error as e:
            if time.monotonic() > end or not _may_come(e):
                raise StartupError(
                    f"cannot reach PostgreSQL at {address(url)} ({one_line(e)}): start it, or mend "
                    "TRAILPOST_DATABASE_URL"
                ) from e
            await asyncio.sleep(0.05)
    facts = await store.server_facts(conn)
    if facts.version_number < OLDEST_POSTGRES:
        await conn.close()
        raise StartupError(
            f"PostgreSQL {facts.version} at {address(url)} is too old: 15 or newer is needed"
        )
    return conn


def _may_come(error: db.Error) -> bool:
    """A server that starts refuses or hangs up; a wrong name or password stays wrong."""
    text = str(error)
    wrong = ("does not exist", "authentication failed", "no password", "resolve host", "invalid ")
    starting = ".s.PGSQL" in text
    return db.is_away(error) and (starting or not any(word in text for word in wrong))


async def check_migrated(conn: db.Connection) -> None:
    found, wanted = await store.revision(conn), newest_revision()
    # A newer schema serves an older program during an upgrade of many machines.
    if found is None or found < wanted:
        raise StartupError(
            f"the database is at revision {found or 'none'} and this program needs {wanted}: "
            "run `trailpost migrate`"
        )


async def check_postgres(url: str) -> None:
    """Reachable, new enough, migrated."""
    conn = await connect_postgres(url)
    async with conn:
        await check_migrated(conn)


async def check_redis(url: str, patience: float = PATIENCE) -> None:
    """Reachable, new enough, and set to keep what it is given."""
    client = redis_client(url)
    try:
        await _reach_redis(client, url, patience)
        problems = await stream.check_durability(client)
    finally:
        await client.aclose()
    _refuse(problems, url)


async def refuse_forgetful_redis(url: str) -> None:
    """For the web server: a Redis that is away is no reason not to start, the spool stands in."""
    client = redis_client(url)
    try:
        await client.ping()
        problems = await stream.check_durability(client)
    except REDIS_AWAY as e:
        _log.warning("Redis is away; events go to the spool", reason=one_line(e))
        return
    finally:
        await client.aclose()
    _refuse(problems, url)


def redis_client(url: str) -> stream.Client:
    try:
        return stream.connect(url)
    except ValueError as e:
        raise StartupError(f"TRAILPOST_REDIS_URL is wrong: {one_line(e)}") from e


async def _reach_redis(client: stream.Client, url: str, patience: float) -> None:
    end = time.monotonic() + patience
    while True:
        try:
            await client.ping()
            return
        except REDIS_AWAY as e:
            if time.monotonic() > end or isinstance(e, AuthenticationError):
                raise StartupError(
                    f"cannot reach Redis at {address(url)} ({one_line(e)}): start it, or mend "
                    "TRAILPOST_REDIS_URL"
                ) from e
        await asyncio.sleep(0.05)


def _refuse(problems: list[str], url: str) -> None:
    """Refuse a Redis that may throw events away; warn of one that may lose the last second."""
    for problem in problems:
        if OLD_REDIS in problem or EVICTING_REDIS in problem:
            raise StartupError(f"Redis at {address(url)}: {problem}")
        _log.warning("Redis is less than durable", problem=problem)
