"""One batch, one transaction: occurrences, their issues, ledger, position."""

from __future__ import annotations

from collections.abc import Sequence

from trailpost import db
from trailpost.base import log
from trailpost.issues import store
from trailpost.issues.rules import sums
from trailpost.issues.rules.sums import Grouped
from trailpost.issues.store import LedgerRow
from trailpost.issues.writer.batch import Batch, bury, row_of
from trailpost.stream import Position

_log = log.get(__name__)


class Overtaken(Exception):
    """Another writer moved the stream's position: what was read is not ours to write."""


async def write(
    conn: db.Connection, stream: str, batch: Batch, before: Position, after: Position
) -> list[LedgerRow]:
    """Stores `batch` and moves the position: all of it or nothing. Returns the ledger's new counts.

    What the database refuses goes to the dead letters. Raises Overtaken, or db.Error with nothing
    stored.
    """
    try:
        return await _write(conn, stream, batch, before, after)
    except db.Error as e:
        if not db.is_refused(e) or not await _bury_refused(conn, batch):
            raise
    return await _write(conn, stream, batch, before, after)


async def _write(
    conn: db.Connection, stream: str, batch: Batch, before: Position, after: Position
) -> list[LedgerRow]:
    async with conn.transaction():
        if not await store.move_position(conn, stream, before, after):
            raise Overtaken(stream)
        ledger = await store_content(conn, batch)
        if batch.dead:
            await store.insert_dead_letters(conn, stream, batch.dead)
        if ledger:
            await store.add_to_ledger(conn, ledger)
    return ledger


async def store_content(conn: db.Connection, batch: Batch) -> list[LedgerRow]:
    """Occurrences and issues. Returns the batch's ledger, duplicates told apart."""
    grouped = batch.occurrences
    new = await _store(conn, grouped)
    counts = {(r.minute, r.project_id): _copied(r) for r in batch.ledger.values()}
    for one in grouped:
        if one.key not in new:
            row = row_of(counts, one.project_id, one.received_at)
            row.stored -= 1
            row.duplicate += 1
    return list(counts.values())


async def _store(conn: db.Connection, grouped: Sequence[Grouped]) -> set[store.OccurrenceKey]:
    """Which of them were new: only those are added to anything."""
    if not grouped:
        return set()
    new = await store.insert_occurrences(conn, grouped)
    added = [one for one in grouped if one.key in new]
    if added:
        await store.add_to_issues(conn, sums.by_issue(added))
        await store.add_sessions(conn, sums.by_session(added))
        await store.add_days(conn, sums.by_day(added))
    return new


async def _bury_refused(conn: db.Connection, batch: Batch) -> int:
    """How many of the batch cannot be stored even alone. Each trial is rolled back."""
    refused = 0
    for one in batch.occurrences:
        reason = await _refusal(conn, one)
        if reason is not None:
            bury(batch, one.key, reason)
            refused += 1
    if refused:
        _log.error("occurrences refused by the database", occurrences=refused)
    return refused


async def _refusal(conn: db.Connection, one: Grouped) -> str | None:
    try:
        async with conn.transaction(force_rollback=True):
            await _store(conn, [one])
    except db.Error as e:
        if not db.is_refused(e):
            raise
        return str(e)
    return None


def _copied(row: LedgerRow) -> LedgerRow:
    return LedgerRow(**{name: getattr(row, name) for name in LedgerRow.__struct_fields__})
