"""What crosses a process boundary: the requests of POST /api/issues, and the stream's envelope."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from trailpost.http.bounded import Time, Url
from trailpost.http.refused import Refused

MAX_OCCURRENCES = 100
MAX_CONTEXT = 8 * 1024
"""Bytes of one occurrence's `context`, as JSON."""

Level = Literal["error", "warning", "info"]
Status = Literal["open", "resolved", "ignored"]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Place = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Label = Annotated[str, Meta(min_length=1, max_length=100)]


class Frame(msgspec.Struct, frozen=True, rename="camel"):
    """One call of the stack."""

    function: Annotated[str, Meta(max_length=200)] | None = None
    file: Annotated[str, Meta(max_length=500)] | None = None
    line: Place | None = None
    column: Place | None = None
    in_app: bool | None = None
    """Code of the product's own. Without it: what is no library and no extension of the browser."""


class Occurrence(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Something went wrong once."""

    occurrence_id: UUID
    """The same on every retry: it is stored once."""
    session_id: UUID | None = None
    occurred_at: Time
    level: Level
    type: Name
    message: Annotated[str, Meta(max_length=4000)]
    stack: Annotated[list[Frame], Meta(max_length=100)] = []
    """The innermost call first."""
    url: Url
    release: Label | None = None
    environment: Label | None = None
    tags: Annotated[list[Label], Meta(max_length=20)] = []
    context: Annotated[
        msgspec.Raw,
        Meta(
            description="a JSON object, 8 KiB and 8 levels deep at most",
            extra_json_schema={"type": "object", "additionalProperties": True},
        ),
    ] = msgspec.field(default_factory=msgspec.Raw)
    fingerprint: Annotated[list[Name], Meta(max_length=10)] = []
    """What makes two occurrences the same issue, where the sender knows better than the rules."""


class Batch(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One request with many. A request with one is the occurrence itself, beside `key`."""

    occurrences: Annotated[list[Occurrence], Meta(min_length=1, max_length=MAX_OCCURRENCES)]
    sent_at: Time | None = None
    """The client's clock when it sent this; corrects the times of the occurrences."""
    key: str | None = None
    """The ingest key, where a header or a query parameter cannot be set."""


class LooseBatch(msgspec.Struct, frozen=True, rename="camel"):
    """A request of either shape: its occurrences are read one by one."""

    occurrences: list[msgspec.Raw] | None = None
    sent_at: Time | None = None
    key: str | None = None


class Accepted(msgspec.Struct, frozen=True):
    """The answer: what is durable, and what was refused."""

    accepted: int
    rejected: list[Refused]


LOOSE_BATCH = msgspec.json.Decoder(LooseBatch)
OCCURRENCE = msgspec.json.Decoder(Occurrence)


class KeptFrame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    function: str | None
    file: str | None
    line: int | None
    column: int | None
    in_app: bool | None


class Kept(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An occurrence on the stream. No text holds a NUL or half a surrogate: ingest refused those.

    A field added later goes last and has a default.
    """

    occurrence_id: bytes
    """UUID, 16 bytes."""
    occurred_at: int
    """Microseconds since 1970, corrected for the client's clock, never after its receipt."""
    level: Level
    type: str
    message: str
    url: str
    session_id: bytes | None = None
    """UUID, 16 bytes."""
    stack: list[KeptFrame] = []
    release: str | None = None
    environment: str | None = None
    tags: list[str] = []
    context: bytes | None = None
    """JSON text of an object."""
    fingerprint: list[str] = []


class Envelope(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One request. It counts as `len(occurrences) + rejected` received."""

    version: int
    project_id: int
    received_at: int
    """Microseconds since 1970."""
    rejected: int
    occurrences: list[Kept]


VERSION = 1
ENVELOPE = msgspec.msgpack.Decoder(Envelope)
_ENCODER = msgspec.msgpack.Encoder()


def encode(envelope: Envelope) -> bytes:
    return _ENCODER.encode(envelope)
