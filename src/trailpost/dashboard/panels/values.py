"""The values a filter can be set to: those that a report of the period names."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from trailpost.analytics import Part, Report, ReportAnswer
from trailpost.dashboard.panels.around import Page
from trailpost.dashboard.panels.cells import narrowing
from trailpost.dashboard.panels.fields import Field, fields_of
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.asked import FILTERS
from trailpost.dashboard.rules.heads import filter_words

MOST = 60


class Named(msgspec.Struct, frozen=True):
    """Where a filter's values stand: a report, its part, the field."""

    report: Report
    part: Part
    field: Field


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    text: str
    url: str | None
    count: str | None


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """`kept`: what a form has to hand on beside a value that is typed."""

    name: str
    title: str
    path: str
    back: str
    kept: tuple[tuple[str, str], ...]
    values: tuple[Offer, ...]


def named(name: str, reports: Mapping[str, Report]) -> Named | None:
    """A part whose rows name the filter's values beside a figure."""
    for report in reports.values():
        for part in (report, *report.parts):
            fields = fields_of(part.row)
            field = next((f for f in fields if f.filters == name), None)
            if field and any(f.is_figure for f in fields) and "session_id" not in _names(fields):
                return Named(report, part, field)
    return None


def offers(name: str, found: tuple[Named, ReportAnswer] | None, page: Page) -> Offers:
    fixed = {"converted": ("true", "false")}.get(name, ())
    values = tuple(_offer(name, value, None, page) for value in fixed)
    return Offers(
        name=name,
        title=FILTERS[name],
        path=page.path,
        back=f"{page.path}?{page.asked.query}",
        kept=tuple(page.asked.having(**{name: ""}).report_params.items()),
        values=values or (_named_values(name, *found, page) if found else ()),
    )


def _named_values(name: str, where: Named, answer: ReportAnswer, page: Page) -> tuple[Offer, ...]:
    own = where.part is where.report
    rows = answer.rows if own else answer.parts[where.part.name]
    figure = next(f for f in fields_of(where.part.row) if f.is_figure)
    counts: dict[str, str | None] = {}
    for row in rows:
        value = narrowing(where.field, row)
        if value is not None and value not in counts:
            counts[value] = words.figure(getattr(row, figure.name), figure.unit or "count")
    return tuple(_offer(name, value, count, page) for value, count in list(counts.items())[:MOST])


def _offer(name: str, value: str, count: str | None, page: Page) -> Offer:
    return Offer(text=filter_words(name, value), url=page.url(**{name: value}), count=count)


def _names(fields: tuple[Field, ...]) -> set[str]:
    return {f.name for f in fields}
