"""Days of events: made before they are needed, dropped when their time is over."""

from __future__ import annotations

from datetime import timedelta

from trailpost import db, jobs
from trailpost.base import clock
from trailpost.base.feature import Job
from trailpost.tracking import store

_AHEAD = 3


async def keep_partitions(worker: jobs.Worker) -> int:
    """From yesterday to three days ahead; returns how many were missing."""
    today = clock.now().date()
    made = 0
    async with db.transaction(worker.pool) as conn:
        for offset in range(-1, _AHEAD + 1):
            made += await store.ensure_event_partition(conn, today + timedelta(days=offset))
    return made


async def drop_old_events(worker: jobs.Worker) -> int:
    """Raw events past the retention; rollups stay. Returns the days dropped."""
    if not worker.settings.retention_days:
        return 0
    before = clock.now().date() - timedelta(days=worker.settings.retention_days)
    async with db.transaction(worker.pool) as conn:
        dropped = await store.drop_event_partitions(conn, before)
    return len(dropped)


JOBS = (
    Job(name="keep_partitions", every=timedelta(hours=1), run=keep_partitions),
    Job(name="drop_old_events", every=timedelta(hours=1), run=drop_old_events),
)
