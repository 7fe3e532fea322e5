"""Amounts and labels in the page's two languages."""

from __future__ import annotations

from trailpost.apps.houses.wire import Language

_INCLUDED: dict[Language, str] = {"de": "inkludiert", "en": "included"}


def euro(amount: int, language: Language = "de") -> str:
    """`155.500 €`, or `€155,500`."""
    if language == "en":
        return f"€{amount:,}"
    return f"{amount:,} €".replace(",", ".")


def difference(amount: int, language: Language = "de") -> str:
    """`+ 9.600 €`, `− 9.600 €`, or `inkludiert` for nothing."""
    if amount == 0:
        return _INCLUDED[language]
    return f"{'+' if amount > 0 else '−'} {euro(abs(amount), language)}"
