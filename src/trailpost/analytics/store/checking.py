"""Everything the ledger and the streams say at this moment, to see whether it adds up."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from trailpost import db, stream
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings


class WholeLedger(msgspec.Struct, frozen=True, kw_only=True):
    received: int
    stored: int
    duplicate: int
    rejected: int
    dead_lettered: int
    erased: int
    written_total: int
    missing: int
    wrong_minutes: int
    """Rows that do not add up by themselves, whatever the sums say."""
    first_wrong: datetime | None


_SQL = "trailpost.analytics.reports"
_LEDGER_EVERYTHING = db.query(_SQL, "ledger_everything", WholeLedger)
_LEDGER_ISSUES_EVERYTHING = db.query(_SQL, "ledger_issues_everything", WholeLedger)


async def whole_ledger(conn: db.Connection, kind: stream.Kind = "events") -> WholeLedger:
    asked = _LEDGER_EVERYTHING if kind == "events" else _LEDGER_ISSUES_EVERYTHING
    found = await db.fetch_one(conn, asked, WholeLedger)
    assert found is not None  # sums over nothing are a row too
    return found


async def counted(settings: Settings, kind: stream.Kind = "events") -> int | None:
    """What ingest counted in all streams of a kind; None when Redis cannot be asked."""
    if not settings.redis_url:
        return None
    redis = stream.connect(settings.redis_url)
    try:
        return sum(one.total for one in await stream.backlog(redis, settings.streams, kind))
    except Unavailable:
        return None
    finally:
        await redis.aclose()


def spooled(settings: Settings, kind: stream.Kind = "events") -> int:
    """What this machine's spool holds of a kind."""
    found = stream.spooled(Path(settings.data) / "spool")
    return found.events if kind == "events" else found.occurrences
