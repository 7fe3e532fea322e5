"""What a house of each size takes at most: rules as data, which the browser gets as they stand."""

from __future__ import annotations

import msgspec

from trailpost.apps.houses.rules.catalogue import EXTRA_MODULES
from trailpost.apps.houses.rules.choosing import choose, chosen, option, quantity
from trailpost.apps.houses.wire import Category, Configuration
from trailpost.base.errors import Unprocessable


class Limit(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="kind", tag="quantity"
):
    """A quantity that is at most `base`, and `per_extra_module` more for each module over four."""

    id: str
    """Names the rule in choices of source `constraint`."""
    category: Category
    base: int
    per_extra_module: int
    minimum: int = 1

    def maximum(self, nest: str) -> int:
        return self.base + self.per_extra_module * EXTRA_MODULES[option("nest", nest).value]


class Lowered(msgspec.Struct, frozen=True):
    """What a limit did to a choice."""

    rule: str
    category: Category
    before: int
    after: int


LIMITS = (
    Limit(id="pv-limit", category="pvanlage", base=8, per_extra_module=2),
    Limit(id="window-limit", category="fenster", base=30, per_extra_module=4),
)
BY_CATEGORY: dict[str, Limit] = {limit.category: limit for limit in LIMITS}


def maxima(nest: str) -> dict[str, int]:
    """Most panels and m² of windows of a house, by category."""
    return {limit.category: limit.maximum(nest) for limit in LIMITS}


def check(configuration: Configuration) -> None:
    """Raises Unprocessable naming the quantity that is too small or over its limit."""
    for limit in LIMITS:
        if chosen(configuration, limit.category) is None:
            continue
        found, most = quantity(configuration, limit.category), limit.maximum(configuration.nest)
        if not limit.minimum <= found <= most:
            raise Unprocessable(
                f"{limit.category}: {found}, but {configuration.nest} takes "
                f"{limit.minimum} to {most} ({limit.id})",
                field=limit.category,
            )


def fit(configuration: Configuration) -> tuple[Configuration, tuple[Lowered, ...]]:
    """Lower what the house does not take, and say what was lowered by which rule."""
    lowered = []
    for limit in LIMITS:
        held, most = quantity(configuration, limit.category), limit.maximum(configuration.nest)
        if held > most:
            value = chosen(configuration, limit.category)
            configuration = choose(configuration, limit.category, value, most)
            lowered.append(Lowered(limit.id, limit.category, held, most))
    return configuration, tuple(lowered)
