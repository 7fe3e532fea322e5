"""What time alone does: days of events come and go, idle sessions are closed, records forgotten."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.jobs import Nothing, Run, job
from trailpost.tracking import store

_AHEAD = 3
# 200 sessions of 1.6 kB took 12 ms on a busy machine: no longer, a writer waits for one of them.
_SESSIONS = 200
_LETTERS = 500


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


class Closed(msgspec.Struct, frozen=True):
    sessions: int


@job(kind="close_idle_sessions", schedule="*/5 * * * *", at_once=True, steps=(("closing", 1),))
async def close_idle_sessions(run: Run, _: Nothing) -> Closed:
    """A session whose page never said its end ended with its last event."""
    await run.step("closing")
    now = clock.now()
    before = now - timedelta(minutes=run.settings.session_idle_minutes)
    async with run.pool.connection() as conn:
        idle = await store.count_idle_sessions(conn, before)
    closed, more = 0, idle > 0
    while more:
        async with run.pool.connection() as conn:
            found = await store.close_idle_sessions(conn, before, now, _SESSIONS)
        closed, more = closed + found, found == _SESSIONS
        await run.progress(min(1.0, closed / idle))
    return Closed(closed)


class Forgotten(msgspec.Struct, frozen=True):
    dead_letters: int
    """That had been replayed."""
    request_timings: int
    """Minutes of a route."""


@job(kind="forget_old_records", schedule="37 * * * *")
async def forget_old_records(run: Run, _: Nothing) -> Forgotten:
    """As old as the raw events that are dropped. Dead letters that wait are kept."""
    if not run.settings.retention_days:
        return Forgotten(0, 0)
    before = clock.now() - timedelta(days=run.settings.retention_days)
    letters, more = 0, True
    while more:
        async with run.pool.connection() as conn:
            found = await store.purge_dead_letters(conn, before, _LETTERS)
        letters, more = letters + found, found == _LETTERS
    async with run.pool.connection() as conn:
        return Forgotten(letters, await store.purge_request_timings(conn, before))


JOBS = (keep_partitions, drop_old_events, close_idle_sessions, forget_old_records)
