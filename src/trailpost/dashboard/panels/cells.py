"""One value of a row as a cell: in its unit, with the link that narrows the page to it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import msgspec

from trailpost.analytics import option_text
from trailpost.dashboard.charts import Sparkline, sparkline
from trailpost.dashboard.panels.around import Page
from trailpost.dashboard.panels.fields import Field
from trailpost.dashboard.panels.views import TableCell
from trailpost.dashboard.rules import words


def cell(field: Field, row: msgspec.Struct, page: Page, carrier: Field | None = None) -> TableCell:
    """`carrier`: the field that says what this one's value is filtered by."""
    value = getattr(row, field.name)
    if value is None or value == "":
        return TableCell(text=None, hint=field.none or "")
    if field.kind in ("figure", "place"):
        return TableCell(text=words.figure(value, field.unit_in(row) or "count"), sort=_sort(value))
    if field.name == "trend" and isinstance(value, list):
        return TableCell(text="", spark=_course(field, value))
    if field.kind == "time":
        return TableCell(text=_when(value, page), sort=value.isoformat())
    if field.kind == "flag":
        return TableCell(text="yes" if value else "no", sort=str(int(value)))
    if field.name == "session_id":
        return TableCell(text=str(value)[:8], sort=str(value), url=page.journey(value))
    text = label(field, value)
    by = carrier or field
    wanted = narrowing(by, row)
    url = page.url(**{by.filters: wanted}) if wanted is not None else None
    return TableCell(text=text, sort=text.casefold(), url=url)


def label(field: Field, value: object) -> str:
    """A text as it reads: our own codes as words, lists as a way."""
    if isinstance(value, msgspec.Raw):
        value = msgspec.json.decode(value)
    if isinstance(value, list | tuple):
        return " → ".join(words.label(str(v)) for v in value)
    if isinstance(value, dict):
        return ", ".join(f"{words.label(k)}: {_plain(v)}" for k, v in value.items())
    return words.label(str(value)) if field.is_code else str(value)


def _plain(value: object) -> str:
    if isinstance(value, dict) and "value" in value:
        times = value.get("quantity")
        return f"{times} × " * (times not in (None, 1)) + words.label(str(value["value"]))
    return words.label(str(value))


def narrowing(field: Field, row: msgspec.Struct) -> str | None:
    """What the filter of this field is set to, to see only what the row is about."""
    value = getattr(row, field.name)
    if not field.filters or value is None or value == "":
        return None
    if field.filters == "option" and field.name != "option":
        category = getattr(row, "category", None)
        return None if category is None else option_text(category, str(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _course(field: Field, values: list[float]) -> str:
    drawn = Sparkline(title=field.title, values=tuple(float(v) for v in values))
    return sparkline(drawn)


def _when(value: date, page: Page) -> str:
    if isinstance(value, datetime):
        at = value.astimezone(page.zone)
        return words.day(at) if (at.hour, at.minute) == (0, 0) else words.moment(at)
    return words.day(value)


def _sort(value: float | Decimal) -> str:
    return f"{float(value):g}" if isinstance(value, float) else str(value)
