"""What crosses a process boundary: the stream's envelope, the native and the compatible requests."""

from trailpost.tracking.wire.stream import (
    ENVELOPE,
    Context,
    Envelope,
    Event,
    Kind,
    RequestTiming,
    encode,
)

__all__ = [
    "ENVELOPE",
    "Context",
    "Envelope",
    "Event",
    "Kind",
    "RequestTiming",
    "encode",
]
