"""A report of any number of rows as CSV, of which no more than one lot is ever in memory."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from datetime import timedelta

from litestar.response import Stream

from trailpost import db
from trailpost.analytics.http import encode
from trailpost.analytics.reports import every_row
from trailpost.analytics.rules.reports import Report


async def every_row_as_csv(
    pool: db.Pool, report: Report, params: Mapping[str, str], idle: timedelta
) -> Stream:
    """Raises as run_report does, before anything is sent."""
    pieces = _pieces(pool, report, params, idle)
    name = (await anext(pieces)).decode()
    return Stream(
        pieces,
        media_type="text/csv; header=present",
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{name}"',
        },
    )


async def _pieces(
    pool: db.Pool, report: Report, params: Mapping[str, str], idle: timedelta
) -> AsyncGenerator[bytes, None]:
    """The file's name, then what is in it."""
    async with db.transaction(pool) as conn:
        head, found = await every_row(conn, report.name, params, idle=idle)
        yield encode.file_name(head, report).encode()
        yield encode.csv_head(report)
        async with aclosing(found) as lots:
            async for lot in lots:
                yield encode.csv_lines(report, lot, head.zone)
