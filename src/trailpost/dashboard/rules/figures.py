"""Reports' figures as cards: value, definition, and the change against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from trailpost.analytics import Definition, Part, definitions
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Change, Figure, Tone
from trailpost.dashboard.rules.words import Number

CARDS = (
    "sessions",
    "visitors",
    "average_duration",
    "bounce_rate",
    "engaged_rate",
    "configured",
    "completion",
    "average_configured_value",
    "total_configured_value",
    "conversion_rate",
)
"""Fields of the overview report, in the order of the page."""

_LESS_IS_BETTER = frozenset({"bounce_rate"})
# Below this a change is noise, and an arrow would lie.
_FLAT = 0.05


def cards(report: Part, row: msgspec.Struct) -> tuple[Figure, ...]:
    known = _definitions(report)
    return tuple(_card(name, known[name], row) for name in CARDS)


def figure(name: str, report: Part, value: Number | None, *, alarm: bool = False) -> Figure:
    """A figure of a report as it stands, without a comparison."""
    says = _definitions(report)[name]
    return Figure(
        name=name,
        title=says.title,
        definition=says.definition,
        text=words.figure(value, says.unit or "count"),
        alarm=alarm,
    )


def _definitions(report: Part) -> Mapping[str, Definition]:
    """By the field's own name; on the wire it is camelCase."""
    told = definitions(report.row)
    return {f.name: told[f.encode_name] for f in msgspec.structs.fields(report.row)}


def _card(name: str, says: Definition, row: msgspec.Struct) -> Figure:
    unit = says.unit or "count"
    now, before = getattr(row, name), getattr(row, f"previous_{name}")
    told = words.figure(before, unit)
    return Figure(
        name=name,
        title=says.title,
        definition=says.definition,
        text=words.figure(now, unit),
        change=change(now, before, unit, less_is_better=name in _LESS_IS_BETTER),
        before=f"{told} before" if told is not None else None,
    )


def change(
    now: Number | None, before: Number | None, unit: str, *, less_is_better: bool = False
) -> Change | None:
    """Relative; of a percentage, in points. None where there is nothing to compare."""
    if now is None or before is None or (unit != "percent" and not before):
        return None
    points = unit == "percent"
    by = float(now - before) if points else 100 * float(Decimal(now) / Decimal(before) - 1)  # type: ignore[operator]
    if abs(by) < _FLAT:
        return Change(arrow="flat", text="same", words="the same as before", tone="plain")
    size = f"{abs(by):,.1f}" if abs(by) < 9.95 else f"{abs(by):,.0f}"
    direction = "up" if by > 0 else "down"
    good: Tone = "good" if (by > 0) != less_is_better else "bad"
    return Change(
        arrow="up" if by > 0 else "down",
        text=f"{size}{words.NBSP}{'pp' if points else '%'}",
        words=f"{direction} {size} {'percentage points' if points else 'percent'}",
        tone=good,
    )
