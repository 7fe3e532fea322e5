"""A configuration read and changed by category, whatever the category's choice is made of."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from trailpost.apps.houses.rules.catalogue import BY_KEY, CATEGORIES, COUNTED, REQUIRED
from trailpost.apps.houses.wire import Category, Configuration, Option, Quantity
from trailpost.base.errors import Unprocessable


def chosen(configuration: Configuration, category: Category) -> str | None:
    """The value of what is chosen there."""
    found: str | Quantity | None = getattr(configuration, category)
    return found.value if isinstance(found, Quantity) else found


def quantity(configuration: Configuration, category: Category) -> int:
    """0 where nothing is chosen, and in a category without quantities."""
    found: str | Quantity | None = getattr(configuration, category)
    return found.quantity if isinstance(found, Quantity) else 0


def choose(
    configuration: Configuration, category: Category, value: str | None, amount: int | None = None
) -> Configuration:
    """With another choice there; None removes it. Without `amount` the quantity stays, else 1.

    Limits are not applied: see `limits.fit`. Raises Unprocessable for what a person cannot do.
    """
    if value is None:
        if category == "nest":
            raise Unprocessable("a house has a size", field=category)
        return msgspec.structs.replace(configuration, **{category: None})
    option(category, value)
    made: str | Quantity = value
    if category in COUNTED:
        held = quantity(configuration, category)
        made = Quantity(value, held or 1 if amount is None else amount)
    return msgspec.structs.replace(configuration, **{category: made})


def option(category: Category, value: str) -> Option:
    """Raises Unprocessable naming it when there is none."""
    found = BY_KEY.get((category, value))
    if found is None:
        raise Unprocessable(f"there is no option {value!r} in {category}", field=category)
    return found


def check(configuration: Configuration) -> None:
    """Raises Unprocessable naming the first option that does not exist."""
    for category in CATEGORIES:
        value = chosen(configuration, category)
        if value is not None:
            option(category, value)


def explicit(
    configuration: Configuration, decided: Collection[str]
) -> dict[Category, str | Quantity]:
    """What is tracked of it: only what somebody decided, so that equal choices hash alike."""
    return {
        category: getattr(configuration, category)
        for category in CATEGORIES
        if category in decided and chosen(configuration, category) is not None
    }


def is_complete(configuration: Configuration) -> bool:
    return all(chosen(configuration, category) for category in REQUIRED)


def completion(decided: Collection[str]) -> int:
    """Percent of the required categories a person decided, and of the optional ones they chose."""
    optional = len(set(decided) - set(REQUIRED))
    return round(100 * len(decided) / (len(REQUIRED) + optional)) if decided else 0
