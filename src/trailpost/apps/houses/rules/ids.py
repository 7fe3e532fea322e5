"""Ids for what strangers may ask for, and secrets for what only one may do: nobody guesses them."""

from __future__ import annotations

import hashlib
import hmac
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


def edit_secret() -> str:
    """192 bits, for the browser that made something."""
    return secrets.token_urlsafe(24)


def hashed(secret: str) -> bytes:
    """As it is kept. Without salt: what is drawn at random cannot be looked up in a table."""
    return hashlib.sha256(secret.encode()).digest()


def is_secret(given: str | None, kept: bytes | None) -> bool:
    """Never, where no secret was given out."""
    return bool(given and kept) and hmac.compare_digest(hashed(given or ""), kept or b"")


def uuid7(at: datetime) -> UUID:
    """Sorts by time."""
    value = int(at.timestamp() * 1000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 2 << 62)
