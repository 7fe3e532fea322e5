"""Store dead letters after all, once what refused them is mended."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost import db
from trailpost.stream import Message, Part
from trailpost.tracking import store
from trailpost.tracking.writer.batch import MINUTE, Batch, prepare, row_of
from trailpost.tracking.writer.transaction import Hook, write


class Replayed(msgspec.Struct, frozen=True):
    """What became of one dead letter. `stored` and `duplicate` count events."""

    id: int
    stored: int
    duplicate: int
    failed: str | None
    """Why it stays a dead letter."""


class _StillDead(Exception):
    """The letter would only be buried again."""


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
    taken: list[store.TakenDeadLetter] = []

    async def take(inside: db.Connection) -> Batch | None:
        letter = await store.take_dead_letter(inside, letter_id)
        taken.extend([letter] if letter else [])
        return await _batch(letter) if letter else None

    async def close(inside: db.Connection, ledger: list[store.LedgerRow]) -> None:
        outcome = f"stored {_sum(ledger, 'stored')}, duplicate {_sum(ledger, 'duplicate')}"
        await store.close_dead_letter(inside, letter_id, outcome, done=True)

    raise NotImplementedError
