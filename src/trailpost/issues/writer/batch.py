"""From stream messages to what one transaction stores: decoded, grouped and counted."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from trailpost.http import times
from trailpost.issues import wire
from trailpost.issues.rules.sums import Grouped, group
from trailpost.issues.store import DeadLetter, LedgerRow, OccurrenceKey
from trailpost.issues.wire import Envelope
from trailpost.stream import Message, Part

_MINUTE = 60_000_000
_INT4 = range(-(2**31), 2**31)
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Batch(msgspec.Struct):
    """`grouped` holds each occurrence once; what was read a second time is a duplicate."""

    grouped: dict[OccurrenceKey, Grouped] = {}
    origins: dict[OccurrenceKey, tuple[str, Envelope]] = {}
    """Entry and request that each of them came with."""
    ledger: dict[tuple[int, int], LedgerRow] = {}
    dead: list[DeadLetter] = []

    @property
    def occurrences(self) -> list[Grouped]:
        return list(self.grouped.values())


def prepare(messages: Iterable[Message]) -> Batch:
    batch = Batch()
    for message in messages:
        if message.is_foreign:
            _bury_part(batch, message.id, message.count, message.raw, "not an entry of ours")
        for part in message.parts:
            _add(batch, message.id, part)
    return batch


def row_of(ledger: dict[tuple[int, int], LedgerRow], project_id: int, at: int) -> LedgerRow:
    """The row of a project and of the minute that `at` lies in."""
    key = (at - at % _MINUTE, project_id)
    found = ledger.get(key)
    if found is None:
        found = ledger[key] = LedgerRow(minute=key[0], project_id=project_id)
    return found


def bury(batch: Batch, key: OccurrenceKey, reason: str) -> None:
    """Put among the dead letters what the database refuses."""
    refused = batch.grouped.pop(key)
    entry_id, envelope = batch.origins[key]
    row = row_of(batch.ledger, refused.project_id, refused.received_at)
    row.stored -= 1
    row.dead_lettered += 1
    alone = msgspec.structs.replace(envelope, rejected=0, occurrences=[refused.occurrence])
    batch.dead.append(
        DeadLetter(
            project_id=refused.project_id,
            entry_id=entry_id,
            occurrences=1,
            reason=_plain(reason),
            payload=wire.encode(alone),
            received_at=refused.received_at,
        )
    )


def _add(batch: Batch, entry_id: str, part: Part) -> None:
    try:
        envelope = wire.ENVELOPE.decode(part.blob)
        wrong = _wrong(envelope, part.count)
        grouped = [] if wrong else _grouped(envelope)
    except _UNREADABLE as e:
        wrong, grouped = f"cannot be decoded: {e}", []
    if wrong:
        _bury_part(batch, entry_id, part.count, part.blob, wrong)
        return
    row = row_of(batch.ledger, envelope.project_id, envelope.received_at)
    row.received += part.count
    row.rejected += envelope.rejected
    for one in grouped:
        if one.key in batch.grouped:
            row.duplicate += 1
        else:
            row.stored += 1
            batch.grouped[one.key] = one
            batch.origins[one.key] = (entry_id, envelope)


def _grouped(envelope: Envelope) -> list[Grouped]:
    return [group(envelope.project_id, envelope.received_at, o) for o in envelope.occurrences]


def _wrong(envelope: Envelope, count: int) -> str | None:
    """Why the ledger could not even tell whose it is, or which occurrence is which."""
    if envelope.project_id not in _INT4 or not 0 <= envelope.received_at <= times.LAST:
        return "no such project or time of receipt"
    if envelope.rejected < 0 or count != len(envelope.occurrences) + envelope.rejected:
        has = f"{len(envelope.occurrences)} and {envelope.rejected}"
        return f"says {count} occurrences, and has {has}"
    for one in envelope.occurrences:
        if any(len(found) != 16 for found in (one.occurrence_id, one.session_id or bytes(16))):
            return "has an id that is no UUID"
        if not times.FIRST <= one.occurred_at <= times.LAST:
            return "has an occurrence without a time"
    return None


def _bury_part(batch: Batch, entry_id: str, count: int, payload: bytes, reason: str) -> None:
    """What cannot be read far enough to know its project: project 0, at the entry's time."""
    received_at = int(entry_id.partition("-")[0]) * 1000
    row = row_of(batch.ledger, 0, received_at)
    row.received += count
    row.dead_lettered += count
    batch.dead.append(
        DeadLetter(
            project_id=0,
            entry_id=entry_id,
            occurrences=count,
            reason=_plain(reason),
            payload=payload,
            received_at=received_at,
        )
    )


def _plain(reason: str) -> str:
    return " ".join(reason.replace("\0", "\\0").split())[:500]
