"""A report is one value: its name, what it may be asked, what a row is, its statement."""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from trailpost.analytics.rules import periods
from trailpost.analytics.rules.periods import Period
from trailpost.analytics.wire import Asks, Definition, NowAsks, PeriodAsks, SessionAsks
from trailpost.base.errors import BadRequest
from trailpost.db import Query

Chart = Literal["figures", "table", "timeline", "lines"]
"""`figures`: exactly one row."""
Unit = Literal["count", "percent", "eur", "seconds", "ms", "per_second"]

Row = msgspec.Struct


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of a report, and what its rows say."""

    name: str
    title: str
    definition: str
    row: type[Row]
    sql: Query


class Report(Part, frozen=True, kw_only=True):
    asks: type[Asks]
    chart: Chart
    parts: tuple[Part, ...] = ()
    """Statements that go with it, answered under their own names."""
    needs: str | None = None
    """A part without which there is nothing to report: the thing asked for does not exist."""

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


class Around(msgspec.Struct, frozen=True, kw_only=True):
    """What a report cannot read from the database."""

    now: datetime
    idle: timedelta
    cache_hit_rate: float | None


class ReportAnswer(msgspec.Struct, frozen=True, kw_only=True):
    report: Report
    project: Watched
    zone: str
    period: Period | None
    """None: the report is not about a range."""
    rows: list[Any]
    """Of `report.row`."""
    parts: dict[str, list[Any]]


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """Every parameter a report's statement may name."""

    project_id: int
    now: datetime
    idle: timedelta
    cache_hit_rate: float | None
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

    def params(self, sql: Query) -> dict[str, object]:
        return {name: getattr(self, name) for name in sql.params}


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
    )
    if isinstance(asked, PeriodAsks):
        period = periods.resolve(asked, zone, around.now)
        return zone, period, _over(scope, period, asked.bots)
    if isinstance(asked, SessionAsks):
        found = msgspec.structs.replace(scope, session_id=asked.session, skipped=asked.offset)
        return zone, None, found
    bots = isinstance(asked, NowAsks) and asked.bots
    return zone, None, msgspec.structs.replace(scope, bots=bots)


def _over(scope: Scope, period: Period, bots: bool) -> Scope:
    return msgspec.structs.replace(
        scope,
        bots=bots,
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
            unit = (meta.extra or {}).get("unit")
            return Definition(title=meta.title, definition=meta.description, unit=unit)
    raise TypeError(f"field {name} has no title or no definition")


def _metas(hint: Any) -> list[msgspec.Meta]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [meta for member in typing.get_args(hint) for meta in _metas(member)]
    return [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, msgspec.Meta)]
