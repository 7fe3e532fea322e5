"""A visitor's country, in the words of whatever proxy says it."""

from __future__ import annotations

# What proxies write when they do not know it. Neither will ever be a country's.
_UNKNOWN = frozenset({"XX", "ZZ"})


def country_code(given: str) -> str | None:
    """Two letters as in ISO 3166-1; None for anything else, such as Tor's `T1`."""
    code = given.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha() or code in _UNKNOWN:
        return None
    return code
