"""Store dead letters after all, once what refused them is mended."""

from __future__ import annotations

import msgspec

from trailpost import db
from trailpost.issues import store
from trailpost.issues.store import LedgerRow
from trailpost.issues.writer.batch import prepare, row_of
from trailpost.issues.writer.transaction import store_content
from trailpost.stream import Message, Part


class Replayed(msgspec.Struct, frozen=True):
    """What became of one dead letter. `stored` and `duplicate` count occurrences."""

    id: int
    stored: int
    duplicate: int
    failed: str | None
    """Why it stays a dead letter."""


class _StillDead(Exception):
    """The letter would only be buried again."""


async def replay_dead_letters(pool: db.Pool) -> list[Replayed]:
    """All that wait, one transaction each."""
    async with pool.connection() as conn:
        waiting = await store.list_dead_letters(conn)
        done = [await _replay(conn, letter.id) for letter in waiting]
    return [one for one in done if one is not None]


async def _replay(conn: db.Connection, letter_id: int) -> Replayed | None:
    try:
        return await _store(conn, letter_id)
    except _StillDead as e:
        reason = str(e)
    except db.Error as e:
        if not db.is_refused(e):
            raise
        reason = " ".join(str(e).split())
    await store.close_dead_letter(conn, letter_id, reason, done=False)
    return Replayed(letter_id, 0, 0, reason)


async def _store(conn: db.Connection, letter_id: int) -> Replayed | None:
    async with conn.transaction():
        letter = await store.take_dead_letter(conn, letter_id)
        if letter is None:
            return None
        part = Part(letter.occurrences, letter.payload)
        message = Message(letter.entry_id, part.count, part.count, [part], letter.payload)
        batch = prepare([message])
        if batch.dead:
            raise _StillDead(batch.dead[0].reason)
        ledger = await store_content(conn, batch)
        done = Replayed(
            letter_id, sum(r.stored for r in ledger), sum(r.duplicate for r in ledger), None
        )
        await store.add_to_ledger(conn, _moved(letter, ledger))
        outcome = f"stored {done.stored}, duplicate {done.duplicate}"
        await store.close_dead_letter(conn, letter_id, outcome, done=True)
        return done


def _moved(letter: store.TakenDeadLetter, ledger: list[LedgerRow]) -> list[LedgerRow]:
    """The new fates, and the old one taken back; they differ in project when none was known."""
    rows = {(row.minute, row.project_id): row for row in ledger}
    was = row_of(rows, letter.project_id, letter.received_at)
    was.received -= letter.occurrences
    was.dead_lettered -= letter.occurrences
    return list(rows.values())
