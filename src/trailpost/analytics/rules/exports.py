"""What can be exported, and which of it: tables with their columns, days as moments in UTC."""

from __future__ import annotations

import types
import typing
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import msgspec

from trailpost.analytics.rules.periods import find_zone, midnight
from trailpost.analytics.rules.reports import Row, Watched
from trailpost.analytics.wire import ExportAsks, Format
from trailpost.base.errors import BadRequest
from trailpost.db import Query

FORMATS: dict[Format, str] = {
    "csv": "text/csv; header=present",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}
"""Media types by the format's name, which is also the file's ending."""
KEPT = timedelta(days=7)
"""How long the server keeps a file that a job has made."""

# Wide enough for every clock, narrow enough for a local midnight to be a moment in UTC.
_FIRST, _LAST = date(1970, 1, 2), date(9000, 1, 1)


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One row a line; `sql` gives the rows of one stored day, or all of them, in order."""

    name: str
    title: str
    definition: str
    row: type[Row]
    sql: Query
    expected: Query
    """How many rows the rollups know of: what a progress bar runs to."""
    kind: str | None = None
    """The kind of event; None: every kind, or none at all."""
    by_day: bool = True
    """Whether `sql` gives the rows of one `day` of storage."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    wire: str
    """Its name in CSV and JSON."""
    type: Any
    """int, float, str, bool, Decimal, datetime, date, UUID, msgspec.Raw (JSON) or list (of str)."""
    nullable: bool
    definition: str


class ExportScope(msgspec.Struct, frozen=True, kw_only=True):
    """Every parameter an export's statement may name."""

    project_id: int
    bots: bool
    kind: str | None
    start: datetime | None
    end: datetime | None
    day: date | None = None

    def params(self, sql: Query) -> dict[str, object]:
        return {name: getattr(self, name) for name in sql.params}


def scope_of(table: Table, asked: ExportAsks, project: Watched) -> ExportScope:
    """Raises BadRequest that names the parameter at fault."""
    zone = find_zone(asked.tz or project.time_zone)
    for name, day in (("from", asked.from_), ("to", asked.to)):
        if day is not None and not _FIRST <= day <= _LAST:
            raise BadRequest(f"{name} is not between {_FIRST} and {_LAST}", field=name)
    if asked.from_ and asked.to and asked.to < asked.from_:
        raise BadRequest("to is before from", field="to")
    return ExportScope(
        project_id=project.id,
        bots=asked.bots,
        kind=table.kind,
        start=midnight(asked.from_, zone) if asked.from_ else None,
        end=midnight(asked.to + timedelta(days=1), zone) if asked.to else None,
    )


def file_name(asked: ExportAsks) -> str:
    """`default_events_from_2026-03-01_to_2026-03-31.csv`"""
    words = [asked.project, asked.table]
    words += [f"from_{asked.from_}"] if asked.from_ else []
    words += [f"to_{asked.to}"] if asked.to else []
    words += ["with_bots"] if asked.bots else []
    return f"{'_'.join(words)}.{asked.format}"


def media_type(name: str) -> str:
    """Of a file by its ending."""
    return next(said for form, said in FORMATS.items() if name.endswith(f".{form}"))


@cache
def columns(row: type[Row]) -> tuple[Column, ...]:
    """Read from the row's annotations."""
    hints = typing.get_type_hints(row, include_extras=True)
    return tuple(_column(f.name, f.encode_name, hints[f.name]) for f in msgspec.structs.fields(row))


def _column(name: str, wire: str, hint: Any) -> Column:
    plain, meta = typing.get_args(hint)
    members = typing.get_args(plain) if isinstance(plain, types.UnionType) else (plain,)
    (known,) = (m for m in members if m is not types.NoneType)
    return Column(
        name=name,
        wire=wire,
        type=typing.get_origin(known) or known,
        nullable=len(members) == 2,
        definition=meta.description,
    )
