"""Days of events: made before they are needed, dropped when their time is over."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.jobs import Nothing, Run, job
from trailpost.tracking import store

_AHEAD = 3


class Days(msgspec.Struct, frozen=True):
    days: int
    """How many were made or dropped."""


@job(kind="keep_partitions", schedule="3 * * * *", at_once=True)
async def keep_partitions(run: Run, _: Nothing) -> Days:
    """From yesterday to three days ahead."""
    today = clock.now().date()
    made = 0
    async with db.transaction(run.pool) as conn:
        for offset in range(-1, _AHEAD + 1):
            made += await store.ensure_event_partition(conn, today + timedelta(days=offset))
    return Days(made)


@job(kind="drop_old_events", schedule="23 * * * *")
async def drop_old_events(run: Run, _: Nothing) -> Days:
    """Raw events past the retention; rollups stay."""
    if not run.settings.retention_days:
        return Days(0)
    before = clock.now().date() - timedelta(days=run.settings.retention_days)
    async with db.transaction(run.pool) as conn:
        dropped = await store.drop_event_partitions(conn, before)
    return Days(len(dropped))


JOBS = (keep_partitions, drop_old_events)
