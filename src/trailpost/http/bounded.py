"""What may be sent to us at most: bodies, texts, times and objects that PostgreSQL takes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from trailpost.base.errors import BadRequest

MAX_BODY = 512 * 1024
"""Bytes, as sent and after gunzip."""
MAX_USER_AGENT = 500

Url = Annotated[str, Meta(max_length=2000)]
# 0001-01-02 to 9999-12-30: a day of room for time zones on either side.
_FIRST_MS, _LAST_MS = -62_135_510_400_000, 253_402_128_000_000
Time: TypeAlias = (
    datetime
    | Annotated[int, Meta(ge=_FIRST_MS, le=_LAST_MS)]
    | Annotated[float, Meta(ge=_FIRST_MS, le=_LAST_MS)]
)
"""ISO 8601 (UTC when it names no zone), or milliseconds since 1970."""

# Nesting is bounded by the type, at the decoder's own speed. Requests hold such an object as Raw:
# it is decoded when its size is known, and one too deep costs only its own event.
_Scalar: TypeAlias = str | Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | float | bool | None
_J1: TypeAlias = _Scalar | list[_Scalar] | dict[str, _Scalar]
_J2: TypeAlias = _Scalar | list[_J1] | dict[str, _J1]
_J3: TypeAlias = _Scalar | list[_J2] | dict[str, _J2]
_J4: TypeAlias = _Scalar | list[_J3] | dict[str, _J3]
_J5: TypeAlias = _Scalar | list[_J4] | dict[str, _J4]
_J6: TypeAlias = _Scalar | list[_J5] | dict[str, _J5]
_J7: TypeAlias = _Scalar | list[_J6] | dict[str, _J6]
_JsonObject: TypeAlias = dict[str, _J7]
"""A JSON object at most 8 levels deep."""
_OBJECT = msgspec.json.Decoder(_JsonObject)


def json_object(raw: msgspec.Raw, field: str, limit: int) -> bytes | None:
    """An object as compact JSON text that PostgreSQL takes; None for null or nothing.

    Raises BadRequest naming `field`: too long, too deep, or no object.
    """
    if not raw or bytes(raw) == b"null":
        return None
    if len(raw) > limit:
        raise BadRequest(f"{len(raw)} bytes; the limit is {limit}", field=field)
    try:
        return msgspec.json.encode(_OBJECT.decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise BadRequest(str(e), field=field) from e
