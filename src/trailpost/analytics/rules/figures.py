"""How a row's field states what it means: a title, a definition and a unit."""

from __future__ import annotations

from msgspec import Meta

OWN_UNIT = "own"
"""The row's own field `unit` says it; null there is a number without a unit."""


def figure(title: str, definition: str, unit: str) -> Meta:
    """A number. Percent runs from 0 to 100."""
    return Meta(title=title, description=definition, extra={"unit": unit})


def in_own_unit(one: Meta) -> Meta:
    """The same figure where the row says the unit."""
    return Meta(title=one.title, description=one.description, extra={"unit": OWN_UNIT})


def text(title: str, definition: str, *, filters: str | None = None) -> Meta:
    """Anything that is not a number with a unit. `filters`: the parameter that takes its value."""
    extra = {"filters": filters} if filters else None
    return Meta(title=title, description=definition, extra=extra)


def before(title: str, unit: str) -> Meta:
    """The figure that a figure is compared with."""
    return figure(f"{title} before", f"{title} in the equal period before.", unit)
