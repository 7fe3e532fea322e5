"""Logins that ended and failures that no longer count are forgotten every hour."""

from __future__ import annotations

import msgspec

from trailpost.access.store import logins
from trailpost.base import clock
from trailpost.jobs import Nothing, Run, job


class Purged(msgspec.Struct, frozen=True):
    rows: int


@job(kind="purge_logins", schedule="11 * * * *")
async def purge_logins(run: Run, _: Nothing) -> Purged:
    return Purged(await logins.purge(run.pool, clock.now()))


JOBS = (purge_logins,)
