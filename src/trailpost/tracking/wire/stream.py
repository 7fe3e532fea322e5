"""What the stream carries: one msgpack Envelope per request, arrays without field names.

Ids are 16 bytes and times are integers: building UUID and datetime objects costs more than all
the rest of decoding (0.28 µs an event without them). A field added later goes last and has a
default, so that entries written before an upgrade can still be read.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal[
    "session_start",
    "page_view",
    "interaction",
    "choice",
    "snapshot",
    "timing",
    "session_end",
    "consent",
    "identify",
]


NO_SESSION = bytes(16)
"""A timing that no session sent, such as one of a server's own."""


class Context(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the server and the request know of the session that the events belong to."""

    session_id: bytes
    """UUID, 16 bytes. NO_SESSION: the events are stored, but no session is made of them."""
    visitor: int
    """Salted hash, signed 64 bits."""
    is_bot: bool = False
    client_session_id: str | None = None
    """The id the client gave, when that was not a UUID."""
    bot_class: str | None = None
    bot_reason: str | None = None
    user_agent: str | None = None
    device_type: str | None = None
    browser_name: str | None = None
    os_name: str | None = None
    language: str | None = None
    referrer: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    landing_page: str | None = None
    viewport_width: int | None = None
    viewport_height: int | None = None
    country: str | None = None
    """ISO 3166-1 alpha-2, as a trusted proxy said."""
    is_recognised: bool = False
    """`visitor` is made of an id that the page gave with consent, so it outlives the day."""


class Event(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row of table `events`: its columns, but for those of the envelope and the context.

    `session_id` is the context's; `received_at` and `project_id` are the envelope's;
    `configuration_hash` is computed by the writer. Every number fits its column, and no text
    holds a NUL or a lone surrogate: ingest refused those.
    """

    event_id: bytes
    """UUID, 16 bytes."""
    kind: Kind
    occurred_at: int
    """Microseconds since 1970, corrected for the client's clock."""
    day: int
    """Days since 1970-01-01: the UTC day of the time the client gave, the same on every retry."""
    event_type: str | None = None
    category: str | None = None
    element_id: str | None = None
    value: str | None = None
    """What was selected or chosen; of a consent its state; of an identify the user's hash."""
    previous_value: str | None = None
    time_spent: int | None = None
    """Milliseconds."""
    url: str | None = None
    """Of a page view; of a session end the exit page."""
    source: str | None = None
    price_cents: int | None = None
    """Column `price`, in cents: after a choice, or the total of a snapshot."""
    price_before_cents: int | None = None
    """Column `price_before`, in cents."""
    price_list_version: str | None = None
    configuration: bytes | None = None
    """JSON text of an object."""
    completion: int | None = None
    """Percent."""
    trigger_event: str | None = None
    conversion_status: str | None = None
    metric_name: str | None = None
    metric_value: float | None = None
    unit: str | None = None
    endpoint: str | None = None
    method: str | None = None
    status: int | None = None
    device_type: str | None = None
    viewport_width: int | None = None
    viewport_height: int | None = None
    clock: str | None = None
    additional_data: bytes | None = None
    """JSON text of an object."""


class RequestTiming(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One row to add to `request_timings`."""

    minute: int
    """Microseconds since 1970, a whole minute."""
    method: str
    route: str
    """The route's template, never the path asked for."""
    status: int
    requests: int
    total_ms: float
    max_ms: float
    bins: dict[int, int] = {}
    """Requests by the bin of their milliseconds; see `bin_of`."""


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One request: the session it speaks of, its events, and how many of them were refused.

    It counts as `len(events) + rejected` events received. Project 0 with timings only is the web
    server's own; it counts as none.
    """

    version: int
    project_id: int
    received_at: int
    """Microseconds since 1970."""
    rejected: int
    context: Context | None
    """None when there are no events."""
    events: list[Event]
    timings: list[RequestTiming] = []


ENVELOPE = msgspec.msgpack.Decoder(Envelope)
VERSION = 1
_ENCODER = msgspec.msgpack.Encoder()


def encode(envelope: Envelope) -> bytes:
    return _ENCODER.encode(envelope)
