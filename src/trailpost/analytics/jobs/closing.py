"""Hours and days are aggregated soon after their end, and again when late events touch them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import msgspec

from trailpost import db
from trailpost.analytics import store
from trailpost.analytics.reports import FAMILIES
from trailpost.base import clock
from trailpost.jobs import Nothing, Run, job


class Closed(msgspec.Struct, frozen=True):
    days: int
    """How many days were aggregated, over all projects."""
    hours: int
    """And how many local hours."""


class Purged(msgspec.Struct, frozen=True):
    samples: int


_SAMPLES_KEPT = timedelta(days=90)


@job(kind="close_days", schedule="*/5 * * * *", at_once=True, concurrency=1)
async def close_days(run: Run, _: Nothing) -> Closed:
    """Every project's hours and days that are over, in its own time zone; catches up after
    downtime."""
    projects = await store.list_projects(run.pool)
    days = hours = 0
    for n, project in enumerate(projects):

        async def told(done: int, of: int, at: float = n) -> None:
            await run.progress((at + done / of / 2) / len(projects))

        # Hours first: they are what today's reports wait for.
        hours += await store.close_hours(run.pool, project, FAMILIES, clock.now(), told)
        days += await store.close_days(
            run.pool,
            project,
            FAMILIES,
            clock.now(),
            partial(told, at=n + 0.5),
            retention_days=run.settings.retention_days,
        )
    return Closed(days, hours)


@job(kind="purge_process_samples", schedule="41 3 * * *")
async def purge_process_samples(run: Run, _: Nothing) -> Purged:
    """What our own processes used three months ago nobody asks any more."""
    async with db.transaction(run.pool) as conn:
        before = clock.now() - _SAMPLES_KEPT
        return Purged(await store.purge_process_samples(conn, before))
