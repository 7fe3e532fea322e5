"""One row as cards: each figure with its change, and a line of how it went where one is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from trailpost.analytics import ReportAnswer
from trailpost.dashboard.charts.sparkline import Sparkline, sparkline
from trailpost.dashboard.panels import lines
from trailpost.dashboard.panels.fields import Field, fields_of
from trailpost.dashboard.rules import figures, words
from trailpost.dashboard.rules.views import Figure

Values = Sequence[float | None]
Series = Mapping[str, Values]
"""A figure's values by step."""

_LESS_IS_BETTER = frozenset({"bounce_rate", "error_rate"})


def cards(
    row: msgspec.Struct, before: msgspec.Struct | None, series: Series | None = None
) -> tuple[Figure, ...]:
    """`before`: the same figures of the equal period before, unless the row names them itself."""
    return tuple(
        _card(field, row, before, (series or {}).get(field.name, ()))
        if field.is_figure
        else _told(field, row)
        for field in fields_of(type(row))
        if field.is_figure or field.kind == "text"
    )


def _told(field: Field, row: msgspec.Struct) -> Figure:
    value = getattr(row, field.name)
    return Figure(
        name=field.name,
        title=field.title,
        definition=field.definition,
        text=None if value is None else words.label(str(value)),
    )


def _card(
    field: Field,
    row: msgspec.Struct,
    before: msgspec.Struct | None,
    trend: Sequence[float | None],
) -> Figure:
    unit = field.unit or "count"
    now = getattr(row, field.name)
    then = getattr(row, f"previous_{field.name}", getattr(before, field.name, None))
    told = words.figure(then, unit)
    return Figure(
        name=field.name,
        title=field.title,
        definition=field.definition,
        text=words.figure(now, unit),
        change=figures.change(now, then, unit, less_is_better=field.name in _LESS_IS_BETTER),
        before=f"{told} before" if told is not None else None,
        spark=sparkline(Sparkline(title=field.title, values=tuple(trend), unit=unit)),
    )


def series(answer: ReportAnswer) -> Series:
    """Values over time from the report's part that has them."""
    for part in answer.report.parts:
        if lines.is_over_time(part):
            rows = answer.parts[part.name]
            return {
                f.name: tuple(_number(getattr(r, f.name)) for r in rows)
                for f in fields_of(part.row)
                if f.is_figure
            }
    return {}


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
