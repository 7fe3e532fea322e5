"""What crosses a process boundary: the stream's envelope, native and compatible requests."""

from trailpost.tracking.wire.stream import (
    ENVELOPE,
    NO_SESSION,
    VERSION,
    Context,
    Envelope,
    Event,
    Kind,
    RequestTiming,
    encode,
)

__all__ = [
    "ENVELOPE",
    "NO_SESSION",
    "VERSION",
    "Context",
    "Envelope",
    "Event",
    "Kind",
    "RequestTiming",
    "encode",
]
