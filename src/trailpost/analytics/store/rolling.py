"""What a batch changes in the rollups, inside the writer's transaction."""

from __future__ import annotations

from trailpost import db

_ROLLUPS = "trailpost.analytics.rollups"
_LOCK_ROLLUPS = db.query(_ROLLUPS, "lock_rollups")
_ROLL_UP_SESSIONS = db.query(_ROLLUPS, "roll_up_sessions")
_ROLL_UP_EVENTS = db.query(_ROLLUPS, "roll_up_events")
_ROLL_UP_TIMINGS = db.query(_ROLLUPS, "roll_up_timings")
_MARK_DAYS = db.query(_ROLLUPS, "mark_days")


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
