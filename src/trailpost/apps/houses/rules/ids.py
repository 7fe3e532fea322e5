"""Ids for what strangers may ask for: nobody guesses one from another."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID

# Without letters and digits that look alike: people read links to each other.
_LETTERS = "23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
SHORT = 10
"""56 letters to the power of 10 are 58 bits."""


def short_id() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(SHORT))


def is_short_id(text: str) -> bool:
    return len(text) == SHORT and all(letter in _LETTERS for letter in text)


def uuid7(at: datetime) -> UUID:
    """Sorts by time."""
    value = int(at.timestamp() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 2 << 62)
