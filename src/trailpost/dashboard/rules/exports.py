"""Exports of whole tables as their section lists them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics import ExportAnswer, ExportAsks, Table
from trailpost.base.errors import BadRequest
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.jobs import STATUSES

FORMATS = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet"}
_OPEN = frozenset({"PENDING", "PROCESSING"})


class TableLine(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """`progress` from 0 to 1; `url` once there is a file."""

    job: str
    told: str
    made: str
    status: str
    status_words: str
    progress: float
    percent: str
    size: str | None
    url: str | None
    until: str | None
    error: str | None
    is_open: bool


class Exports(msgspec.Struct, frozen=True, kw_only=True):
    tables: tuple[TableLine, ...]
    formats: tuple[tuple[str, str], ...]
    orders: tuple[OrderLine, ...]
    today: str


def exports(
    tables: Mapping[str, Table],
    formats: Sequence[str],
    orders: Sequence[ExportAnswer],
    now: datetime,
    zone: ZoneInfo,
) -> Exports:
    return Exports(
        tables=tuple(
            TableLine(name=t.name, title=t.title, definition=t.definition) for t in tables.values()
        ),
        formats=tuple((f, FORMATS.get(f, f)) for f in formats),
        orders=tuple(_order(o, tables, now, zone) for o in orders),
        today=now.astimezone(zone).date().isoformat(),
    )


def _order(
    order: ExportAnswer, tables: Mapping[str, Table], now: datetime, zone: ZoneInfo
) -> OrderLine:
    asked, made = order.asked, order.made
    told = [tables[asked.table].title, FORMATS.get(asked.format, asked.format), _days(asked)]
    status = order.status.lower()
    size = f"{words.count(made.rows)} rows, {words.size(made.bytes)}" if made else None
    return OrderLine(
        job=str(order.job_id),
        told=", ".join(told) + (", with bots" if asked.bots else ""),
        made=words.ago(order.created_at.astimezone(zone), now),
        status=f"job-{status}",
        status_words=STATUSES.get(order.status, words.label(status)),
        progress=order.progress,
        percent=words.percent(100 * order.progress),
        size=size,
        url=order.href,
        until=words.moment(order.kept_until.astimezone(zone)) if order.kept_until else None,
        error=order.error,
        is_open=order.status in _OPEN,
    )


def _days(asked: ExportAsks) -> str:
    if asked.from_ is None and asked.to is None:
        return "from the beginning to now"
    first = words.day(asked.from_) if asked.from_ else "the beginning"
    return f"{first} to {words.day(asked.to) if asked.to else 'now'}"


def asked_export(form: Mapping[str, object]) -> ExportAsks:
    """Raises BadRequest that names the field at fault."""
    given = {k: str(form[k]) for k in _FIELDS if form.get(k)}
    try:
        return msgspec.convert(given, ExportAsks, strict=False)
    except msgspec.ValidationError as e:
        raise BadRequest(str(e)) from e


_FIELDS = ("project", "table", "format", "from", "to", "bots")
