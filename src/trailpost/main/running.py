"""DIR/trailpost.json: how scripts and the other commands find the server that runs in a folder."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import msgspec

from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings


class Running(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    url: str
    database_url: str
    redis_url: str
    ingest_key: str
    admin_email: str
    admin_password: str | None = None
    """The first one, until it is changed."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What `trailpost prepare` tells the supervisor: one line of JSON on standard output."""

    ingest_key: str
    admin_email: str
    admin_password: str | None
    """Only when this very start made the first administrator."""


def path_of(data: Path) -> Path:
    return data / "trailpost.json"


def read(data: Path) -> Running | None:
    try:
        return msgspec.json.decode(path_of(data).read_bytes(), type=Running)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None
    except PermissionError as e:
        raise StartupError(f"{path_of(data)} belongs to another user; run this as that user") from e


def write(data: Path, running: Running) -> None:
    """Whole or not at all, and for its owner's eyes only: it holds the password."""
    partial = path_of(data).with_suffix(f".{os.getpid()}.tmp")
    partial.unlink(missing_ok=True)
    fd = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as out:
        out.write(msgspec.json.format(msgspec.json.encode(running), indent=2) + b"\n")
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path_of(data))


def is_served(data: Path) -> bool:
    """Whether a `trailpost serve` holds the folder now."""
    try:
        fd = os.open(data / "serve.lock", os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def with_servers(settings: Settings) -> Settings:
    """The settings with both server URLs: the given ones, else those of the folder's server."""
    return _filled(settings) if settings.embedded else settings


def with_database(settings: Settings) -> Settings:
    """The same for a command that needs PostgreSQL only."""
    return settings if settings.database_url else _filled(settings)


def _filled(settings: Settings) -> Settings:
    found = read(Path(settings.data))
    if found is None:
        raise StartupError(
            f"no server has been started in {settings.data}: run `trailpost serve`, name its "
            "folder with --data, or set TRAILPOST_DATABASE_URL and TRAILPOST_REDIS_URL"
        )
    if not is_served(Path(settings.data)):
        raise StartupError(
            f"trailpost is not running on {settings.data}: run `trailpost serve`, or set "
            "TRAILPOST_DATABASE_URL and TRAILPOST_REDIS_URL"
        )
    keyless = settings.keyless_project
    return msgspec.structs.replace(
        settings,
        database_url=settings.database_url or found.database_url,
        redis_url=settings.redis_url or found.redis_url,
        keyless_project="default" if keyless is None else keyless,
    )
