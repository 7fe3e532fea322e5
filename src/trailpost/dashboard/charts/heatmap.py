"""Weekday by hour: a table whose cells are coloured, so that it is one without colours, too."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.markup import el
from trailpost.dashboard.rules import words

LEVELS = 7
"""Shades above the one for zero. Each is darker than the one before, so no hue need be told."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HOURS = range(24)
# Under a phone's columns of 12 px there is room for every third hour.
_EVERY = 3


class Cell(msgspec.Struct, frozen=True):
    """`weekday` from 1, Monday; `value` None: the hour did not occur in the period."""

    weekday: int
    hour: int
    value: float | None


class Heatmap(msgspec.Struct, frozen=True, kw_only=True):
    """A cell that is not named did not occur."""

    id: str
    title: str
    cells: tuple[Cell, ...]
    weekdays: tuple[str, ...] = WEEKDAYS
    unit: str = "count"
    noun: str = "sessions"


def heatmap(drawn: Heatmap) -> Markup:
    values = {(c.weekday, c.hour): c.value for c in drawn.cells if c.value is not None}
    if not any(values.values()):
        return parts.nothing("heat", drawn.id, drawn.title)
    most = max(values.values())
    rows = [_row(drawn, day, values, most) for day in range(1, 8)]
    table = el("table", _caption(drawn, values), _hours(), el("tbody", *rows))
    numbers = el(
        "details",
        el("summary", "Show numbers"),
        class_="as-table numbers",
        id=f"{drawn.id}-numbers",
    )
    return parts.figure(
        "heat",
        drawn.id,
        drawn.title,
        el("div", table, class_="scroll", tabindex=0, role="region", aria_label=drawn.title),
        el("div", legend("0", _said(drawn, most)), numbers, class_="below"),
    )


def level(value: float | None, most: float) -> int | None:
    """0 for nothing, then LEVELS equal steps up to the most; None where nothing is known."""
    if value is None:
        return None
    if value <= 0 or most <= 0:
        return 0
    return min(LEVELS, 1 + int(LEVELS * value / most - 1e-9))


def legend(low: str, high: str) -> Markup:
    shades = [el("i", class_=f"q{n}") for n in range(LEVELS + 1)]
    steps = el("span", *shades, aria_hidden="true")
    return el("p", el("span", low), steps, el("span", high), class_="shades")


def _hours() -> Markup:
    heads = [el("th", _hour(h), scope="col") for h in _HOURS]
    return el("thead", el("tr", el("td"), *heads))


def _hour(hour: int) -> Markup:
    return el("span", f"{hour:02}", class_=None if hour % _EVERY == 0 else "odd")


def _row(drawn: Heatmap, day: int, values: Mapping[tuple[int, int], float], most: float) -> Markup:
    named = drawn.weekdays[day - 1]
    cells = [_cell(drawn, named, hour, values.get((day, hour)), most) for hour in _HOURS]
    return el("tr", el("th", named, scope="row"), *cells)


def _cell(drawn: Heatmap, day: str, hour: int, value: float | None, most: float) -> Markup:
    shade = level(value, most)
    told = parts.UNKNOWN if value is None else _said(drawn, value)
    return el(
        "td",
        el("span", "–" if value is None else words.figure(value, drawn.unit)),
        class_="no" if shade is None else f"q{shade}",
        title=f"{day} {hour:02}–{hour + 1:02}: {told}",
    )


def _said(drawn: Heatmap, value: float) -> str:
    if drawn.unit == "count":
        return parts.counted(value, drawn.noun)
    return words.figure(value, drawn.unit) or parts.UNKNOWN


def _caption(drawn: Heatmap, values: Mapping[tuple[int, int], float]) -> Markup:
    (day, hour), value = max(values.items(), key=lambda item: (item[1], [-n for n in item[0]]))
    at = f"{drawn.weekdays[day - 1]} {hour:02}–{hour + 1:02}"
    return el("caption", f"Most at {at}: {_said(drawn, value)}")
