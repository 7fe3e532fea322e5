"""The price rule: total, breakdown, instalment, and what each option would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from trailpost.apps.houses.rules import choosing, limits
from trailpost.apps.houses.rules.catalogue import CATEGORIES, EXTRA_MODULES, VALUES
from trailpost.apps.houses.rules.choosing import chosen, quantity
from trailpost.apps.houses.wire import Category, Configuration, Core, PriceTable
from trailpost.base.errors import Unprocessable

T = TypeVar("T")

# A core category not chosen yet counts as the cheapest.
_ASSUMED: dict[Category, str] = {
    "gebaeudehuelle": "trapezblech",
    "innenverkleidung": "kiefer",
    "fussboden": "parkett",
}


class Line(msgspec.Struct, frozen=True):
    """One choice, and what it adds to the total."""

    category: Category
    value: str
    amount: int


def price(configuration: Configuration, table: PriceTable) -> int:
    """Whole euro, tax included. Raises Unprocessable naming what is unknown or over its limit."""
    choosing.check(configuration)
    limits.check(configuration)
    return _total(configuration, table)


def instalment(total: int, table: PriceTable) -> int:
    """Whole euro a month: an annuity, P·i(1+i)^n / ((1+i)^n − 1), i a twelfth of the rate."""
    rate = table.instalment.rate / 12
    growth: float = (1 + rate) ** table.instalment.months
    return round(total * rate * growth / (growth - 1))


def breakdown(configuration: Configuration, table: PriceTable) -> list[Line]:
    """What each choice adds, in the order of the page; the amounts sum to the total.

    The core is priced by combination: each of its lines is what the choice adds to the ones above,
    beginning with the house as it is without them.
    """
    price(configuration, table)
    so_far = Configuration(nest=configuration.nest)
    before = 0
    lines = []
    for category in CATEGORIES:
        value = chosen(configuration, category)
        if value is None:
            continue
        amount = quantity(configuration, category)
        so_far = choosing.choose(so_far, category, value, amount or None)
        after = _total(so_far, table)
        lines.append(Line(category, value, after - before))
        before = after
    return lines


def differences(configuration: Configuration, table: PriceTable) -> dict[Category, dict[str, int]]:
    """By category and value: how the total would change by choosing it now. 0: it is in the price.

    A smaller house loses what it does not take, as it does by a click. Raises Unprocessable.
    """
    total = price(configuration, table)
    return {
        category: {
            value: _total(_after(configuration, category, value), table) - total
            for value in VALUES[category]
        }
        for category in CATEGORIES
    }


def combinations(table: PriceTable) -> dict[tuple[str, str, str], Core]:
    return {(c.shell, c.interior, c.floor): c for c in table.cores}


def _after(configuration: Configuration, category: Category, value: str) -> Configuration:
    return limits.fit(choosing.choose(configuration, category, value))[0]


def _total(configuration: Configuration, table: PriceTable) -> int:
    return sum(_amounts(configuration, table))


def _amounts(configuration: Configuration, table: PriceTable) -> Iterator[int]:
    core = _core(configuration, table)
    yield core.base + EXTRA_MODULES[configuration.nest] * core.per_module
    yield table.panel * quantity(configuration, "pvanlage")
    if configuration.fenster is not None:
        each = _priced(table.windows, configuration.fenster.value, "fenster")
        yield each * configuration.fenster.quantity
    if configuration.planungspaket is not None:
        yield _priced(table.planning, configuration.planungspaket, "planungspaket")
    if configuration.grundstueckscheck is not None:
        yield table.plot_check


def _core(configuration: Configuration, table: PriceTable) -> Core:
    wanted = tuple(_priced_as(configuration, category) for category in _ASSUMED)
    for core in table.cores:
        if (core.shell, core.interior, core.floor) == wanted:
            return core
    named = ", ".join(wanted)
    raise Unprocessable(
        f"price list {table.version} has no price for {named}", field="gebaeudehuelle"
    )


def _priced_as(configuration: Configuration, category: Category) -> str:
    value = chosen(configuration, category) or _ASSUMED[category]
    return choosing.option(category, value).priced_as or value


def _priced(prices: dict[str, int], value: str, category: Category) -> int:
    found = prices.get(value)
    if found is None:
        raise Unprocessable(f"there is no price for {value!r} in {category}", field=category)
    return found
