"""When two configurations are the same one: the only configuration hash there is."""

from __future__ import annotations

import functools
import hashlib

import msgspec

_TIMES = {
    "at",
    "created_at",
    "date",
    "last_updated",
    "saved_at",
    "sent_at",
    "timestamp",
    "updated_at",
}
_PRICES = {"currency", "monthly", "price", "price_list_version", "prices", "total_price", "version"}
_VIEWS = {
    "completion",
    "completion_percentage",
    "current_view",
    "description",
    "label",
    "name",
    "title",
}
_ORIGINS = {"id", "session_id", "source", "url", "view"}

VOLATILE = frozenset(name.replace("_", "") for name in _TIMES | _PRICES | _VIEWS | _ORIGINS)
"""Keys that differ between two savings of one configuration, or that follow from it; compared
without underscores and capitals."""

_NOT_CHOSEN = (None, False, 0, "")
_DEFAULTS = frozenset({"default", "constraint"})
# The tracker sends the same few configurations over and over; a hash costs 5 µs.
_REMEMBERED = 8192

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder(order="sorted").encode


@functools.lru_cache(_REMEMBERED)
def configuration_hash(configuration: bytes) -> bytes:
    """SHA-256 of the sorted JSON of the explicit options and quantities, volatile keys removed.

    Left out as well: what is not chosen (null, false, 0, empty) and what says of itself that it
    is a default or follows from a constraint. 8 and 8.0 are the same quantity. Raises
    msgspec.DecodeError when `configuration` is no JSON.
    """
    return hashlib.sha256(_encode(_explicit(_decode(configuration)))).digest()


def _explicit(value: object) -> object:
    if isinstance(value, dict):
        return _options(value)
    if isinstance(value, list):
        return [_explicit(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _options(chosen: dict[str, object]) -> dict[str, object] | None:
    if chosen.get("source") in _DEFAULTS:
        return None
    kept = {
        key: _explicit(value)
        for key, value in chosen.items()
        if key.replace("_", "").lower() not in VOLATILE
    }
    return {key: value for key, value in kept.items() if value not in (*_NOT_CHOSEN, {}, [])}
