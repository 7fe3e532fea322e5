"""Rows over time as lines: one for each figure, or one for each text that the rows name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from trailpost.analytics import Part, Period
from trailpost.dashboard.panels.around import Note, Page, Rows, wall
from trailpost.dashboard.panels.cells import label
from trailpost.dashboard.panels.fields import Field, fields_of
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Line, LineCell, LinePoint, Lines

MOST = 4
"""Lines of one chart: a fifth would need a fifth colour."""
TOLD = 12
"""Columns of its table."""

_DAY = timedelta(days=1)

Value = float | None
Drawn = tuple[Line, list[Value], str]
"""A line, its values by step, their unit."""


def time_of(row: type[msgspec.Struct]) -> Field | None:
    return next((f for f in fields_of(row) if f.kind == "time"), None)


def is_over_time(part: Part) -> bool:
    """Whether its rows are steps: said so, or a step's beginning and figures alone."""
    if part.chart == "lines":
        return time_of(part.row) is not None
    first, *rest = fields_of(part.row)
    return first.name == "starts_at" and all(f.is_figure for f in rest)


def lines(
    row: type[msgspec.Struct],
    rows: Rows,
    before: Rows | None,
    period: Period | None,
    page: Page,
    wanted: Sequence[str] = (),
) -> Lines:
    """Raises ValueError when a row names no time."""
    time = time_of(row)
    if time is None:
        raise ValueError(f"{row.__name__} names no time")
    steps = list(dict.fromkeys(getattr(r, time.name) for r in rows))
    texts = [f for f in fields_of(row) if f.kind == "text"]
    named = {tuple(getattr(r, f.name) for f in texts) for r in rows}
    if len(named) > 1:
        found, left_out = _by_text(row, rows, time, texts, steps, wanted)
    else:
        found, left_out = _by_figure(row, rows, before, wanted), 0
    hourly = period is not None and period.step == "hour" and _apart(steps) < _DAY
    return Lines(
        unit=next((unit for line, _, unit in found if line.drawn), "count"),
        step="Hour" if hourly else "Day" if _apart(steps) <= _DAY else "From",
        about=_name(rows[0], texts) if texts and len(named) == 1 else "",
        lines=tuple(line for line, _, _ in found),
        points=_points(steps, found, period, page, hourly=hourly),
        left_out=left_out,
    )


def _apart(steps: Sequence[datetime]) -> timedelta:
    """Days on which clocks change are a little longer."""
    return steps[1] - steps[0] - timedelta(hours=1) if len(steps) > 1 else timedelta()


def _by_figure(
    row: type[msgspec.Struct], rows: Rows, before: Rows | None, wanted: Sequence[str]
) -> list[Drawn]:
    figures = [f for f in fields_of(row) if f.is_figure]
    names = list(wanted) or [f.name for f in figures if f.unit == figures[0].unit]
    numbers = {name: n for n, name in enumerate(names[:MOST], 1)}
    found = [
        (
            Line(title=f.title, definition=f.definition, drawn=numbers.get(f.name, 0)),
            [_number(getattr(r, f.name)) for r in rows],
            f.unit_in(rows[0]) if rows else f.unit,
        )
        for f in figures
    ]
    first = next((f for f in figures if numbers.get(f.name) == 1), None)
    if before and first:
        found.append(_before(first, before, len(rows)))
    return found


def _before(field: Field, rows: Rows, steps: int) -> Drawn:
    """Step by step, however the days of the two periods are called."""
    values = [_number(getattr(r, field.name)) for r in rows[:steps]]
    line = Line(
        title=f"{field.title} before",
        definition=f"{field.title} in the equal period before.",
        drawn=1,
        before=True,
    )
    return line, values + [None] * (steps - len(values)), field.unit


def _by_text(
    row: type[msgspec.Struct],
    rows: Rows,
    time: Field,
    texts: Sequence[Field],
    steps: Sequence[datetime],
    wanted: Sequence[str],
) -> tuple[list[Drawn], int]:
    """One figure of each text, the largest ones."""
    figures = [f for f in fields_of(row) if f.is_figure]
    by_name = {f.name: f for f in figures}
    figure = next((by_name[name] for name in wanted if name in by_name), figures[0])
    place = {at: n for n, at in enumerate(steps)}
    kept: dict[str, list[Value]] = {}
    for r in rows:
        name = _name(r, texts)
        values = kept.setdefault(name, [None] * len(steps))
        values[place[getattr(r, time.name)]] = _number(getattr(r, figure.name))
    ordered = sorted(kept.items(), key=lambda found: -sum(v or 0 for v in found[1]))
    numbers = {name: n for n, name in enumerate(_drawn(figure, ordered), 1)}
    found = [
        (Line(title=name, definition=figure.definition, drawn=numbers.get(name, 0)), v, figure.unit)
        for name, v in ordered[:TOLD]
    ]
    return found, max(len(ordered) - TOLD, 0)


def _name(row: msgspec.Struct, texts: Sequence[Field]) -> str:
    said = ((f, getattr(row, f.name)) for f in texts)
    return " · ".join(label(f, text) for f, text in said if text) or texts[0].none or "None"


def _drawn(figure: Field, ordered: Sequence[tuple[str, list[Value]]]) -> list[str]:
    """The largest; one that is always the whole says nothing."""
    return [
        name
        for name, values in ordered
        if figure.unit != "percent" or any(v not in (None, 100.0) for v in values)
    ][:MOST]


def _points(
    steps: Sequence[datetime],
    found: Sequence[Drawn],
    period: Period | None,
    page: Page,
    *,
    hourly: bool,
) -> tuple[LinePoint, ...]:
    ends = [*steps[1:], period.span.end if period else None]
    points = []
    for n, (at, end) in enumerate(zip(steps, ends, strict=False)):
        local = at.astimezone(page.zone)
        cells = tuple(LineCell(v[n], words.figure(v[n], unit)) for _, v, unit in found)
        points.append(
            LinePoint(
                at=wall(local),
                label=_step_label(local, hourly=hourly),
                cells=cells,
                notes=_notes(page.notes, at, end),
                open=end is not None and n == len(steps) - 1 and end > page.now,
            )
        )
    return tuple(points)


def _notes(notes: Sequence[Note], at: datetime, end: datetime | None) -> tuple[str, ...]:
    return tuple(note.text for note in notes if at <= note.at and (end is None or note.at < end))


def _step_label(at: datetime, *, hourly: bool) -> str:
    return f"{at:%a} {words.moment(at)}" if hourly else f"{at:%a} {words.day(at)}"


def _number(value: object) -> Value:
    return None if value is None else float(value)  # type: ignore[arg-type]
