"""Logins that ended and failures that no longer count are forgotten every hour."""

from __future__ import annotations

from datetime import timedelta

from trailpost.access.store import logins
from trailpost.base import clock
from trailpost.base.feature import Job
from trailpost.jobs import Worker


async def purge_logins(worker: Worker) -> int:
    return await logins.purge(worker.pool, clock.now())


JOBS = (Job(name="purge_logins", every=timedelta(hours=1), run=purge_logins),)
