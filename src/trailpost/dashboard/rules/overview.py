"""The overview page out of the answers of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics import Balance, Period, Report, ReportAnswer, definitions
from trailpost.dashboard.rules import figures, sums, words
from trailpost.dashboard.rules.choosers import Asked
from trailpost.dashboard.rules.views import (
    Category,
    Cell,
    Choosers,
    Figure,
    Option,
    Overview,
    Point,
    Series,
    SessionLine,
)

_STATUSES = {
    "ongoing": "Ongoing",
    "in_cart": "In cart",
    "completed": "Completed",
    "converted": "Converted",
    "abandoned": "Abandoned",
    "expired": "Expired",
}
# What is chosen more rarely is in the report's CSV.
_OPTIONS_SHOWN = 8


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one overview shows, as it was answered in one moment."""

    project: str
    now: datetime
    overview: ReportAnswer
    real_time: ReportAnswer
    options: ReportAnswer
    sessions: ReportAnswer
    ledger: ReportAnswer
    balance: Balance
    snippet: str | None


def overview(answers: Answers, asked: Asked, choosers: Choosers) -> Overview:
    period = period_of(answers.overview)
    zone = ZoneInfo(period.zone)
    totals = answers.ledger.parts["totals"][0]
    return Overview(
        project=answers.project,
        period=_period_words(period, asked),
        query=asked.query,
        choosers=choosers,
        strip=strip(answers.real_time, answers.balance),
        cards=figures.cards(answers.overview.report, answers.overview.rows[0]),
        series=series(answers.overview, zone, answers.now),
        series_unit="Hour" if period.step == "hour" else "Day",
        categories=categories(answers.options.rows),
        options_definition=_options_definition(answers.options.report),
        sessions=tuple(session_line(s, asked, zone, answers.now) for s in answers.sessions.rows),
        ledger=sums.ledger(totals, answers.balance),
        snippet=answers.snippet,
    )


def period_of(answer: ReportAnswer) -> Period:
    if answer.period is None:
        raise ValueError(f"report {answer.report.name} has no period")
    return answer.period


def days_shown(period: Period) -> tuple[date, date]:
    """First and last local day."""
    zone = ZoneInfo(period.zone)
    last = period.span.end.astimezone(zone) - timedelta(microseconds=1)
    return period.span.start.astimezone(zone).date(), last.date()


def strip(answer: ReportAnswer, balance: Balance) -> tuple[Figure, ...]:
    row, report = answer.rows[0], answer.report
    failing = bool(row.error_rate)
    return (
        figures.figure("active_sessions", report, row.active_sessions),
        figures.figure("events_per_second", report, row.events_per_second),
        sums.queue(balance),
        figures.figure("average_response_ms", report, row.average_response_ms),
        figures.figure("error_rate", report, row.error_rate, alarm=failing),
    )


def series(answer: ReportAnswer, zone: ZoneInfo, now: datetime) -> Series:
    part = answer.report.part("series")
    told = definitions(part.row)
    names = [f for f in msgspec.structs.fields(part.row) if f.name != "starts_at"]
    units = [told[f.encode_name].unit or "count" for f in names]
    period = period_of(answer)
    hourly = period.step == "hour"
    points = []
    for row in answer.parts["series"]:
        at = row.starts_at.astimezone(zone)
        values = [getattr(row, f.name) for f in names]
        cells = tuple(
            Cell(float(v), words.figure(v, unit)) for v, unit in zip(values, units, strict=True)
        )
        points.append(Point(_wall(at), _step_label(at, hourly), cells))
    if points and period.span.end > now:
        points[-1] = msgspec.structs.replace(points[-1], open=True)
    return Series(tuple(told[f.encode_name].title for f in names), tuple(points))


def _wall(at: datetime) -> int:
    return int(at.replace(tzinfo=UTC).timestamp())


def _step_label(at: datetime, hourly: bool) -> str:
    return f"{at:%a} {words.moment(at)}" if hourly else f"{at:%a} {words.day(at)}"


def categories(rows: Sequence[msgspec.Struct]) -> tuple[Category, ...]:
    """The report gives the most decided category first; its order is kept."""
    read = [msgspec.convert(r, _OptionRow, from_attributes=True) for r in rows]
    grouped = groupby(read, key=lambda r: r.category)
    return tuple(_category(name, list(options)) for name, options in grouped)


class _OptionRow(msgspec.Struct, frozen=True, kw_only=True):
    category: str
    value: str
    chosen: int
    kept: int
    keep_rate: float | None
    share: float | None
    decided: int


def _category(name: str, rows: Sequence[_OptionRow]) -> Category:
    whole = max([rows[0].decided, *(r.chosen for r in rows)]) or 1
    decided = words.count(rows[0].decided)
    return Category(
        label=words.label(name),
        sessions=f"{decided} {'session' if rows[0].decided == 1 else 'sessions'}",
        options=tuple(_option(r, whole) for r in rows[:_OPTIONS_SHOWN]),
    )


def _option(row: _OptionRow, whole: int) -> Option:
    return Option(
        label=words.label(row.value),
        share=words.figure(row.share, "percent") or "no data",
        width=round(100 * row.chosen / whole, 1),
        kept=words.figure(row.keep_rate, "percent") or "no data",
        kept_width=round(100 * row.kept / whole, 1),
        sessions=f"chosen in {words.count(row.chosen)} sessions, kept in {words.count(row.kept)}",
    )


def _options_definition(report: Report) -> str:
    told = definitions(report.row)
    share, kept = told["share"], told["keepRate"]
    return (
        f"{report.definition.partition('. ')[0]}. {share.title}: {share.definition} "
        f"{kept.title}: {kept.definition}"
    )


class _SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    session_id: UUID
    start_time: datetime
    is_active: bool
    status: str
    device_type: str | None
    referrer: str | None
    utm_source: str | None
    utm_campaign: str | None
    total_choices: int
    session_duration: int
    total_price: Decimal | None
    is_bot: bool


def session_line(row: object, asked: Asked, zone: ZoneInfo, now: datetime) -> SessionLine:
    read = msgspec.convert(row, _SessionRow, from_attributes=True)
    started = read.start_time.astimezone(zone)
    status, told = status_of(read.status, is_active=read.is_active)
    return SessionLine(
        id=str(read.session_id),
        url=f"/admin/sessions/{read.session_id}?{asked.query}",
        started=words.ago(started, now),
        started_iso=started.isoformat(timespec="seconds"),
        status=status,
        status_words=told,
        device=words.label(read.device_type) if read.device_type else None,
        source=source(read.utm_source, read.utm_campaign, read.referrer),
        choices=words.count(read.total_choices),
        price=words.figure(read.total_price, "eur"),
        duration=words.seconds(read.session_duration),
        is_bot=read.is_bot,
    )


def status_of(status: str, *, is_active: bool) -> tuple[str, str]:
    if status == "ongoing" and is_active:
        return "active", "Active"
    return status, _STATUSES.get(status, words.label(status))


def source(utm_source: str | None, campaign: str | None, referrer: str | None) -> str:
    """Where it came from: the campaign's word first, else the referring site, else direct."""
    if utm_source:
        return f"{utm_source} / {campaign}" if campaign else utm_source
    host = urlsplit(referrer or "").hostname
    return (host or "").removeprefix("www.") or "direct"


def _period_words(period: Period, asked: Asked) -> str:
    zone = period.zone.replace("_", " ")
    if asked.range == "24h":
        return f"Last 24 hours, {zone}, against the 24 hours before"
    first, last = days_shown(period)
    days = (last - first).days + 1
    before = "the day before" if days == 1 else f"the {days} days before"
    return f"{words.days(first, last)}, {zone}, against {before}"
