"""What time alone does: old occurrences are forgotten, issues and their counts stay."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.issues import store
from trailpost.jobs import Nothing, Run, job

_LOT = 500
_Purge = Callable[[db.Connection, datetime, int], Awaitable[int]]


class Forgotten(msgspec.Struct, frozen=True):
    occurrences: int
    dead_letters: int
    """That had been replayed."""


@job(kind="forget_old_occurrences", schedule="43 * * * *")
async def forget_old_occurrences(run: Run, _: Nothing) -> Forgotten:
    """As old as the raw events that are dropped. Dead letters that wait are kept."""
    if not run.settings.retention_days:
        return Forgotten(0, 0)
    before = clock.now() - timedelta(days=run.settings.retention_days)
    forgotten = Forgotten(
        await _purge(run.pool, store.purge_occurrences, before),
        await _purge(run.pool, store.purge_dead_letters, before),
    )
    await _purge(run.pool, store.purge_sessions, before)
    async with run.pool.connection() as conn:
        await store.purge_days(conn, before.date())
    return forgotten


async def _purge(pool: db.Pool, purge: _Purge, before: datetime) -> int:
    """In lots: no writer waits for long."""
    gone, more = 0, True
    while more:
        async with pool.connection() as conn:
            found = await purge(conn, before, _LOT)
        gone, more = gone + found, found == _LOT
    return gone


JOBS = (forget_old_occurrences,)
