"""What a row's fields say of themselves: title, definition, unit, and what they filter by."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal

import msgspec

from trailpost.analytics import definitions

Kind = Literal["figure", "place", "text", "time", "flag", "json", "unit"]
"""`place`: a number that orders the rows, and is nothing to add up or to draw. `unit`: what the
row's figures of the unit `own` are in."""

_PLACES = frozenset({"place", "rank", "step", "weekday", "hour", "week", "weeks_later"})
_NONE = re.compile(r"\bnone: ([^.;]+)", re.IGNORECASE)


_CODES = frozenset(
    ["category", "next_category", "status", "kind", "stage", "step", "metric", "state"]
    + ["device", "option", "converted"]
)
_ASKED = {"priceList": "price_list"}
"""Parameters that the API spells in another way than the pages' addresses."""


class Field(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str
    kind: Kind
    unit: str = ""
    filters: str = ""
    """The parameter that takes its value."""
    is_code: bool = False
    """Whether its texts are names that a program gave, to be read as words."""

    def unit_in(self, row: msgspec.Struct) -> str:
        """Of its value in this row."""
        return (getattr(row, "unit", None) or "number") if self.unit == "own" else self.unit

    @property
    def is_figure(self) -> bool:
        return self.kind == "figure"

    @property
    def is_text(self) -> bool:
        return self.kind in ("text", "json")

    @property
    def none(self) -> str | None:
        """What it means that there is no value, where the definition says so (`None: …`)."""
        found = _NONE.search(self.definition)
        return found.group(1)[:1].upper() + found.group(1)[1:] if found else None


@cache
def fields_of(row: type[msgspec.Struct]) -> tuple[Field, ...]:
    """In the order of the row; figures that others are compared with are left out."""
    told = definitions(row)
    hints = typing.get_type_hints(row)
    found = []
    names = {f.name for f in msgspec.structs.fields(row)}
    # Beside a category, a value is one of its options.
    codes = _CODES | ({"value"} if "category" in names else set())
    for f in msgspec.structs.fields(row):
        says = told[f.encode_name]
        found.append(
            Field(
                name=f.name,
                title=says.title,
                definition=says.definition,
                kind=_kind(f.name, hints[f.name], says.unit),
                unit=says.unit or _unit(hints[f.name]),
                filters=_ASKED.get(says.filters or "", says.filters or ""),
                is_code=bool({f.name, says.filters} & codes),
            )
        )
    return tuple(f for f in found if not _is_before(f.name, names))


def _is_before(name: str, names: set[str]) -> bool:
    return name.startswith("previous_") and name.removeprefix("previous_") in names


def carriers(fields: Sequence[Field]) -> dict[str, Field]:
    """Fields that only say what another is filtered by (`option`: category:value), by that one."""
    found = {}
    for before, field in zip(fields, fields[1:], strict=False):
        if field.filters and field.filters == field.name and before.is_text and not before.filters:
            found[before.name] = field
    return found


def _kind(name: str, hint: Any, unit: str | None) -> Kind:
    plain = _plain(hint)
    if name == "unit" and plain is str:
        return "unit"
    if name in _PLACES and plain is int:
        return "place"
    if unit:
        return "figure"
    if plain is bool:
        return "flag"
    if plain in (datetime, date):
        return "time"
    if plain in (int, float, Decimal):
        return "figure"
    is_json = plain in (dict, msgspec.Raw) or typing.get_origin(plain) in (dict, list)
    return "json" if is_json else "text"


def _unit(hint: Any) -> str:
    return "number" if _plain(hint) in (float, Decimal) else ""


def _plain(hint: Any) -> Any:
    """Behind `X | None`."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return next(a for a in typing.get_args(hint) if a is not type(None))
    return hint
