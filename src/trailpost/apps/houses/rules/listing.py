"""An inquiry as rows for the owner: a page's list, a spreadsheet's line."""

from __future__ import annotations

from trailpost.apps.houses.rules.catalogue import BY_KEY, SECTIONS
from trailpost.apps.houses.rules.choosing import chosen, quantity
from trailpost.apps.houses.wire import Category, Configuration, Inquiry

COLUMNS = (
    "id",
    "created_at",
    "status",
    "status_at",
    "name",
    "email",
    "phone",
    "message",
    "language",
    "total_price",
    "price_list_version",
    *(section.category for section in SECTIONS),
    "session_id",
)
# What a spreadsheet would run as a formula when it opens the file.
_FORMULA = ("=", "@", "+", "-", "\t", "\r")


def house(configuration: Configuration) -> list[tuple[str, str]]:
    """Section and what is chosen there, in English like the owner's other pages."""
    return [
        (section.title.en, _chosen(configuration, section.category, section.unit))
        for section in SECTIONS
        if chosen(configuration, section.category) is not None
    ]


def cells(inquiry: Inquiry) -> tuple[str, ...]:
    """In the order of COLUMNS."""
    house = inquiry.configuration
    return (
        str(inquiry.id),
        inquiry.created_at.isoformat(timespec="seconds"),
        inquiry.status,
        inquiry.status_at.isoformat(timespec="seconds"),
        _safe(inquiry.name),
        _safe(inquiry.email),
        _safe(inquiry.phone or ""),
        _safe(inquiry.message or ""),
        inquiry.language,
        str(inquiry.total_price),
        inquiry.price_list_version,
        *(_cell(house, section.category) for section in SECTIONS),
        inquiry.session_id or "",
    )


def _chosen(configuration: Configuration, category: Category, unit: str | None) -> str:
    value = chosen(configuration, category)
    known = BY_KEY.get((category, value or ""))
    name = known.name.en if known else str(value)
    if unit is None:
        return name
    count = quantity(configuration, category)
    return f"{name}, {count} {'panels' if unit == 'panel' and count != 1 else unit}"


def _cell(configuration: Configuration, category: Category) -> str:
    value = chosen(configuration, category)
    count = quantity(configuration, category)
    return f"{value} x {count}" if value and count else value or ""


def _safe(text: str) -> str:
    """A phone number may begin with a plus; nothing else may begin like a formula."""
    if text.startswith(_FORMULA) and not text[1:].replace(" ", "").isdigit():
        return f"'{text}"
    return text
