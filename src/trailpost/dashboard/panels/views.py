"""What a panel's template shows."""

from __future__ import annotations

from typing import Literal

import msgspec

from trailpost.dashboard.rules.views import Change, Figure, Lines

Shape = Literal["figures", "table", "lines", "picture", "problem"]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str
    is_text: bool


class TableCell(msgspec.Struct, frozen=True, kw_only=True):
    """`sort` orders the column; `bar` is a share of the largest, in percent."""

    text: str | None
    sort: str = ""
    url: str | None = None
    hint: str = ""
    """What it means that there is no text."""
    spark: str = ""
    """SVG markup in place of the text."""
    bar: float | None = None
    change: Change | None = None


class Table(msgspec.Struct, frozen=True, kw_only=True):
    columns: tuple[Column, ...]
    rows: tuple[tuple[TableCell, ...], ...]
    left_out: int
    """Rows that only the CSV has."""


class PanelView(msgspec.Struct, frozen=True, kw_only=True):
    """`csv`: the address of all its rows. `note`: what the reader has to know of this one."""

    name: str
    title: str
    definition: str
    shape: Shape
    width: str = "full"
    cards: tuple[Figure, ...] = ()
    table: Table | None = None
    lines: Lines | None = None
    picture: str = ""
    """SVG markup, escaped where it was drawn."""
    problem: str = ""
    is_empty: bool = False
    csv: str | None = None
    note: str = ""
    says: tuple[Column, ...] = ()
    """Every field's definition, for print."""
