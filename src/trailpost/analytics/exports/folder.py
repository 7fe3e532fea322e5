"""The server's folder of exports: files that jobs made, until their time is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from trailpost.analytics.exports.output import cannot_write
from trailpost.analytics.rules.exports import KEPT
from trailpost.analytics.wire import Format
from trailpost.base.settings import Settings

# Whoever writes a file does so all the time.
_STALE = timedelta(hours=6)


def folder(settings: Settings) -> Path:
    return Path(settings.data) / "exports"


def place(settings: Settings, job: UUID, attempt: int, form: Format) -> Path:
    """Of one attempt: one that was thought dead never writes over what another has made.

    Raises CannotWrite.
    """
    where = folder(settings)
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as e:
        raise cannot_write(where, e) from e
    return where / f"{job}-{attempt}.{form}"


def kept(settings: Settings) -> timedelta:
    """A week, or less when the job is forgotten sooner."""
    return min(KEPT, timedelta(days=settings.job_retention_days))


def delete_old(settings: Settings, now: datetime) -> int:
    """Files past their time, and what killed workers left; returns how many."""
    return sum(
        _delete(path, now - (_STALE if path.suffix == ".part" else kept(settings)))
        for path in folder(settings).glob("*")
    )


def _delete(path: Path, before: datetime) -> bool:
    """Another worker may do the same at the same time."""
    try:
        if path.stat().st_mtime >= before.timestamp():
            return False
        path.unlink()
    except FileNotFoundError:
        return False
    return True
