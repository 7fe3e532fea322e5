"""The configuration that an address asks for: how the page works for a browser without script."""

from __future__ import annotations

from collections.abc import Mapping

from trailpost.apps.houses.preview import View, opened, start_view
from trailpost.apps.houses.rules import answers, limits
from trailpost.apps.houses.rules.catalogue import CATEGORIES, COUNTED, DEFAULTS
from trailpost.apps.houses.rules.choosing import choose, chosen, quantity
from trailpost.apps.houses.wire import Category, Configuration, Language, Offer
from trailpost.base.errors import Unprocessable

START = Configuration(**DEFAULTS)  # type: ignore[arg-type]
_AREA = "fenster_m2"
_MOST = 1000

Query = Mapping[str, str]


def configuration(query: Query, offer: Offer) -> Configuration:
    """What is chosen by name; what makes no sense is as if it were not there."""
    found = START
    for category in CATEGORIES:
        if category in query:
            found = _with(found, category, query, offer)
    return limits.fit(found)[0]


def is_given(query: Query) -> bool:
    return any(category in query for category in CATEGORIES)


def language(query: Query) -> Language:
    return "en" if query.get("lang") == "en" else "de"


def view(query: Query, seen: Configuration) -> View:
    wanted = query.get("view")
    return next((v for v in opened(seen) if v == wanted), start_view(seen))


def address(seen: Configuration, spoken: Language) -> list[tuple[str, str]]:
    """The same, as the names and values of an address: empty where nothing is chosen."""
    made: list[tuple[str, str]] = []
    for category in CATEGORIES:
        amount = quantity(seen, category)
        counts_only = category == "pvanlage" and amount
        made.append((category, str(amount) if counts_only else chosen(seen, category) or ""))
        if category == "fenster" and amount:
            made.append((_AREA, str(amount)))
    return made + ([("lang", "en")] if spoken == "en" else [])


def _with(found: Configuration, category: Category, query: Query, offer: Offer) -> Configuration:
    value: str | None = query[category] or None
    amount: int | None = None
    if category == "pvanlage" and value is not None:
        # Its number is its value; the option's own name stands for one panel.
        amount = _number(value) if value.isdecimal() else 1
        value = "pv_panels" if amount else None
    elif category in COUNTED:
        amount = _number(query.get(_AREA, "1"))
        value = value if amount else None
    try:
        made = choose(found, category, value, amount)
        answers.check_offered(made, offer)
    except Unprocessable:
        return found
    return made


def _number(text: str) -> int:
    return min(int(text), _MOST) if text.isdecimal() and len(text) < 6 else 1
