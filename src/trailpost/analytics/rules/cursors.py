"""Where the next page of a long list begins: what its last row said, as one opaque word."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from trailpost.base.errors import BadRequest

Place = TypeVar("Place")


def cursor_of(values: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def place_of(cursor: str, kind: type[Place]) -> Place:
    """Raises BadRequest when it is none of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return msgspec.json.decode(text, type=kind)
    except (binascii.Error, msgspec.DecodeError, UnicodeError, ValueError) as e:
        raise BadRequest("the cursor is not one that a page before gave", field="cursor") from e
