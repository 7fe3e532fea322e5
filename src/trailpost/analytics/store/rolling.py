"""What a batch changes in the rollups, and what an erased session leaves, in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from trailpost import db

_ROLLUPS = "trailpost.analytics.rollups"
_LOCK_ROLLUPS = db.query(_ROLLUPS, "lock_rollups")
_ROLL_UP_SESSIONS = db.query(_ROLLUPS, "roll_up_sessions")
_ROLL_UP_EVENTS = db.query(_ROLLUPS, "roll_up_events")
_ROLL_UP_TIMINGS = db.query(_ROLLUPS, "roll_up_timings")
_MARK_DAYS = db.query(_ROLLUPS, "mark_days")
_KEEP_BUILDS_OUT = db.query(_ROLLUPS, "keep_builds_out")
_UNROLL_SESSIONS = db.query(_ROLLUPS, "unroll_sessions")
_UNROLL_EVENTS = db.query(_ROLLUPS, "unroll_events")
_UNROLL_TIMINGS = db.query(_ROLLUPS, "unroll_timings")
_FORGET_CONFIGURED = db.query(_ROLLUPS, "forget_configured")
_FORGET_CONFIGURATIONS = db.query(_ROLLUPS, "forget_configurations")


async def roll_up(conn: db.Connection) -> None:
    """Add the batch in the temporary tables stored_counts, stored_timings,
    sessions_before and sessions_after.

    The lock comes first and by itself: each later statement then sees what the writers before
    this one have committed.
    """
    async with conn.pipeline():
        await db.execute(conn, _LOCK_ROLLUPS)
        await db.execute(conn, _ROLL_UP_SESSIONS)
        await db.execute(conn, _ROLL_UP_EVENTS)
        await db.execute(conn, _ROLL_UP_TIMINGS)
        await db.execute(conn, _MARK_DAYS)


@asynccontextmanager
async def unrolled(conn: db.Connection) -> AsyncIterator[None]:
    """Take away what is erased meanwhile; the same tables then say what it was.

    Days that are being made anew come to their end first. Those it touches are marked.
    """
    await db.execute(conn, _KEEP_BUILDS_OUT)
    yield
    await db.execute(conn, _LOCK_ROLLUPS)
    await db.execute(conn, _UNROLL_SESSIONS)
    await db.execute(conn, _UNROLL_EVENTS)
    await db.execute(conn, _UNROLL_TIMINGS)
    await db.execute(conn, _MARK_DAYS)
    await db.execute(conn, _FORGET_CONFIGURED)
    await db.execute(conn, _FORGET_CONFIGURATIONS)
