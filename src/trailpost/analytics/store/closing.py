"""Closed days: aggregated once, and again when something late touched them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from trailpost import db
from trailpost.analytics.rules.days import ClosedDay, days_over
from trailpost.analytics.rules.reports import Family, Watched

_ROLLUPS = "trailpost.analytics.rollups"
_LIST_PROJECTS = db.query(_ROLLUPS, "list_projects", Watched)
_FIRST_SESSION = db.query(_ROLLUPS, "first_session")
_LOCK_ALL_ROLLUPS = db.query(_ROLLUPS, "lock_all_rollups")
_KNOWN_DAYS = db.query(_ROLLUPS, "known_days")
_OPEN_DAYS = db.query(_ROLLUPS, "open_days")
_FREEZE_DAYS = db.query(_ROLLUPS, "freeze_days")
_DAYS_TO_BUILD = db.query(_ROLLUPS, "days_to_build", ClosedDay)
_REPEATABLE_READ = db.query(_ROLLUPS, "repeatable_read")
_BEGIN_BUILD = db.query(_ROLLUPS, "begin_build")
_DAY_MARK = db.query(_ROLLUPS, "day_mark")
_CLEAR_DAY = db.query(_ROLLUPS, "clear_day")
_NOTE_BUILT = db.query(_ROLLUPS, "note_built")
_RAW_SINCE = db.query(_ROLLUPS, "raw_since")
_SET_REQUIRED_CATEGORIES = db.query(_ROLLUPS, "set_required_categories")
_SUGGEST_REQUIRED_CATEGORIES = db.query(_ROLLUPS, "suggest_required_categories")
_REQUIRED_CATEGORIES = db.query(_ROLLUPS, "required_categories")
_MARK_ALL_DAYS = db.query(_ROLLUPS, "mark_all_days")
_MARK_ALL_HOURS = db.query(_ROLLUPS, "mark_all_hours")

Told = Callable[[int, int], Awaitable[None]]
"""Awaited with the days done and the days there are."""


async def list_projects(pool: db.Pool) -> list[Watched]:
    async with db.transaction(pool) as conn:
        return await db.fetch(conn, _LIST_PROJECTS, Watched)


async def close_days(
    pool: db.Pool,
    project: Watched,
    families: Sequence[Family],
    now: datetime,
    told: Told,
    *,
    retention_days: int = 0,
) -> int:
    """Aggregate every closed day that is not, or not as it stands; the newest first.

    Returns the days made. Safe to run again, and to break off: each day is one transaction.
    """
    await open_days(pool, project, now)
    async with db.transaction(pool) as conn:
        since = await _raw_since(conn, now, retention_days)
        if since is not None:
            await db.execute(conn, _FREEZE_DAYS, project_id=project.id, since=since)
        days = await db.fetch(
            conn, _DAYS_TO_BUILD, ClosedDay, project_id=project.id, zone=project.time_zone
        )
    for done, day in enumerate(days):
        await told(done, len(days))
        await build_day(pool, project, day, families, now)
    return len(days)


async def open_days(pool: db.Pool, project: Watched, now: datetime) -> None:
    """From here on every batch says which of the days that are over it touches.

    Writers are kept out for this one statement: those that did not see the days have committed,
    those that come will.
    """
    async with db.transaction(pool) as conn:
        first: datetime | None = await db.fetch_value(conn, _FIRST_SESSION, project_id=project.id)
        known: list[date] = await db.fetch_value(
            conn, _KNOWN_DAYS, project_id=project.id, zone=project.time_zone
        )
        over = days_over(first or now, now, ZoneInfo(project.time_zone))
        days = [day for day in over if day.date not in set(known)]
        if not days:
            return
        await db.execute(conn, _LOCK_ALL_ROLLUPS)
        await db.execute(
            conn,
            _OPEN_DAYS,
            project_id=project.id,
            zone=project.time_zone,
            dates=[day.date for day in days],
            starts=[day.starts_at for day in days],
            ends=[day.ends_at for day in days],
        )


async def build_day(
    pool: db.Pool,
    project: Watched,
    day: ClosedDay,
    families: Sequence[Family],
    now: datetime,
) -> None:
    """One moment: what is read, the mark it bears, and what is kept of it.

    What was made of raw events that are gone stays.
    """
    async with db.transaction(pool) as conn:
        await db.execute(conn, _REPEATABLE_READ)
        await db.execute(conn, _BEGIN_BUILD)
        mark = await db.fetch_value(conn, _DAY_MARK, project_id=project.id, date=day.date)
        remade = [family for family in families if not (day.frozen and family.raw)]
        lasting = [m for family in families if family not in remade for m in family.metrics]
        await db.execute(conn, _CLEAR_DAY, project_id=project.id, date=day.date, but=lasting)
        known = {
            "project_id": project.id,
            "zone": project.time_zone,
            "date": day.date,
            "start": day.starts_at,
            "end": day.ends_at,
        }
        for family in remade:
            for statement in family.close:
                given = {name: known[name] for name in statement.params}
                await db.execute(conn, statement, **given)
        await db.execute(
            conn, _NOTE_BUILT, project_id=project.id, date=day.date, mark=mark, now=now
        )


async def set_required_categories(
    conn: db.Connection, project_id: int, categories: Sequence[str]
) -> None:
    """Funnels and completeness change with it: every closed day and span is made anew.

    Writers, who mark days too, are kept out until the transaction ends.
    """
    await db.execute(conn, _LOCK_ALL_ROLLUPS)
    await db.execute(
        conn, _SET_REQUIRED_CATEGORIES, project_id=project_id, categories=list(categories)
    )
    await _mark_all(conn, project_id)


async def suggest_required_categories(
    conn: db.Connection, project_id: int, categories: Sequence[str]
) -> None:
    """What a product knows of itself, unless its owner has said something already."""
    await db.execute(conn, _LOCK_ALL_ROLLUPS)
    made = await db.execute(
        conn,
        _SUGGEST_REQUIRED_CATEGORIES,
        project_id=project_id,
        categories=list(categories),
    )
    if made:
        await _mark_all(conn, project_id)


async def required_categories(conn: db.Connection, project_id: int) -> list[str]:
    """Without which a configuration is not complete, in the order they are asked for."""
    found: list[str] = await db.fetch_value(conn, _REQUIRED_CATEGORIES, project_id=project_id)
    return found


async def _mark_all(conn: db.Connection, project_id: int) -> None:
    await db.execute(conn, _MARK_ALL_DAYS, project_id=project_id)
    await db.execute(conn, _MARK_ALL_HOURS, project_id=project_id)


async def _raw_since(conn: db.Connection, now: datetime, retention_days: int) -> date | None:
    first: date | None = await db.fetch_value(conn, _RAW_SINCE)
    if not retention_days:
        return first
    # A day later: local days are not UTC days.
    kept = now.date() - timedelta(days=retention_days - 1)
    return kept if first is None else max(first, kept)
