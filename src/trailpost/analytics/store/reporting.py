"""Run a report's statements into typed rows, within a time limit."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

from trailpost import db
from trailpost.analytics.rules.days import ClosedSpan, KeptDay
from trailpost.analytics.rules.periods import Span
from trailpost.analytics.rules.reports import Part, Report, Scope, Watched
from trailpost.base.errors import NotFound, Unavailable

_REPORTS = "trailpost.analytics.reports"
_FIND_PROJECT = db.query(_REPORTS, "find_project", Watched)
_LIMIT_TIME = db.query(_REPORTS, "limit_time")
_ONE_MOMENT = db.query(_REPORTS, "one_moment")
_LAST_WRITE = db.query(_REPORTS, "last_write")
_CLEAN_DAYS = db.query(_REPORTS, "clean_days", KeptDay)
_CLEAN_HOURS = db.query(_REPORTS, "clean_hours", ClosedSpan)

TIME_LIMIT = timedelta(seconds=10)
"""Longest time of one statement of a report."""
_MILLISECOND = timedelta(milliseconds=1)
# A thousand sessions are about a megabyte.
_LOT = 1000
_CANCELLED = "57014"
"""SQLSTATE of a statement that took too long."""


async def find_project(conn: db.Connection, slug: str) -> Watched:
    found = await db.fetch_one(conn, _FIND_PROJECT, Watched, slug=slug)
    if found is None:
        raise NotFound(f"no project is named {slug!r}", field="project")
    return found


async def last_write(conn: db.Connection) -> str:
    """Differs from the answer before when a writer has stored something since."""
    found: str = await db.fetch_value(conn, _LAST_WRITE)
    return found


async def clean_days(conn: db.Connection, project: Watched, span: Span, *, raw: bool) -> list[date]:
    """Local days of the project inside the span that are kept as they stand.

    `raw`: also those of which no more can be known, since their raw events are gone.
    """
    rows = await db.fetch(
        conn,
        _CLEAN_DAYS,
        KeptDay,
        project_id=project.id,
        zone=project.time_zone,
        start=span.start,
        end=span.end,
        raw=raw,
    )
    return [row.date for row in rows]


async def clean_hours(conn: db.Connection, project: Watched, span: Span) -> list[ClosedSpan]:
    """Local hours of the project inside the span that are kept as they stand; the first first."""
    return await db.fetch(
        conn,
        _CLEAN_HOURS,
        ClosedSpan,
        project_id=project.id,
        zone=project.time_zone,
        start=span.start,
        end=span.end,
    )


async def one_moment(conn: db.Connection) -> None:
    """From here to the end of the transaction, which has just begun, nothing changes any more."""
    await db.execute(conn, _ONE_MOMENT)


@asynccontextmanager
async def moment(pool: db.Pool) -> AsyncGenerator[db.Connection, None]:
    """A connection for reading on which nothing changes any more."""
    async with db.transaction(pool) as conn:
        await one_moment(conn)
        yield conn


async def answer(
    conn: db.Connection, report: Report, scope: Scope, limit: timedelta = TIME_LIMIT
) -> tuple[list[Any], dict[str, list[Any]]]:
    """The report's rows, and those of its parts. Raises Unavailable when one takes too long."""
    try:
        async with conn.transaction():
            await db.execute(conn, _LIMIT_TIME, milliseconds=f"{limit // _MILLISECOND}")
            told: dict[str, list[Any]] = {}
            rows = await _rows(conn, report, scope, told)
            return rows, {part.name: await _rows(conn, part, scope, told) for part in report.parts}
    except db.Error as e:
        if e.sqlstate == _CANCELLED:
            raise Unavailable(
                f"the report took longer than {limit.total_seconds():g} s; ask for a shorter range",
                field="range",
            ) from e
        raise


async def answered_rows(
    conn: db.Connection, report: Report, scope: Scope, limit: timedelta = TIME_LIMIT
) -> AsyncGenerator[list[Any], None]:
    """The report's rows in lots, however many they are. Needs a transaction; `limit` is a lot's."""
    await db.execute(conn, _LIMIT_TIME, milliseconds=f"{limit // _MILLISECOND}")
    found = db.stream_rows(conn, report.sql, report.row, **scope.params(report.sql))
    lot: list[Any] = []
    async for row in found:
        lot.append(row)
        if len(lot) == _LOT:
            yield lot
            lot = []
    yield lot


async def _rows(
    conn: db.Connection, part: Part, scope: Scope, told: dict[str, list[Any]]
) -> list[Any]:
    """`told`: what statements that answer several parts have answered already."""
    sql = _statement(part, scope)
    if sql.row is None or sql.row is part.row:
        return await db.fetch(conn, sql, part.row, **scope.params(sql))
    if sql.name not in told:
        told[sql.name] = await db.fetch(conn, sql, sql.row, **scope.params(sql))
    return part.mine(told[sql.name])


def _statement(part: Part, scope: Scope) -> db.Query:
    for name, other in reversed(part.instead):
        if getattr(scope.asked, name) is not None:
            return other
    return part.filtered if part.filtered is not None and scope.is_filtered else part.sql
