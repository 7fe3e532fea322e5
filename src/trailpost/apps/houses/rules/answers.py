"""A configuration priced for the page: total, instalment, breakdown, labels and limits."""

from __future__ import annotations

from trailpost.apps.houses.rules import catalogue, choosing, limits, prices, words
from trailpost.apps.houses.wire import (
    Calculated,
    Configuration,
    Label,
    Language,
    Offer,
    PricedLine,
    PriceTable,
)
from trailpost.base.errors import Unprocessable


def priced(configuration: Configuration, offer: Offer, language: Language = "de") -> Calculated:
    """Raises Unprocessable naming what does not exist, is not offered, or is over its limit."""
    check_offered(configuration, offer)
    table = offer.table
    total = prices.price(configuration, table)
    return Calculated(
        total=total,
        monthly=prices.instalment(total, table),
        price_list_version=table.version,
        breakdown=breakdown(configuration, offer, language),
        labels=_labels(configuration, table, offer, language),
        limits=limits.maxima(configuration.nest),
    )


def breakdown(configuration: Configuration, offer: Offer, language: Language) -> list[PricedLine]:
    offered = {(o.category, o.value): o for o in offer.options}
    # What was taken out of the catalogue is still in houses that were configured before.
    names = {key: o.name.in_(language) for key, o in (catalogue.BY_KEY | offered).items()}
    return [
        PricedLine(
            category=line.category,
            value=line.value,
            label=names[line.category, line.value],
            amount=line.amount,
            quantity=choosing.quantity(configuration, line.category) or None,
        )
        for line in prices.breakdown(configuration, offer.table)
    ]


def check_offered(configuration: Configuration, offer: Offer) -> None:
    """Raises Unprocessable naming the first option that is switched off or never was."""
    choosing.check(configuration)
    offered = {(o.category, o.value) for o in offer.options}
    for category in catalogue.CATEGORIES:
        value = choosing.chosen(configuration, category)
        if value is not None and (category, value) not in offered:
            raise Unprocessable(f"{value!r} in {category} is not offered any more", field=category)


def _labels(
    configuration: Configuration, table: PriceTable, offer: Offer, language: Language
) -> dict[str, dict[str, Label]]:
    by_category = prices.differences(configuration, table)
    found: dict[str, dict[str, Label]] = {category: {} for category in by_category}
    for option in offer.options:
        amount = by_category[option.category][option.value]
        text = words.difference(amount, language)
        found[option.category][option.value] = Label(amount, text)
    return found
