"""What is read back, replayed and removed: interactions, dead letters, days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from trailpost import db

_SQL = "trailpost.tracking.sql"


class StoredInteraction(msgspec.Struct, frozen=True):
    event_id: UUID
    event_type: str | None
    category: str | None
    element_id: str | None
    value: str | None
    previous_value: str | None
    time_spent: int | None
    """Milliseconds."""
    occurred_at: datetime
    received_at: datetime
    device_type: str | None
    viewport_width: int | None
    viewport_height: int | None
    additional_data: str | None
    """JSON text."""


class SessionInteractions(msgspec.Struct, frozen=True):
    count: int
    """All of them; `last` holds the newest, newest first."""
    last: list[StoredInteraction]


class KeptDeadLetter(msgspec.Struct, frozen=True):
    id: int
    project_id: int
    stream: str
    entry_id: str
    events: int
    reason: str
    payload: bytes
    received_at: datetime
    created_at: datetime
    replayed_at: datetime | None
    outcome: str | None


class TakenDeadLetter(msgspec.Struct, frozen=True):
    id: int
    project_id: int
    entry_id: str
    events: int
    payload: bytes
    received_at: int
    """Microseconds since 1970."""


class DeadLetterId(msgspec.Struct, frozen=True):
    id: int


class DeadLetterCount(msgspec.Struct, frozen=True):
    letters: int
    events: int


class DroppedDay(msgspec.Struct, frozen=True):
    day: date


_SESSION_INTERACTIONS = db.query(_SQL, "session_interactions", StoredInteraction)
_COUNT_SESSION_INTERACTIONS = db.query(_SQL, "count_session_interactions")
_LIST_DEAD_LETTERS = db.query(_SQL, "list_dead_letters", KeptDeadLetter)
_COUNT_DEAD_LETTERS = db.query(_SQL, "count_dead_letters", DeadLetterCount)
_OPEN_DEAD_LETTERS = db.query(_SQL, "open_dead_letters", DeadLetterId)
_TAKE_DEAD_LETTER = db.query(_SQL, "take_dead_letter", TakenDeadLetter)
_CLOSE_DEAD_LETTER = db.query(_SQL, "close_dead_letter")
_DROP_EVENT_PARTITIONS = db.query(_SQL, "drop_event_partitions", DroppedDay)


async def session_interactions(
    conn: db.Connection, project_id: int, session_id: UUID, most: int = 100
) -> SessionInteractions:
    last = await db.fetch(
        conn,
        _SESSION_INTERACTIONS,
        StoredInteraction,
        project_id=project_id,
        session_id=session_id,
        most=most,
    )
    count = len(last)
    if count >= most:
        count = await count_session_interactions(conn, project_id, session_id)
    return SessionInteractions(count, last)


async def count_session_interactions(conn: db.Connection, project_id: int, session_id: UUID) -> int:
    found = await db.fetch_value(
        conn, _COUNT_SESSION_INTERACTIONS, project_id=project_id, session_id=session_id
    )
    return int(found)


async def list_dead_letters(
    conn: db.Connection, *, replayed: bool = False, most: int = 1000
) -> list[KeptDeadLetter]:
    """Those that wait; with `replayed`, those that were stored since as well."""
    return await db.fetch(conn, _LIST_DEAD_LETTERS, KeptDeadLetter, replayed=replayed, most=most)


async def count_dead_letters(conn: db.Connection) -> DeadLetterCount:
    """Those that wait."""
    found = await db.fetch_one(conn, _COUNT_DEAD_LETTERS, DeadLetterCount)
    return found or DeadLetterCount(0, 0)


async def open_dead_letters(conn: db.Connection, ids: Sequence[int] | None) -> list[int]:
    given = None if ids is None else list(ids)
    found = await db.fetch(conn, _OPEN_DEAD_LETTERS, DeadLetterId, ids=given)
    return [one.id for one in found]


async def take_dead_letter(conn: db.Connection, letter_id: int) -> TakenDeadLetter | None:
    return await db.fetch_one(conn, _TAKE_DEAD_LETTER, TakenDeadLetter, id=letter_id)


async def close_dead_letter(
    conn: db.Connection, letter_id: int, outcome: str, *, done: bool
) -> None:
    """`done` False: it stays open, and `outcome` says why it could not be stored."""
    await db.execute(conn, _CLOSE_DEAD_LETTER, id=letter_id, outcome=outcome, done=done)


async def drop_event_partitions(conn: db.Connection, before: date) -> list[date]:
    """Whole days of events, those before `before`; returns them. See the function in the schema."""
    found = await db.fetch(conn, _DROP_EVENT_PARTITIONS, DroppedDay, before=before)
    return [one.day for one in found]
