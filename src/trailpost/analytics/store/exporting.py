"""Whole tables, lot by lot, as they are at one moment."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import date
from typing import Any

import msgspec

from trailpost import db
from trailpost.analytics.rules.exports import ExportScope, Table
from trailpost.analytics.rules.periods import find_zone
from trailpost.analytics.rules.reports import Watched
from trailpost.analytics.store.reporting import find_project, one_moment
from trailpost.analytics.wire import ExportAsks


class _Day(msgspec.Struct):
    day: date


_EXPORTS = "trailpost.analytics.exports"
_BEGIN_EXPORT = db.query(_EXPORTS, "begin_export")
_STORED_DAYS = db.query(_EXPORTS, "stored_days", _Day)

# A thousand events take about a megabyte, and 10 ms of the event loop.
_LOT = 1000


async def begin_export(conn: db.Connection, asked: ExportAsks) -> Watched:
    """In a transaction that has just begun: from here on, nothing changes any more."""
    await one_moment(conn)
    project = await find_project(conn, asked.project)
    # Parquet keeps moments, not what a clock on the wall showed.
    zone = "UTC" if asked.format == "parquet" else asked.tz or project.time_zone
    await db.execute(conn, _BEGIN_EXPORT, zone=find_zone(zone).key)
    return project


async def expected_rows(conn: db.Connection, table: Table, scope: ExportScope) -> int:
    found: int = await db.fetch_value(conn, table.expected, **scope.params(table.expected))
    return found


async def exported_rows(
    conn: db.Connection, table: Table, scope: ExportScope
) -> AsyncGenerator[list[Any], None]:
    """Rows in order, at most 1,000 at a time."""
    for day in await _days(conn) if table.by_day else [None]:
        part = msgspec.structs.replace(scope, day=day)
        # Undone each time, which changes nothing but ends the locks on the day's partition: who
        # makes or drops a partition, and every writer behind them, waits for one day at most.
        found = db.stream_lots(conn, table.sql, table.row, _LOT, **part.params(table.sql))
        async with conn.transaction(force_rollback=True), aclosing(found) as lots:
            async for lot in lots:
                yield lot


async def _days(conn: db.Connection) -> list[date | None]:
    async with conn.transaction(force_rollback=True):
        return [found.day for found in await db.fetch(conn, _STORED_DAYS, _Day)]
