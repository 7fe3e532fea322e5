"""Store dead letters after all, once what refused them is mended."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost import db
from trailpost.stream import Message, Part
from trailpost.tracking import store
from trailpost.tracking.writer.batch import MINUTE, Batch, prepare
from trailpost.tracking.writer.transaction import Hook, store_content


class Replayed(msgspec.Struct, frozen=True):
    """What became of one dead letter. `stored` and `duplicate` count events."""

    id: int
    stored: int
    duplicate: int
    failed: str | None
    """Why it stays a dead letter."""
    erased: int = 0
    """Events of sessions that were erased."""


class _StillDead(Exception):
    """The letter would only be buried again."""


async def list_dead_letters(pool: db.Pool) -> list[store.KeptDeadLetter]:
    """Those that wait to be replayed, the oldest first."""
    async with db.transaction(pool) as conn:
        return await store.list_dead_letters(conn)


async def replay_dead_letters(
    pool: db.Pool, ids: Sequence[int] | None = None, *, on_write: Sequence[Hook] = ()
) -> list[Replayed]:
    """Those given, or all that wait, one transaction each. `on_write`: as for the writer."""
    async with pool.connection() as conn:
        await store.create_temporary_tables(conn)
        waiting = await store.open_dead_letters(conn, ids)
        done = [await _replay(conn, letter_id, on_write) for letter_id in waiting]
    return [one for one in done if one is not None]


async def _replay(conn: db.Connection, letter_id: int, hooks: Sequence[Hook]) -> Replayed | None:
    try:
        return await _store(conn, letter_id, hooks)
    except _StillDead as e:
        reason = str(e)
    except db.Error as e:
        if not db.is_refused(e):
            raise
        reason = " ".join(str(e).split())
    await store.close_dead_letter(conn, letter_id, reason, done=False)
    return Replayed(letter_id, 0, 0, reason)


async def _store(conn: db.Connection, letter_id: int, hooks: Sequence[Hook]) -> Replayed | None:
    async with conn.transaction():
        # Before the letter: who erases sessions waits for nobody who holds one.
        await store.lock_writing(conn)
        letter = await store.take_dead_letter(conn, letter_id)
        if letter is None:
            return None
        batch = await _batch(letter)
        ledger = await store_content(conn, batch, hooks)
        if batch.timings:
            await store.add_request_timings(conn, batch.timings)
        done = Replayed(
            letter_id,
            sum(row.stored for row in ledger),
            sum(row.duplicate for row in ledger),
            None,
            sum(row.erased for row in ledger),
        )
        await store.add_to_ledger(conn, _moved(letter, ledger))
        outcome = f"stored {done.stored}, duplicate {done.duplicate}, erased {done.erased}"
        await store.close_dead_letter(conn, letter_id, outcome, done=True)
        return done


async def _batch(letter: store.TakenDeadLetter) -> Batch:
    part = Part(letter.events, letter.payload)
    message = Message(letter.entry_id, letter.events, letter.events, [part], letter.payload)
    batch = await prepare([message])
    if batch.dead:
        raise _StillDead(batch.dead[0].reason)
    return batch


def _moved(
    letter: store.TakenDeadLetter, ledger: Sequence[store.LedgerRow]
) -> list[store.LedgerRow]:
    """The new fates, and the old one taken back; they differ in project when none was known."""
    rows = {(row.minute, row.project_id): row for row in ledger}
    key = (letter.received_at - letter.received_at % MINUTE, letter.project_id)
    was = rows.setdefault(key, store.LedgerRow(minute=key[0], project_id=key[1]))
    was.received -= letter.events
    was.dead_lettered -= letter.events
    return list(rows.values())
