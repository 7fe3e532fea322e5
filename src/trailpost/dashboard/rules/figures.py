"""Reports' figures as cards: value, definition, and the change against the period before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from trailpost.analytics import Definition, Part, definitions
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Change, Figure, Tone
from trailpost.dashboard.rules.words import Number

# Below this a change is noise, and an arrow would lie.
_FLAT = 0.05


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
