"""What time alone does: sessions come to their end, old records are forgotten."""

from __future__ import annotations

from datetime import datetime

from trailpost import db

_SQL = "trailpost.tracking.sql"
_COUNT_IDLE_SESSIONS = db.query(_SQL, "count_idle_sessions")
_CLOSE_IDLE_SESSIONS = db.query(_SQL, "close_idle_sessions")
_PURGE_DEAD_LETTERS = db.query(_SQL, "purge_dead_letters")
_PURGE_REQUEST_TIMINGS = db.query(_SQL, "purge_request_timings")


async def count_idle_sessions(conn: db.Connection, before: datetime) -> int:
    return int(await db.fetch_value(conn, _COUNT_IDLE_SESSIONS, before=before))


async def close_idle_sessions(
    conn: db.Connection, before: datetime, now: datetime, most: int
) -> int:
    """Those without an event since `before`; returns how many, fewer than `most` at the end."""
    return await db.execute(conn, _CLOSE_IDLE_SESSIONS, before=before, now=now, most=most)


async def purge_dead_letters(conn: db.Connection, before: datetime, most: int) -> int:
    """Those that were replayed before; fewer than `most` at the end."""
    return await db.execute(conn, _PURGE_DEAD_LETTERS, before=before, most=most)


async def purge_request_timings(conn: db.Connection, before: datetime) -> int:
    return await db.execute(conn, _PURGE_REQUEST_TIMINGS, before=before)
