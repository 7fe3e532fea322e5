"""Rows as a table: a bar behind the first text, a change beside the first figure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost.dashboard.panels.around import Page, Rows
from trailpost.dashboard.panels.cells import cell
from trailpost.dashboard.panels.fields import Field, carriers, fields_of
from trailpost.dashboard.panels.views import Column, Table, TableCell
from trailpost.dashboard.rules import figures
from trailpost.dashboard.rules.sections import Panel

SHOWN = 100
"""Rows; the rest is in the CSV."""

_BARRED = ("count", "eur", "percent")


def table(
    row: type[msgspec.Struct], rows: Rows, before: Rows | None, page: Page, panel: Panel
) -> Table:
    fields = shown_of(row, panel)
    figure = next((f for f in fields if f.name == panel.by), None) or _first(fields)
    told = Told(fields, carriers(fields_of(row)), figure, _most(fields, figure, rows), page)
    earlier = _by_texts(fields, before) if before is not None else {}
    shown = rows[:SHOWN]
    return Table(
        columns=columns(fields),
        rows=tuple(_row(told, found, earlier.get(_texts(fields, found))) for found in shown),
        left_out=len(rows) - len(shown),
    )


def shown_of(row: type[msgspec.Struct], panel: Panel) -> list[Field]:
    """Without what is hidden, and what only says its neighbour's unit or by what it filters."""
    left = {f.name for f in carriers(fields_of(row)).values()} | set(panel.hidden)
    return [f for f in fields_of(row) if f.name not in left and f.kind != "unit"]


def columns(fields: Sequence[Field]) -> tuple[Column, ...]:
    return tuple(
        Column(
            name=f.name,
            title=f.title,
            definition=f.definition,
            is_text=f.kind not in ("figure", "place"),
        )
        for f in fields
    )


class Told(msgspec.Struct, frozen=True):
    """What each row is told with. `most`: the longest bar's value; None where none is drawn."""

    fields: list[Field]
    carried: dict[str, Field]
    figure: Field | None
    most: float | None
    page: Page

    @property
    def barred(self) -> int:
        """The last text before the first figure: the row's name."""
        first = next((n for n, f in enumerate(self.fields) if f.is_figure), 1)
        return max(first - 1, 0)


def _row(told: Told, row: msgspec.Struct, before: msgspec.Struct | None) -> tuple[TableCell, ...]:
    cells = [cell(f, row, told.page, told.carried.get(f.name)) for f in told.fields]
    hint = next((f.none for f in fields_of(type(row)) if f.none and not _has(row, f)), None)
    if hint is not None and cells[0].text is None:  # all the rest, where its name would stand
        cells[0] = msgspec.structs.replace(cells[0], hint=hint)
    if told.most and told.figure and not _is_rest(row):
        share = round(100 * float(getattr(row, told.figure.name) or 0) / told.most, 1)
        cells[told.barred] = msgspec.structs.replace(cells[told.barred], bar=share)
    if told.figure and before is not None:
        place, name = told.fields.index(told.figure), told.figure.name
        change = figures.change(getattr(row, name), getattr(before, name), told.figure.unit)
        cells[place] = msgspec.structs.replace(cells[place], change=change)
    return tuple(cells)


def _first(fields: Sequence[Field]) -> Field | None:
    return next((f for f in fields if f.is_figure), None)


def _most(fields: Sequence[Field], figure: Field | None, rows: Rows) -> float | None:
    """The largest value; None where a bar would say nothing."""
    if figure is None or fields[0].is_figure or figure.unit not in _BARRED or len(rows) < 2:
        return None
    if fields[0].kind == "time" or any(f.name == "session_id" for f in fields):
        return None
    values = [float(getattr(row, figure.name) or 0) for row in rows if not _is_rest(row)]
    return max(values, default=0.0) or None


def _is_rest(row: msgspec.Struct) -> bool:
    """Everything that has no row of its own, by what its missing name means."""
    return any(
        (f.none or "").startswith("All other") and not _has(row, f) for f in fields_of(type(row))
    )


def _has(row: msgspec.Struct, field: Field) -> bool:
    return getattr(row, field.name) is not None


def _texts(fields: Sequence[Field], row: msgspec.Struct) -> tuple[str, ...]:
    return tuple(str(getattr(row, f.name)) for f in fields if f.is_text)


def _by_texts(fields: Sequence[Field], rows: Rows) -> dict[tuple[str, ...], msgspec.Struct]:
    return {_texts(fields, row): row for row in rows}
