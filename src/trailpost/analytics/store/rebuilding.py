"""Rollups from raw events: made anew, or compared with what the writer added up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import TypeVar

from trailpost import db
from trailpost.analytics.rules.rebuilding import (
    Days,
    Difference,
    Progress,
    days_with_raw_events,
    silent,
)
from trailpost.analytics.store.reporting import one_moment

_ROLLUPS = "trailpost.analytics.rollups"
_LOCK_ALL_ROLLUPS = db.query(_ROLLUPS, "lock_all_rollups")
_RAW_SINCE = db.query(_ROLLUPS, "raw_since")
_CLEAR_ROLLUP_SESSIONS = db.query(_ROLLUPS, "clear_rollup_sessions")
_CLEAR_ROLLUP_EVENTS = db.query(_ROLLUPS, "clear_rollup_events")
_CLEAR_ROLLUP_TIMINGS = db.query(_ROLLUPS, "clear_rollup_timings")
_REBUILD_ROLLUP_SESSIONS = db.query(_ROLLUPS, "rebuild_rollup_sessions")
_REBUILD_ROLLUP_EVENTS = db.query(_ROLLUPS, "rebuild_rollup_events")
_REBUILD_ROLLUP_TIMINGS = db.query(_ROLLUPS, "rebuild_rollup_timings")
_VERIFY_USER_SESSIONS = db.query(_ROLLUPS, "verify_user_sessions", Difference)
_VERIFY_ROLLUP_SESSIONS = db.query(_ROLLUPS, "verify_rollup_sessions", Difference)
_VERIFY_ROLLUP_EVENTS = db.query(_ROLLUPS, "verify_rollup_events", Difference)
_VERIFY_ROLLUP_TIMINGS = db.query(_ROLLUPS, "verify_rollup_timings", Difference)

_T = TypeVar("_T")


async def rebuild(
    pool: db.Pool,
    first: date | None = None,
    last: date | None = None,
    progress: Progress = silent,
    *,
    since: date | None = None,
) -> int:
    """Make the rollups of UTC days `first` to `last` anew; returns the rows there are now.

    One transaction; writers wait for it, ingest does not. Days before `since` (what retention
    keeps), or before the first that has a partition, are left as they are: their rollups are
    all there is.
    """
    steps = (_rebuild_sessions, _rebuild_events, _rebuild_timings)
    async with db.transaction(pool) as conn:
        await db.execute(conn, _LOCK_ALL_ROLLUPS)
        days = await _days(conn, first, last, since)
        return sum(await _each(steps, conn, days, progress)) if days else 0


async def verify(
    pool: db.Pool,
    first: date | None = None,
    last: date | None = None,
    progress: Progress = silent,
    *,
    since: date | None = None,
) -> list[Difference]:
    """Compare rollups, and the sessions behind them, with raw events; at most 1,000 a table.

    All in one snapshot, so that it may run beside the writers.
    """
    steps = (_verify_user_sessions, _verify_sessions, _verify_events, _verify_timings)
    async with db.transaction(pool) as conn:
        await one_moment(conn)
        days = await _days(conn, first, last, since)
        found = await _each(steps, conn, days, progress) if days else []
        return [difference for part in found for difference in part]


async def raw_since(conn: db.Connection) -> date | None:
    """The first day whose raw events are all there."""
    found: date | None = await db.fetch_value(conn, _RAW_SINCE)
    return found


async def _days(
    conn: db.Connection, first: date | None, last: date | None, since: date | None
) -> Days | None:
    known = [day for day in (await raw_since(conn), since) if day is not None]
    return days_with_raw_events(first, last, max(known, default=None))


async def _each(
    steps: tuple[Callable[[db.Connection, Days], Awaitable[_T]], ...],
    conn: db.Connection,
    days: Days,
    progress: Progress,
) -> list[_T]:
    found = []
    for done, step in enumerate(steps):
        progress(done, len(steps), step.__name__.split("_", 2)[2])
        found.append(await step(conn, days))
    progress(len(steps), len(steps), "done")
    return found


async def _rebuild_sessions(conn: db.Connection, days: Days) -> int:
    await db.execute(conn, _CLEAR_ROLLUP_SESSIONS, first=days.first, until=days.until)
    return await db.execute(
        conn, _REBUILD_ROLLUP_SESSIONS, first=days.first, until=days.until, since=days.since
    )


async def _rebuild_events(conn: db.Connection, days: Days) -> int:
    await db.execute(conn, _CLEAR_ROLLUP_EVENTS, first=days.first, until=days.until)
    return await db.execute(conn, _REBUILD_ROLLUP_EVENTS, first=days.first, until=days.until)


async def _rebuild_timings(conn: db.Connection, days: Days) -> int:
    await db.execute(conn, _CLEAR_ROLLUP_TIMINGS, first=days.first, until=days.until)
    return await db.execute(conn, _REBUILD_ROLLUP_TIMINGS, first=days.first, until=days.until)


async def _verify_user_sessions(conn: db.Connection, days: Days) -> list[Difference]:
    return await db.fetch(
        conn,
        _VERIFY_USER_SESSIONS,
        Difference,
        first=days.first,
        until=days.until,
        since=days.since,
    )


async def _verify_sessions(conn: db.Connection, days: Days) -> list[Difference]:
    return await db.fetch(
        conn,
        _VERIFY_ROLLUP_SESSIONS,
        Difference,
        first=days.first,
        until=days.until,
        since=days.since,
    )


async def _verify_events(conn: db.Connection, days: Days) -> list[Difference]:
    return await db.fetch(
        conn, _VERIFY_ROLLUP_EVENTS, Difference, first=days.first, until=days.until
    )


async def _verify_timings(conn: db.Connection, days: Days) -> list[Difference]:
    return await db.fetch(
        conn, _VERIFY_ROLLUP_TIMINGS, Difference, first=days.first, until=days.until
    )
