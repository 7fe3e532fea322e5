"""Schedules: what is declared, what is due."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from trailpost import db
from trailpost.jobs.wire import Schedule, ScheduleRow

_SQL = "trailpost.jobs.sql"
_PUT_SCHEDULE = db.query(_SQL, "put_schedule")
_DROP_SCHEDULES = db.query(_SQL, "drop_schedules")
_DUE_SCHEDULES = db.query(_SQL, "due_schedules", ScheduleRow)
_SCHEDULES = db.query(_SQL, "schedules", ScheduleRow)
_MOVE_SCHEDULE = db.query(_SQL, "move_schedule")


async def put_schedule(
    conn: db.Connection, name: str, declared: Schedule, first: datetime, following: datetime
) -> None:
    """`first`: when a new one is due; `following`: when one with a changed expression is."""
    await db.execute(
        conn,
        _PUT_SCHEDULE,
        name=name,
        kind=name,
        cron=declared.cron,
        time_zone=declared.time_zone,
        catch_up=declared.catch_up,
        first=first,
        next=following,
    )


async def drop_schedules(conn: db.Connection, kept: list[str]) -> None:
    await db.execute(conn, _DROP_SCHEDULES, names=kept)


async def due_schedules(conn: db.Connection, now: datetime) -> list[ScheduleRow]:
    return await db.fetch(conn, _DUE_SCHEDULES, ScheduleRow, now=now)


async def schedules(conn: db.Connection) -> list[ScheduleRow]:
    return await db.fetch(conn, _SCHEDULES, ScheduleRow)


async def move_schedule(
    conn: db.Connection,
    name: str,
    *,
    last: datetime,
    following: datetime,
    job: UUID | None,
    skipped: int,
) -> None:
    await db.execute(
        conn, _MOVE_SCHEDULE, name=name, last=last, next=following, job=job, skipped=skipped
    )
