"""One batch, one transaction: events, sessions, what others make of them, ledger, position."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import nullcontext

import msgspec

from trailpost import db
from trailpost.base import log
from trailpost.stream import Position
from trailpost.tracking import store
from trailpost.tracking.rules import fold
from trailpost.tracking.store import DeadLetter, EventKey, LedgerRow, SessionKey, rows
from trailpost.tracking.writer import metrics
from trailpost.tracking.writer.batch import MINUTE, Batch, Content, Request, content_of, row_of
from trailpost.tracking.writer.pace import Pace

Hook = Callable[[db.Connection], Awaitable[None]]
"""Given the transaction once `stored_counts`, `stored_timings`, `sessions_before`,
`sessions_after`, `touched_sessions` and `user_sessions` say what it changed."""

Move = tuple[Position, Position]
"""From where to where a batch moves its stream's position."""

_log = log.get(__name__)
_ATTEMPTS = 5


class Overtaken(Exception):
    """Another writer moved this stream's position: what was read is not ours to write."""


class _Raced(Exception):
    """Another writer made a session that was new to us a moment ago."""


async def write(
    conn: db.Connection,
    stream: str,
    batch: Batch,
    hooks: Sequence[Hook],
    move: Move,
    *,
    trusting: bool = False,
    pace: Pace | None = None,
) -> list[LedgerRow]:
    """Stores `batch` and moves the position from one to the other: all of it or nothing.

    Returns the ledger's new counts. Raises Overtaken, or db.Error with nothing stored;
    `trusting` one that is_duplicate when an event was stored before.
    """
    async with conn.transaction():
        if not await store.move_position(conn, stream, *move):
            raise Overtaken(stream)
        ledger = await store_content(conn, batch, hooks, trusting=trusting, pace=pace)
        if batch.dead:
            ledger = await _bury(conn, stream, batch.dead, ledger)
        if batch.timings:
            await store.add_request_timings(conn, batch.timings)
        if ledger:
            await store.add_to_ledger(conn, ledger)
    return ledger


async def store_content(
    conn: db.Connection,
    batch: Batch,
    hooks: Sequence[Hook],
    *,
    trusting: bool = False,
    pace: Pace | None = None,
) -> list[LedgerRow]:
    """Events, sessions and hooks. Returns the batch's ledger, duplicates told apart."""
    if batch.content.sessions:
        batch = await _without_erased(conn, batch)
    content, ledger = batch.content, batch.ledger
    if not content.events:
        return _checked(ledger.values(), 0)
    if trusting:
        inserted = await store.copy_events(conn, rows.data(content.packed))
    else:
        with pace.sending() if pace else nullcontext():
            await store.copy_staged(conn, rows.data(content.packed))
        inserted = await store.insert_new_events(conn)
    if inserted < content.events:
        gone = await store.drop_duplicates(conn, content.days)
        content, ledger = _without_duplicates(batch, gone)
    if inserted:
        await store.copy_stored(conn, content.counts, content.timings)
        await _write_sessions(conn, content)
        for hook in hooks:
            await hook(conn)
    return _checked(ledger.values(), inserted)


def _checked(ledger: Collection[LedgerRow], inserted: int) -> list[LedgerRow]:
    """Every event has exactly one fate. If not, that is a fault of ours, and must be seen."""
    unbalanced = sum(abs(row.missing) for row in ledger)
    unbalanced += abs(sum(row.stored for row in ledger) - inserted)
    if unbalanced:
        metrics.UNBALANCED.inc(unbalanced)
        _log.error("the ledger does not add up", events=unbalanced, inserted=inserted)
    return list(ledger)


# Erased sessions


async def _without_erased(conn: db.Connection, batch: Batch) -> Batch:
    """The batch without events of sessions that were erased; nobody erases more until the end."""
    gone = await store.erased_among(conn, batch.content.sessions.keys())
    if not gone:
        return batch
    left = _emptied(batch)
    requests = [r for r in batch.content.requests if not _is_erased(left, r, gone)]
    left.content = content_of(requests)
    return left


def _is_erased(left: Batch, request: Request, gone: Collection[SessionKey]) -> bool:
    context = request.envelope.context
    if context is None or (request.envelope.project_id, context.session_id) not in gone:
        return False
    row = row_of(left, request.ledger_key)
    row.stored -= len(request.events)
    row.erased += len(request.events)
    return True


async def _bury(
    conn: db.Connection, stream: str, dead: Sequence[DeadLetter], ledger: list[LedgerRow]
) -> list[LedgerRow]:
    """Keeps what cannot be stored, unless it speaks of an erased session."""
    gone = await store.erased_letters(conn, [letter.payload for letter in dead])
    kept = [letter for place, letter in enumerate(dead) if place not in gone]
    if kept:
        await store.insert_dead_letters(conn, stream, kept)
    rows = {(row.minute, row.project_id): msgspec.structs.replace(row) for row in ledger}
    for letter in (dead[place] for place in gone):
        row = rows[letter.received_at - letter.received_at % MINUTE, letter.project_id]
        row.dead_lettered -= letter.events
        row.erased += letter.events
    return list(rows.values())


def _emptied(batch: Batch) -> Batch:
    """With a ledger of its own: should the transaction fail, the batch is what it was."""
    ledger = {key: msgspec.structs.replace(row) for key, row in batch.ledger.items()}
    return Batch(batch.messages, Content(), ledger)


# Duplicates


def _without_duplicates(
    batch: Batch, gone: Collection[EventKey]
) -> tuple[Content, dict[tuple[int, int], LedgerRow]]:
    """What is left of a batch of which some events had been stored before."""
    left = _emptied(batch)
    requests = [_news(left, request, gone) for request in batch.content.requests]
    return content_of(requests), left.ledger


def _news(left: Batch, request: Request, gone: Collection[EventKey]) -> Request:
    kept = [event for event in request.events if (event.event_id, event.day) not in gone]
    repeats = len(request.events) - len(kept)
    if not repeats:
        return request
    row = row_of(left, request.ledger_key)
    row.stored -= repeats
    row.duplicate += repeats
    return msgspec.structs.replace(request, events=kept)


# Sessions


async def _write_sessions(conn: db.Connection, content: Content) -> None:
    if not content.sessions:
        return
    for _ in range(_ATTEMPTS):
        try:
            # A savepoint, so that a lost race leaves nothing behind.
            async with conn.transaction():
                return await _upsert(conn, content)
        except _Raced:
            _log.info("another writer made the same session; looking again")
    raise Overtaken("sessions")


async def _upsert(conn: db.Connection, content: Content) -> None:
    before = await store.lock_sessions(conn, content.sessions.keys())
    after = [
        fold.merge(before[key], new) if key in before else new
        for key, new in content.sessions.items()
    ]
    await store.copy_sessions_after(conn, after)
    if before:
        await store.update_sessions(conn)
    wanted = len(after) - len(before)
    if wanted and await store.insert_sessions(conn) < wanted:
        raise _Raced
