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
from trailpost.tracking.store import EventKey, LedgerRow, rows
from trailpost.tracking.writer import metrics
from trailpost.tracking.writer.batch import Batch, Content, Request, content_of, row_of
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
            await store.insert_dead_letters(conn, stream, batch.dead)
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


# Duplicates


def _without_duplicates(
    batch: Batch, gone: Collection[EventKey]
) -> tuple[Content, dict[tuple[int, int], LedgerRow]]:
    """What is left of a batch of which some events had been stored before."""
    left = Batch(
        batch.messages,
        Content(),
        {key: msgspec.structs.replace(row) for key, row in batch.ledger.items()},
    )
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
