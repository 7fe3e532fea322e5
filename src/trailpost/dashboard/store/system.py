"""What the system's own page shows beside reports: queues, storage, streams, spool."""

from __future__ import annotations

from pathlib import Path

from trailpost import db, jobs, stream
from trailpost.analytics import ReportAnswer
from trailpost.base.errors import Unavailable
from trailpost.dashboard.rules.system import Known, Relation
from trailpost.dashboard.store.asking import Sources, balance

_STORAGE = db.query("trailpost.dashboard.sql", "storage", Relation)


async def known(sources: Sources, ledger: ReportAnswer) -> Known:
    """`ledger`: the report of the period that is shown."""
    async with db.transaction(sources.pool) as conn:
        relations = await db.fetch(conn, _STORAGE, Relation)
        queues = await jobs.figures(conn)
    totals = ledger.parts["totals"][0]
    return Known(
        totals=totals,
        balance=await balance(sources, totals),
        streams=await _streams(sources),
        spool=stream.spooled(Path(sources.settings.data) / "spool"),
        queues=queues,
        relations=relations,
    )


async def _streams(sources: Sources) -> list[stream.StreamStatus] | None:
    try:
        events = await stream.backlog(sources.redis, sources.settings.streams)
        return events + await stream.backlog(sources.redis, 1, "issues")
    except Unavailable:
        return None
