"""HTML and SVG as values: whatever is not Markup yet is escaped on its way in."""

from __future__ import annotations

import math
import re
from zlib import crc32

from markupsafe import Markup, escape

Attribute = str | int | float | bool | None
Content = str | None

_NO_WORD = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG = 40


def el(name: str, *children: Content, **attributes: Attribute) -> Markup:
    """`el("b", "<", class_="x")` is `<b class="x">&lt;</b>`. None and False are left out."""
    told = "".join([_attribute(k, v) for k, v in attributes.items() if v is not None])
    inside = "".join([escape(c) for c in children if c is not None])
    return Markup(f"<{name}{told}>{inside}</{name}>")


def _attribute(name: str, value: Attribute) -> str:
    if value is False:
        return ""
    name = name.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    if isinstance(value, float):
        value = number(value)
    return f' {name}="{escape(value)}"'


def number(value: float) -> str:
    """As short as it can be said to two digits."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def percent(part: float | None, whole: float) -> float:
    """Of the width or height, from 0 to 100; of nothing it is 0."""
    if not part or whole <= 0 or not math.isfinite(part):
        return 0.0
    return round(min(100.0, max(0.0, 100 * part / whole)), 2)


def at(share: float) -> str:
    """A share from 0 to 100 as SVG takes it."""
    return f"{number(share)}%"


def ident(chart: str, key: str) -> str:
    """Stays the same whatever the order, so that a swap finds the focused element again."""
    slug = _NO_WORD.sub("-", key.lower()).strip("-")[:_LONGEST_SLUG]
    return f"{chart}-{slug}" if slug == key else f"{chart}-{slug}{crc32(key.encode()):08x}"
