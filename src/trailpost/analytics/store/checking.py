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


_LEDGER_EVERYTHING = db.query("trailpost.analytics.reports", "ledger_everything", WholeLedger)


async def whole_ledger(conn: db.Connection) -> WholeLedger:
    found = await db.fetch_one(conn, _LEDGER_EVERYTHING, WholeLedger)
    assert found is not None  # sums over nothing are a row too
    return found


async def counted(settings: Settings) -> int | None:
    """What ingest counted in all streams; None when Redis cannot be asked."""
    if not settings.redis_url:
        return None
    redis = stream.connect(settings.redis_url)
    try:
        return sum(one.total for one in await stream.backlog(redis, settings.streams))
    except Unavailable:
        return None
    finally:
        await redis.aclose()


def spooled(settings: Settings) -> int:
    """Events in this machine's spool."""
    return stream.spooled(Path(settings.data) / "spool").events
