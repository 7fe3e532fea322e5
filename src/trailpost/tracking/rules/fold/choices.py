"""Categories: what became of each, and which were shown at all."""

from __future__ import annotations

from trailpost.tracking.rules.fold.session import MOST_CATEGORIES, MOST_SEEN, Choice


def add_choices(choices: dict[str, Choice], others: dict[str, Choice]) -> None:
    for category, choice in others.items():
        known = choices.get(category)
        choices[category] = choice if known is None else _merged(known, choice)
    bound(choices)


def add_choice(choices: dict[str, Choice], category: str, choice: Choice) -> None:
    known = choices.get(category)
    choices[category] = choice if known is None else _merged(known, choice)


def bound(choices: dict[str, Choice]) -> None:
    if len(choices) > MOST_CATEGORIES:
        for category in sorted(choices)[MOST_CATEGORIES:]:
            del choices[category]


def _merged(one: Choice, other: Choice) -> Choice:
    last = other if other.at > one.at else one
    seen, first = one.seen, one.first
    if seen != other.seen and not set(seen).issuperset(other.seen):
        seen = sorted({*seen, *other.seen})[:MOST_SEEN]
    # Not known of one, not known of both.
    if first is not None and (other.first is None or other.first < first):
        first = other.first
    return Choice(last.value, last.at, one.count + other.count, seen, first, last.price)


def merge_exposed(some: list[str], others: list[str]) -> list[str]:
    if some == others or set(some).issuperset(others):
        return some
    return first_categories({*some, *others})


def first_categories(found: set[str]) -> list[str]:
    categories = sorted(found)
    return categories if len(categories) <= MOST_CATEGORIES else categories[:MOST_CATEGORIES]
