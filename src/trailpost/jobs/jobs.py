"""Jobs about jobs: those that ended long ago are forgotten."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.jobs.declare import job
from trailpost.jobs.run import Run
from trailpost.jobs.store import looking
from trailpost.jobs.wire import Nothing


class Purged(msgspec.Struct, frozen=True):
    jobs: int


@job(kind="purge_jobs", schedule="41 * * * *")
async def purge_jobs(run: Run, _: Nothing) -> Purged:
    before = clock.now() - timedelta(days=run.settings.job_retention_days)
    async with db.transaction(run.pool) as conn:
        return Purged(await looking.purge(conn, before))


JOBS = (purge_jobs,)
