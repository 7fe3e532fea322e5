"""Closed hours: what closed days are, for the stretch of time that days leave over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from trailpost import db
from trailpost.analytics.rules.days import HOURS_KEPT, ClosedSpan, hours_over
from trailpost.analytics.rules.reports import Family, Watched

_ROLLUPS = "trailpost.analytics.rollups"
_FIRST_SESSION = db.query(_ROLLUPS, "first_session")
_LOCK_ALL_ROLLUPS = db.query(_ROLLUPS, "lock_all_rollups")
_KNOWN_HOURS = db.query(_ROLLUPS, "known_hours")
_OPEN_HOURS = db.query(_ROLLUPS, "open_hours")
_DROP_HOURS = db.query(_ROLLUPS, "drop_hours")
_FORGET_HOURS = db.query(_ROLLUPS, "forget_hours")
_HOURS_TO_BUILD = db.query(_ROLLUPS, "hours_to_build", ClosedSpan)
_REPEATABLE_READ = db.query(_ROLLUPS, "repeatable_read")
_HOUR_MARK = db.query(_ROLLUPS, "hour_mark")
_CLEAR_HOUR = db.query(_ROLLUPS, "clear_hour")
_NOTE_BUILT_HOUR = db.query(_ROLLUPS, "note_built_hour")

Told = Callable[[int, int], Awaitable[None]]
"""Awaited with the hours done and the hours there are."""


async def close_hours(
    pool: db.Pool, project: Watched, families: Sequence[Family], now: datetime, told: Told
) -> int:
    """Aggregate every closed local hour that is not, or not as it stands; the newest first.

    Returns the hours made. Safe to run again, and to break off: each hour is one transaction.
    """
    async with db.transaction(pool) as conn:
        await db.execute(conn, _FORGET_HOURS, project_id=project.id)
    await open_hours(pool, project, now)
    async with db.transaction(pool) as conn:
        hours = await db.fetch(
            conn, _HOURS_TO_BUILD, ClosedSpan, project_id=project.id, zone=project.time_zone
        )
    for done, hour in enumerate(hours):
        await told(done, len(hours))
        await _build(pool, project, hour, families, now)
    return len(hours)


async def open_hours(pool: db.Pool, project: Watched, now: datetime) -> None:
    """From here on every batch says which of the hours that are over it touches.

    Writers are kept out meanwhile, as by open_days: once an hour. Hours that are no longer needed
    go then.
    """
    zone = project.time_zone
    async with db.transaction(pool) as conn:
        first: datetime | None = await db.fetch_value(conn, _FIRST_SESSION, project_id=project.id)
        known: list[datetime] = await db.fetch_value(
            conn, _KNOWN_HOURS, project_id=project.id, zone=zone
        )
        over = hours_over(first or now, now, ZoneInfo(zone))
        hours = [hour for hour in over if hour.starts_at not in set(known)]
        if not hours:
            return
        await db.execute(conn, _LOCK_ALL_ROLLUPS)
        await db.execute(
            conn,
            _OPEN_HOURS,
            project_id=project.id,
            zone=zone,
            starts=[hour.starts_at for hour in hours],
            ends=[hour.ends_at for hour in hours],
        )
        await db.execute(
            conn, _DROP_HOURS, project_id=project.id, zone=zone, before=now - HOURS_KEPT
        )


async def _build(
    pool: db.Pool, project: Watched, hour: ClosedSpan, families: Sequence[Family], now: datetime
) -> None:
    """One moment: what is read, the mark it bears, and what is kept of it."""
    known: dict[str, object] = {
        "project_id": project.id,
        "zone": project.time_zone,
        "start": hour.starts_at,
        "end": hour.ends_at,
        "now": now,
    }
    statements = [one for family in families for one in family.hours]
    async with db.transaction(pool) as conn:
        await db.execute(conn, _REPEATABLE_READ)
        known["mark"] = await db.fetch_value(conn, _HOUR_MARK, **_given(_HOUR_MARK, known))
        for statement in (_CLEAR_HOUR, *statements, _NOTE_BUILT_HOUR):
            await db.execute(conn, statement, **_given(statement, known))


def _given(statement: db.Query, known: dict[str, object]) -> dict[str, object]:
    return {name: known[name] for name in statement.params}
