"""A value as a cell of a CSV file: nothing that a spreadsheet would run, times with their zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import msgspec

_JSON = msgspec.json.Encoder(decimal_format="number")
# A cell that begins so would run as a formula in a spreadsheet; visitors choose these texts.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: object) -> str:
    return _WRITE.get(type(value), str)(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(value: object) -> str:
    return _JSON.encode(value).decode()


_WRITE: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "",
    str: _harmless,
    datetime: datetime.isoformat,
    date: date.isoformat,
    Decimal: lambda value: f"{value:f}",
    bool: _json,
    dict: _json,
    list: _json,
    msgspec.Raw: _json,
}
