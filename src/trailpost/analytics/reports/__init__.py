"""Every report, in dashboard order. To add one: a module and its statement here, a line below."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from trailpost import db
from trailpost.analytics import store
from trailpost.analytics.reports import (
    abandoned_value,
    devices,
    drop_off,
    funnel,
    growth,
    heatmap,
    journeys,
    ledger,
    options,
    overview,
    pages,
    performance,
    popular_configurations,
    price_distribution,
    price_evolution,
    real_time,
    retention,
    sessions,
    sources,
    user_journey,
)
from trailpost.analytics.rules.cursors import cursor_of
from trailpost.analytics.rules.days import ClosedSpan, split
from trailpost.analytics.rules.periods import Span
from trailpost.analytics.rules.reports import (
    Around,
    Family,
    Queue,
    Report,
    ReportAnswer,
    Scope,
    Watched,
    before,
    decode_asked,
    keeps_days,
    keeps_hours,
    reading,
    scope_of,
    span_of,
)
from trailpost.analytics.wire import FilterAsks
from trailpost.base import clock
from trailpost.base.errors import NotFound

REPORTS: dict[str, Report] = {
    module.REPORT.name: module.REPORT
    for module in (
        overview,
        real_time,
        funnel,
        drop_off,
        options,
        popular_configurations,
        price_evolution,
        price_distribution,
        abandoned_value,
        journeys,
        sources,
        devices,
        pages,
        retention,
        heatmap,
        growth,
        performance,
        sessions,
        user_journey,
        ledger,
    )
}
FAMILIES: tuple[Family, ...] = tuple(
    {family.name: family for report in REPORTS.values() for family in report.families}.values()
)
"""What is kept of each closed day."""
_IDLE = timedelta(minutes=30)


def find_report(name: str) -> Report:
    found = REPORTS.get(name)
    if found is None:
        raise NotFound(f"no report is named {name!r}; there are {', '.join(REPORTS)}")
    return found


async def run_report(
    conn: db.Connection,
    name: str,
    params: Mapping[str, str],
    *,
    now: datetime | None = None,
    idle: timedelta = _IDLE,
    cache_hit_rate: float | None = None,
    queue: Queue | None = None,
) -> ReportAnswer:
    """Answer a report. `params` are those of its route, as text; empty ones count as not given.

    Raises BadRequest that names the parameter, NotFound for the report, the project or what it
    is about, and Unavailable when it takes too long.
    """
    report = find_report(name)
    asked = decode_asked(report, {k: v for k, v in params.items() if v != ""})
    project = await store.find_project(conn, asked.project)
    around = Around(now=now or clock.now(), idle=idle, cache_hit_rate=cache_hit_rate, queue=queue)
    zone, period, scope = scope_of(asked, project, around)
    rows, parts = await _answer(conn, report, project, scope)
    if report.needs and not {report.name: rows, **parts}[report.needs]:
        raise NotFound(f"there is no such {report.needs}", field=report.needs)
    answer = _paged(
        ReportAnswer(
            report=report, project=project, zone=zone, period=period, rows=rows, parts=parts
        ),
        scope,
    )
    if period is None or not (isinstance(asked, FilterAsks) and asked.compare):
        return answer
    rows, parts = await _answer(conn, report, project, before(scope, period))
    return msgspec.structs.replace(answer, previous=rows, previous_parts=parts)


def _paged(answer: ReportAnswer, scope: Scope) -> ReportAnswer:
    """One row more than was asked for says that there is another page."""
    report, rows = answer.report, answer.rows
    if not report.cursor:
        return answer
    limit: int = scope.params(report.sql)["limit"]  # type: ignore[assignment]
    if len(rows) <= limit:
        return answer
    last = rows[limit - 1]
    cursor = cursor_of([getattr(last, name) for name in report.cursor])
    return msgspec.structs.replace(answer, rows=rows[:limit], next=cursor)


async def every_row(
    conn: db.Connection,
    name: str,
    params: Mapping[str, str],
    *,
    now: datetime | None = None,
    idle: timedelta = _IDLE,
) -> tuple[ReportAnswer, AsyncGenerator[list[Any], None]]:
    """A report of any number of rows: an answer without them, and lots of them, all there are.

    The rows need the connection's transaction until the last one. Raises as run_report does.
    """
    report = find_report(name)
    asked = decode_asked(report, {k: v for k, v in params.items() if v != ""})
    project = await store.find_project(conn, asked.project)
    around = Around(now=now or clock.now(), idle=idle, cache_hit_rate=None)
    zone, period, scope = scope_of(asked, project, around)
    head = ReportAnswer(report=report, project=project, zone=zone, period=period, rows=[], parts={})
    every = msgspec.structs.replace(scope, every_row=True)
    return head, store.answered_rows(conn, report, every)


async def _answer(
    conn: db.Connection, report: Report, project: Watched, scope: Scope
) -> tuple[list[Any], dict[str, list[Any]]]:
    span = span_of(scope)
    if span is not None:
        scope = await _closed(conn, report, project, scope, span)
    return await store.answer(conn, report, scope)


async def _closed(
    conn: db.Connection, report: Report, project: Watched, scope: Scope, span: Span
) -> Scope:
    """The scope with all that can be read from what is kept."""
    kept: list[date] = []
    hours: list[ClosedSpan] = []
    if keeps_days(report, project, scope):
        raw = any(f.raw for f in report.families)
        kept = await store.clean_days(conn, project, span, raw=raw)
    if keeps_hours(report, project, scope):
        hours = await store.clean_hours(conn, project, span)
    return reading(scope, split(span, ZoneInfo(scope.zone), kept, hours))
