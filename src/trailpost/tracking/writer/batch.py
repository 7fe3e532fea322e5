"""From stream messages to what one transaction stores: decoded, checked, packed and counted.

All of it happens while PostgreSQL works on the batch before.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from trailpost.stream import Message, Part
from trailpost.tracking import wire
from trailpost.tracking.rules import fold
from trailpost.tracking.store import DeadLetter, EventKey, LedgerRow, SessionKey, rows
from trailpost.tracking.wire import Envelope, Event
from trailpost.tracking.writer.pace import Pace

MINUTE = 60_000_000
# Packing this many events takes about 2 ms, for which the event loop, and so the transaction that
# is under way, has to wait.
_SLICE = 500
_INT4 = range(-(2**31), 2**31)

UNSOUND = (
    struct.error,
    msgspec.MsgspecError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    RecursionError,
)
"""What packing or folding raises over an event that is none, for whatever reason."""

Poison = Mapping[EventKey, str]
"""Events that PostgreSQL refuses, and why."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """One envelope, with those of its events that go on."""

    entry_id: str
    envelope: Envelope
    events: list[Event]

    @property
    def ledger_key(self) -> tuple[int, int]:
        at = self.envelope.received_at
        return (at - at % MINUTE, self.envelope.project_id)


class Content(msgspec.Struct):
    """What of a batch goes into events and sessions."""

    requests: list[Request] = []
    events: int = 0
    days: set[int] = set()
    packed: list[bytes] = []
    counts: Counter[rows.CountKey] = msgspec.field(default_factory=Counter)
    timings: list[bytes] = []
    sessions: dict[SessionKey, fold.Session] = {}
    """What each session's events of this batch alone make of it."""


class Batch(msgspec.Struct):
    messages: list[Message]
    content: Content
    ledger: dict[tuple[int, int], LedgerRow] = {}
    dead: list[DeadLetter] = []
    timings: list[wire.RequestTiming] = []

    @property
    def received(self) -> int:
        return sum(row.received for row in self.ledger.values())


async def prepare(
    messages: list[Message], poison: Poison | None = None, pace: Pace | None = None
) -> Batch:
    batch = Batch(messages, Content())
    seen: set[EventKey] = set()
    waiting: list[Request] = []
    size = 0
    for request in _decoded(batch, messages):
        kept = _without_repeats(batch, request, seen)
        kept = _without_poison(batch, kept, poison) if poison else kept
        waiting.append(kept)
        size += len(kept.events)
        if size >= _SLICE:
            _add(batch, waiting)
            waiting, size = [], 0
            if pace:
                await pace.step_back()
    _add(batch, waiting)
    return batch


def row_of(batch: Batch, key: tuple[int, int]) -> LedgerRow:
    found = batch.ledger.get(key)
    if found is None:
        found = batch.ledger[key] = LedgerRow(minute=key[0], project_id=key[1])
    return found


# Decoding


def _decoded(batch: Batch, messages: Iterable[Message]) -> Iterable[Request]:
    for message in messages:
        if message.is_foreign:
            _bury(batch, message.id, message.count, message.raw, "not an entry of ours")
        for part in message.parts:
            request = _decode(batch, message.id, part)
            if request is not None:
                yield request


def _decode(batch: Batch, entry_id: str, part: Part) -> Request | None:
    try:
        envelope = wire.ENVELOPE.decode(part.blob)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as e:
        _bury(batch, entry_id, part.count, part.blob, f"cannot be decoded: {e}")
        return None
    wrong = _wrong(envelope, part.count)
    if wrong:
        _bury(batch, entry_id, part.count, part.blob, wrong)
        return None
    batch.timings += envelope.timings
    request = Request(entry_id, envelope, envelope.events)
    if part.count:
        row = row_of(batch, request.ledger_key)
        row.received += part.count
        row.rejected += envelope.rejected
        row.stored += len(envelope.events)
    return request


def _wrong(envelope: Envelope, count: int) -> str | None:
    """Why the ledger could not even tell whose it is."""
    if envelope.project_id not in _INT4 or not 0 <= envelope.received_at <= rows.LATEST:
        return "no such project or time of receipt"
    if envelope.rejected < 0 or count != len(envelope.events) + envelope.rejected:
        return f"says {count} events, and has {len(envelope.events)} and {envelope.rejected}"
    if envelope.events and (envelope.context is None or len(envelope.context.session_id) != 16):
        return "has events of no session"
    if any(len(event.event_id) != 16 for event in envelope.events):
        return "has an event without an id"
    return None


# What becomes of events before the transaction


def _without_repeats(batch: Batch, request: Request, seen: set[EventKey]) -> Request:
    keys = [(event.event_id, event.day) for event in request.events]
    fresh = set(keys)
    if len(fresh) == len(keys) and seen.isdisjoint(fresh):
        seen |= fresh
        return request
    kept = []
    for key, event in zip(keys, request.events, strict=True):
        if key not in seen:
            seen.add(key)
            kept.append(event)
    repeats = len(keys) - len(kept)
    row = row_of(batch, request.ledger_key)
    row.stored -= repeats
    row.duplicate += repeats
    return msgspec.structs.replace(request, events=kept)


def _without_poison(batch: Batch, request: Request, poison: Poison) -> Request:
    reasons = [poison.get((event.event_id, event.day)) for event in request.events]
    return _without(batch, request, reasons)


def _without(batch: Batch, request: Request, reasons: Sequence[str | None]) -> Request:
    """Buries each event that has a reason."""
    if not any(reasons):
        return request
    kept = []
    for event, reason in zip(request.events, reasons, strict=True):
        if reason is None:
            kept.append(event)
        else:
            _bury_event(batch, request, event, reason)
    return msgspec.structs.replace(request, events=kept)


def _bury_event(batch: Batch, request: Request, event: Event, reason: str) -> None:
    alone = msgspec.structs.replace(request.envelope, rejected=0, events=[event], timings=[])
    row = row_of(batch, request.ledger_key)
    row.stored -= 1
    row.dead_lettered += 1
    batch.dead.append(
        DeadLetter(
            project_id=request.envelope.project_id,
            entry_id=request.entry_id,
            events=1,
            reason=_plain(reason),
            payload=wire.encode(alone),
            received_at=request.envelope.received_at,
        )
    )


def _bury(batch: Batch, entry_id: str, events: int, payload: bytes, reason: str) -> None:
    """What cannot be read far enough to know its project: project 0, at the entry's time."""
    received_at = int(entry_id.partition("-")[0]) * 1000
    row = row_of(batch, (received_at - received_at % MINUTE, 0))
    row.received += events
    row.dead_lettered += events
    batch.dead.append(
        DeadLetter(
            project_id=0,
            entry_id=entry_id,
            events=events,
            reason=_plain(reason),
            payload=payload,
            received_at=received_at,
        )
    )


def _plain(reason: str) -> str:
    return " ".join(reason.replace("\0", "\\0").split())[:500]


# Packing


def _add(batch: Batch, requests: list[Request]) -> None:
    try:
        origins, sessions = _origins(requests), _summaries(requests)
        packed, timings = rows.events(origins), rows.timings(origins)
    except UNSOUND:
        requests = [_without(batch, request, _faults(request)) for request in requests]
        origins, sessions = _origins(requests), _summaries(requests)
        packed, timings = rows.events(origins), rows.timings(origins)
    content = batch.content
    content.requests += requests
    content.packed.append(packed)
    content.timings.append(timings)
    _count(content.counts, origins)
    for key, session in sessions:
        known = content.sessions.get(key)
        content.sessions[key] = session if known is None else fold.merge(known, session)
    for request in requests:
        content.events += len(request.events)
        content.days.update([event.day for event in request.events])


def content_of(requests: Iterable[Request]) -> Content:
    """Of requests that were packed before, or of some of their events."""
    batch = Batch([], Content())
    _add(batch, list(requests))
    return batch.content


def _origins(requests: Iterable[Request]) -> list[rows.Origin]:
    return [
        rows.Origin(
            request.envelope.project_id,
            request.envelope.context.session_id,
            request.envelope.received_at,
            request.events,
        )
        for request in requests
        if request.events and request.envelope.context
    ]


def _count(counts: Counter[rows.CountKey], origins: Iterable[rows.Origin]) -> None:
    for origin in origins:
        found = Counter([(event.occurred_at // fold.BUCKET, event.kind) for event in origin.events])
        for (n, kind), events in found.items():
            key = (origin.project_id, origin.session_id, n * fold.BUCKET, kind)
            counts[key] += events


def _summaries(requests: Iterable[Request]) -> list[tuple[SessionKey, fold.Session]]:
    return [
        (
            (request.envelope.project_id, request.envelope.context.session_id),
            fold.summarise(
                request.envelope.project_id,
                request.envelope.context,
                request.events,
                request.envelope.received_at,
            ),
        )
        for request in requests
        if request.events
        and request.envelope.context
        and request.envelope.context.session_id != wire.NO_SESSION
    ]


def _faults(request: Request) -> list[str | None]:
    return [_fault(msgspec.structs.replace(request, events=[event])) for event in request.events]


def _fault(request: Request) -> str | None:
    try:
        origins = _origins([request])
        rows.events(origins)
        rows.timings(origins)
        _summaries([request])
    except UNSOUND as e:
        return f"{type(e).__name__}: {e}"
    return None
