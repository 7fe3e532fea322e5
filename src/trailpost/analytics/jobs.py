"""Closed days are aggregated soon after their end, and again when late events touch them."""

from __future__ import annotations

import msgspec

from trailpost.analytics import store
from trailpost.analytics.reports import FAMILIES
from trailpost.base import clock
from trailpost.jobs import Nothing, Run, job


class Closed(msgspec.Struct, frozen=True):
    days: int
    """How many days were aggregated, over all projects."""


@job(kind="close_days", schedule="*/5 * * * *", at_once=True, concurrency=1)
async def close_days(run: Run, _: Nothing) -> Closed:
    """Every project's days that are over, in its own time zone; catches up after downtime."""
    projects = await store.list_projects(run.pool)
    made = 0
    for n, project in enumerate(projects):

        async def told(done: int, days: int, n: int = n) -> None:
            await run.progress((n + done / days) / len(projects))

        made += await store.close_days(
            run.pool,
            project,
            FAMILIES,
            clock.now(),
            told,
            retention_days=run.settings.retention_days,
        )
    return Closed(made)


JOBS = (close_days,)
