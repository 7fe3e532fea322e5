"""What load balancers and monitoring ask: does it live, is it ready, what does it measure."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import Parameter
from litestar.types import ControllerRouterHandler
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from trailpost import access, db, stream
from trailpost.base.settings import Settings
from trailpost.main import store
from trailpost.main.checks import newest_revision, one_line

# A probe must answer before the one who asks gives up, and that is often after a second or two.
_PATIENCE = 1.0

_INGEST_PARTS = ("spool", "keys")


class Health(msgspec.Struct, frozen=True):
    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct, frozen=True):
    ready: bool
    """Every part is ok."""
    ingest: bool
    """Events are taken and kept, whatever the other parts do."""
    parts: dict[str, str]
    """postgres, redis, spool, migrations, keys: `ok`, or why not and what that means."""


@get("/healthz", tags=["Health"], sync_to_thread=False)
def healthz() -> Health:
    """The process lives."""
    return Health()


@get("/readyz", tags=["Health"], responses=None)
async def readyz(
    pool: NamedDependency[db.Pool],
    publisher: NamedDependency[stream.Publisher],
    keys: NamedDependency[access.KeyDirectory],
    role: Annotated[
        Literal["all", "ingest"],
        Parameter(description="`ingest`: answer 200 as long as events are taken"),
    ] = "all",
) -> Response[Readiness]:
    """Each part, `ok` or why not. 503 when one is not; with `role=ingest` only when events are
    refused, so that a load balancer keeps sending them while the database is away."""
    postgres, migrations = await _database(pool)
    status = publisher.status()
    parts = {
        "postgres": postgres,
        "redis": _redis(status),
        "spool": _spool(status),
        "migrations": migrations,
        "keys": _keys(keys),
    }
    ready = all(part == "ok" for part in parts.values())
    ingest = all(parts[name] == "ok" for name in _INGEST_PARTS)
    fine = ready if role == "all" else ingest
    return Response(Readiness(ready, ingest, parts), status_code=200 if fine else 503)


@get("/metrics", tags=["Health"], media_type=MediaType.TEXT, sync_to_thread=False)
def metrics() -> Response[bytes]:
    """This process's figures in the Prometheus text format."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def routes(_: Settings) -> list[ControllerRouterHandler]:
    return [healthz, readyz, metrics]


async def _database(pool: db.Pool) -> tuple[str, str]:
    """Of PostgreSQL and of its migrations."""
    try:
        async with asyncio.timeout(_PATIENCE), pool.connection(_PATIENCE) as conn:
            await store.ping(conn)
            found, wanted = await store.revision(conn), newest_revision()
    except (db.Error, TimeoutError) as e:
        away = f"away ({one_line(e)}); events are still taken, pages and reports are not answered"
        return away, "unknown while PostgreSQL is away"
    if found is None or found < wanted:
        return "ok", f"at {found or 'none'}, {wanted} is needed: run `trailpost migrate`"
    return "ok", "ok"


def _redis(status: stream.PublisherStatus) -> str:
    if status.redis == "ok":
        return "ok"
    return f"away ({status.redis}); events are still taken, into the spool"


def _spool(status: stream.PublisherStatus) -> str:
    """With Redis there, events are taken whatever state the spool is in."""
    if status.spool == "ok" or status.redis == "ok":
        return "ok"
    return (
        f"{status.spool} ({status.spooled_events} events); events are refused until Redis is back"
    )


def _keys(keys: access.KeyDirectory) -> str:
    return "ok" if keys.projects else "not loaded yet; events are refused until PostgreSQL is back"
