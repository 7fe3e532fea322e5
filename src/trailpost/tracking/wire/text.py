"""The bounded types that requests are made of: PostgreSQL takes what passes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

MAX_EVENTS = 500
MAX_BODY = 512 * 1024
"""Bytes, as sent and after gunzip."""
MAX_DATA = 8 * 1024
"""Bytes of one event's `data`, as JSON."""
MAX_CONFIGURATION = 32 * 1024
"""Bytes of one configuration, as JSON."""
MAX_USER_AGENT = 500
MAX_SESSION_ID = 200

Id = Annotated[
    str,
    Meta(min_length=1, max_length=MAX_SESSION_ID, description="a UUID (7 is best) or other text"),
]
# Of categories and metrics. With an option or an endpoint they make one index row, which
# PostgreSQL holds to 2,704 bytes; a character may take 4.
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Endpoint = Annotated[str, Meta(max_length=400)]
Option: TypeAlias = (
    Annotated[str, Meta(max_length=200)]
    | Annotated[int, Meta(ge=-(2**53), le=2**53)]
    | Annotated[float, Meta(ge=-1e15, le=1e15)]
    | bool
)
"""Kept as text: a quantity 8 is the option value "8"."""
Text = Annotated[str, Meta(max_length=500)]
Url = Annotated[str, Meta(max_length=2000)]
Value: TypeAlias = (
    Text
    | Annotated[int, Meta(ge=-(2**53), le=2**53)]
    | Annotated[float, Meta(ge=-1e15, le=1e15)]
    | bool
)
"""Kept as text."""

# 0001-01-02 to 9999-12-30: a day of room for time zones on either side.
_FIRST_MS, _LAST_MS = -62_135_510_400_000, 253_402_128_000_000
Time: TypeAlias = (
    datetime
    | Annotated[int, Meta(ge=_FIRST_MS, le=_LAST_MS)]
    | Annotated[float, Meta(ge=_FIRST_MS, le=_LAST_MS)]
)
"""ISO 8601 (UTC when it names no zone), or milliseconds since 1970."""

# 2**31 - 1 ms are 24 days.
Milliseconds = Annotated[float, Meta(ge=0, le=2**31 - 1)]
Price = Annotated[float, Meta(ge=0, le=1e11, description="rounded to cents")]
Percent = Annotated[float, Meta(ge=0, le=100)]
Measure = Annotated[float, Meta(ge=-1e15, le=1e15)]
Pixels = Annotated[float, Meta(ge=0, le=32_767)]
Status = Annotated[int, Meta(ge=0, le=999)]

InteractionType = Literal["click", "hover", "scroll", "selection", "input", "custom"]
ChoiceSource = Literal["default", "user", "reset", "shared_link", "constraint", "restored"]
Trigger = Literal["auto_save", "page_exit", "order_attempt", "manual"]
Conversion = Literal["ongoing", "in_cart", "completed", "converted"]
ConsentState = Literal["granted", "denied"]
DeviceType = Literal["desktop", "mobile", "tablet", "other"]

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
JsonObject: TypeAlias = dict[str, _J7]
"""A JSON object at most 8 levels deep."""
OBJECT = msgspec.json.Decoder(JsonObject)
Data = Annotated[
    msgspec.Raw,
    Meta(
        description="a JSON object, 8 KiB and 8 levels deep at most",
        extra_json_schema={"type": "object", "additionalProperties": True},
    ),
]
Configuration = Annotated[
    msgspec.Raw,
    Meta(
        description="a JSON object, 32 KiB and 8 levels deep at most",
        extra_json_schema={"type": "object", "additionalProperties": True},
    ),
]
