"""A report is one value: its name, what it may be asked, what a row is, its statement."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from trailpost.analytics.rules import periods
from trailpost.analytics.rules.chosen import option_of
from trailpost.analytics.rules.days import Spans
from trailpost.analytics.rules.periods import Period, Span
from trailpost.analytics.wire import (
    Asks,
    Definition,
    NarrowAsks,
    NowAsks,
    PeriodAsks,
    SessionAsks,
)
from trailpost.base.errors import BadRequest
from trailpost.db import Query

Chart = Literal[
    "figures",
    "table",
    "timeline",
    "lines",
    "bars",
    "funnel",
    "flow",
    "heatmap",
    "distribution",
    "cohorts",
]
"""`figures`: exactly one row."""
Unit = Literal["count", "percent", "eur", "seconds", "ms", "per_second", "bytes", "own"]

Row = msgspec.Struct


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """Sums that are kept of each closed local day, in daily_analytics."""

    name: str
    metrics: tuple[str, ...]
    """Its metric types."""
    close: tuple[Query, ...]
    """Statements that keep one day, in this order. They may name project_id, zone, date, start
    and end."""
    raw: bool = False
    """Whether it reads raw events, which retention drops, and not only sessions and rollups."""
    hours: tuple[Query, ...] = ()
    """Statements that keep one local hour, in hour_analytics. They may name project_id, zone,
    start and end. Only where every session adds its own, whatever the others are: visitors of a
    day, distinct, are no sum over its hours."""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a report, and what its rows say."""

    name: str
    title: str
    definition: str
    row: type[Row]
    sql: Query
    """Its own, or one that answers several parts at once: each row of such a one says in `part`
    whose it is, and has every field of that part's rows."""
    filtered: Query | None = None
    """The statement when some sessions are asked for only; None: `sql` knows the filters."""
    instead: tuple[tuple[str, Query], ...] = ()
    """A parameter, and the statement that answers instead when it is given."""
    chart: Chart = "table"

    def mine(self, rows: Sequence[Any]) -> list[Row]:
        """Its own of the rows that a statement has for several parts."""
        names = self.row.__struct_fields__
        return [
            self.row(**{name: getattr(found, name) for name in names})
            for found in rows
            if found.part == self.name
        ]


class Report(Part, frozen=True, kw_only=True):
    asks: type[Asks]
    parts: tuple[Part, ...] = ()
    """Statements that go with it, answered under their own names."""
    families: tuple[Family, ...] = ()
    """What of closed days it reads."""
    cursor: tuple[str, ...] = ()
    """Fields of its rows that say where the next page begins: it has any number of rows, `limit`
    of them a page. Its statement answers one more, or with `every_row` all."""
    needs: str | None = None
    """A part without which there is nothing to report: the thing asked for does not exist.
    The report's own name: its rows."""

    def part(self, name: str | None) -> Part:
        """Raises BadRequest when there is none of this name."""
        if name is None:
            return self
        for found in self.parts:
            if found.name == name:
                return found
        raise BadRequest(f"report {self.name} has no part {name!r}", field="part")


class Watched(msgspec.Struct, frozen=True):
    """The project that is asked about."""

    id: int
    slug: str
    time_zone: str


class Queue(msgspec.Struct, frozen=True):
    """What waits between ingest and the writer."""

    received: int
    """Events that ingest ever put on the streams."""
    age_seconds: float | None
    """Of the oldest event on them; None when there is none."""


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a report cannot read from the database."""

    now: datetime
    idle: timedelta
    cache_hit_rate: float | None
    queue: Queue | None = None
    """None: not known."""


class ReportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    report: Report
    project: Watched
    zone: str
    period: Period | None
    """None: the report is not about a range."""
    rows: list[Any]
    """Of `report.row`."""
    parts: dict[str, list[Any]]
    previous: list[Any] | None = None
    """The rows of the equal period before, when they were asked for."""
    previous_parts: dict[str, list[Any]] = {}
    next: str | None = None
    """`cursor` of the next page, when there is one."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Every parameter a report's statement may name."""

    project_id: int
    now: datetime
    idle: timedelta
    cache_hit_rate: float | None
    queue_received: int | None = None
    queue_age: float | None = None
    bots: bool = False
    session_id: UUID | None = None
    skipped: int = 0
    start: datetime | None = None
    end: datetime | None = None
    day_before: datetime | None = None
    day_after: datetime | None = None
    previous_start: datetime | None = None
    previous_end: datetime | None = None
    previous_day_before: datetime | None = None
    previous_day_after: datetime | None = None
    edges: list[datetime] = []
    zone: str = "UTC"
    step: str = "day"
    filters: str = "{}"
    """JSON, as sessions_in takes it."""
    closed: list[date] = []
    hours: list[datetime] = []
    """Where the closed hours begin that are read besides the closed days."""
    live_from: list[datetime] = []
    live_until: list[datetime] = []
    every_row: bool = False
    asked: Asks = msgspec.field(default_factory=Asks)

    @property
    def is_filtered(self) -> bool:
        return self.filters != "{}"

    def params(self, sql: Query) -> dict[str, object]:
        """Its own fields by name, and those that the report asks for itself."""
        mine = self.__struct_fields__
        return {name: getattr(self if name in mine else self.asked, name) for name in sql.params}


def decode_asked(report: Report, params: Mapping[str, str]) -> Asks:
    """Raises BadRequest that names the parameter at fault."""
    try:
        return msgspec.convert(dict(params), report.asks, strict=False)
    except msgspec.ValidationError as e:
        text = str(e)
        field = text.rpartition("$.")[2].rstrip("`") if "`$." in text else _quoted(text)
        raise BadRequest(text.partition(" - at ")[0], field=field) from e


def _quoted(text: str) -> str | None:
    """Of `Object contains unknown field `x`` and `Object missing required field `x``."""
    return text.split("`")[1] if text.count("`") >= 2 else None


def scope_of(asked: Asks, project: Watched, around: Around) -> tuple[str, Period | None, Scope]:
    """The time zone, the period if the report has one, and its statements' parameters."""
    zone = periods.find_zone(asked.tz or project.time_zone).key
    scope = Scope(
        project_id=project.id,
        now=around.now,
        idle=around.idle,
        cache_hit_rate=around.cache_hit_rate,
        queue_received=around.queue.received if around.queue else None,
        queue_age=around.queue.age_seconds if around.queue else None,
        zone=zone,
        asked=asked,
    )
    if isinstance(asked, PeriodAsks):
        period = periods.resolve(asked, zone, around.now)
        return zone, period, _over(scope, period, asked.bots)
    if isinstance(asked, SessionAsks):
        found = msgspec.structs.replace(scope, session_id=asked.session, skipped=asked.offset)
        return zone, None, found
    bots = isinstance(asked, NowAsks) and asked.bots
    return zone, None, msgspec.structs.replace(scope, bots=bots)


_FILTERS = ("device", "source", "campaign", "country", "price_list", "converted")


def filters_of(asked: Asks) -> str:
    """JSON, as the SQL function sessions_in takes it; `{}` when there is none."""
    if not isinstance(asked, NarrowAsks):
        return "{}"
    given: dict[str, object] = {name: getattr(asked, name) for name in _FILTERS}
    if asked.option is not None:
        given["option_category"], given["option_value"] = option_of(asked.option)
    kept = {name: value for name, value in given.items() if value is not None}
    return msgspec.json.encode(kept).decode()


def before(scope: Scope, period: Period) -> Scope:
    """The same question about the equal period before."""
    moved = msgspec.structs.replace(
        period, span=period.before, before=period.earlier, edges=period.edges_before
    )
    return _over(scope, moved, scope.bots)


def reading(scope: Scope, spans: Spans) -> Scope:
    """What is read from closed days and hours, and what from the sessions themselves."""
    return msgspec.structs.replace(
        scope,
        closed=spans.closed,
        hours=spans.hours,
        live_from=spans.live_from,
        live_until=spans.live_until,
    )


def keeps_days(report: Report, project: Watched, scope: Scope) -> bool:
    """Whether closed days answer it: they are whole local days of the project, unfiltered."""
    return (
        bool(report.families)
        and scope.zone == project.time_zone
        and scope.step == "day"
        and not scope.is_filtered
    )


def keeps_hours(report: Report, project: Watched, scope: Scope) -> bool:
    """Whether closed hours answer it too: all that it reads is kept of them."""
    return (
        bool(report.families)
        and all(family.hours for family in report.families)
        and scope.zone == project.time_zone
        and not scope.is_filtered
    )


def span_of(scope: Scope) -> Span | None:
    return Span(scope.start, scope.end) if scope.start and scope.end else None


def _over(scope: Scope, period: Period, bots: bool) -> Scope:
    return msgspec.structs.replace(
        scope,
        bots=bots,
        step=period.step,
        filters=filters_of(scope.asked),
        start=period.span.start,
        end=period.span.end,
        day_before=period.span.day_before,
        day_after=period.span.day_after,
        previous_start=period.before.start,
        previous_end=period.before.end,
        previous_day_before=period.before.day_before,
        previous_day_after=period.before.day_after,
        edges=list(period.edges),
    )


def definitions(row: type[Row]) -> dict[str, Definition]:
    """What each field of a row says, by its name on the wire, from the field's annotation."""
    hints = typing.get_type_hints(row, include_extras=True)
    return {f.encode_name: _definition(f.name, hints[f.name]) for f in msgspec.structs.fields(row)}


def _definition(name: str, hint: Any) -> Definition:
    for meta in _metas(hint):
        if meta.title and meta.description:
            extra = meta.extra or {}
            return Definition(
                title=meta.title,
                definition=meta.description,
                unit=extra.get("unit"),
                filters=extra.get("filters"),
            )
    raise TypeError(f"field {name} has no title or no definition")


def _metas(hint: Any) -> list[msgspec.Meta]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [meta for member in typing.get_args(hint) for meta in _metas(member)]
    return [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, msgspec.Meta)]
