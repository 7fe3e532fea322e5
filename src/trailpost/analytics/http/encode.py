"""A report's answer as JSON with its definitions, or as CSV; times in the asked zone."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics.rules.cells import cell
from trailpost.analytics.rules.periods import Period, Span
from trailpost.analytics.rules.reports import Part, Report, ReportAnswer, definitions
from trailpost.analytics.wire import (
    AnswerPeriod,
    Between,
    Definition,
    PartListed,
    ReportList,
    ReportListed,
)

_JSON = msgspec.json.Encoder(decimal_format="number")


def as_json(answer: ReportAnswer) -> bytes:
    report, zone = answer.report, ZoneInfo(answer.zone)
    body: dict[str, object] = {
        "report": report.name,
        "title": report.title,
        "definition": report.definition,
        "project": answer.project.slug,
        "period": _period(answer.period, zone),
        "definitions": all_definitions(report),
    }
    rows = _local(answer.rows, zone)
    body |= {"figures": rows[0]} if report.chart == "figures" else {"rows": rows}
    if report.cursor:
        body["next"] = answer.next
    body |= {name: _local(part, zone) for name, part in answer.parts.items()}
    if answer.previous is not None:
        parts = {name: _local(part, zone) for name, part in answer.previous_parts.items()}
        body["previous"] = {"rows": _local(answer.previous, zone), **parts}
    return _JSON.encode(body)


def as_csv(answer: ReportAnswer, part: Part) -> bytes:
    """RFC 4180: a header of field names, lines end in CRLF."""
    rows = answer.rows if part is answer.report else answer.parts[part.name]
    return csv_head(part) + csv_lines(part, rows, answer.zone)


def csv_head(part: Part) -> bytes:
    return _lines([[f.encode_name for f in msgspec.structs.fields(part.row)]])


def csv_lines(part: Part, rows: Sequence[Any], zone: str) -> bytes:
    names = part.row.__struct_fields__
    return _lines([cell(getattr(row, n)) for n in names] for row in _local(rows, ZoneInfo(zone)))


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def file_name(answer: ReportAnswer, part: Part) -> str:
    words = [answer.project.slug, answer.report.name]
    if part is not answer.report:
        words.append(part.name)
    if answer.period is not None:
        zone = ZoneInfo(answer.zone)
        words += [f"{at.astimezone(zone):%Y-%m-%d}" for at in _first_and_last(answer.period.span)]
    return "_".join(words) + ".csv"


def listed(reports: Sequence[Report]) -> bytes:
    return _JSON.encode(ReportList(reports=[_listed(report) for report in reports]))


def _listed(report: Report) -> ReportListed:
    return ReportListed(
        name=report.name,
        title=report.title,
        definition=report.definition,
        fields=definitions(report.row),
        parameters=[f.encode_name for f in msgspec.structs.fields(report.asks)],
        parts=[
            PartListed(
                name=part.name,
                title=part.title,
                definition=part.definition,
                fields=definitions(part.row),
            )
            for part in report.parts
        ],
    )


@cache
def all_definitions(report: Report) -> dict[str, Definition]:
    """Of the report's own fields by name, of its parts' by `part.name`."""
    found = definitions(report.row)
    for part in report.parts:
        found |= {f"{part.name}.{name}": d for name, d in definitions(part.row).items()}
    return found


def _period(period: Period | None, zone: ZoneInfo) -> AnswerPeriod | None:
    if period is None:
        return None
    return AnswerPeriod(
        from_=period.span.start.astimezone(zone),
        to=period.span.end.astimezone(zone),
        time_zone=period.zone,
        step=period.step,
        previous=Between(
            from_=period.before.start.astimezone(zone), to=period.before.end.astimezone(zone)
        ),
    )


def _first_and_last(span: Span) -> tuple[datetime, datetime]:
    return span.start, span.end - datetime.resolution


def _local(rows: Sequence[Any], zone: ZoneInfo) -> list[Any]:
    return [_row_in(row, zone) for row in rows]


def _row_in(row: msgspec.Struct, zone: ZoneInfo) -> msgspec.Struct:
    values = {name: getattr(row, name) for name in row.__struct_fields__}
    times = {k: v.astimezone(zone) for k, v in values.items() if isinstance(v, datetime)}
    return msgspec.structs.replace(row, **times) if times else row
