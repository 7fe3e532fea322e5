"""The statements of one write, in the order in which the writer runs them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.issues.rules.sums import Added, Grouped
from trailpost.issues.wire import Kept, KeptFrame
from trailpost.stream import Position

_SQL = "trailpost.issues.sql"

OccurrenceKey = tuple[int, bytes]
"""(project, occurrence id): what makes an occurrence the same one."""


class InsertedOccurrence(msgspec.Struct, frozen=True):
    project_id: int
    occurrence_id: UUID


class LedgerRow(msgspec.Struct, kw_only=True):
    """What became of the occurrences of one project received in one minute, or a change of it."""

    minute: int
    """Microseconds since 1970, a whole minute."""
    project_id: int
    received: int = 0
    stored: int = 0
    duplicate: int = 0
    rejected: int = 0
    dead_lettered: int = 0


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    project_id: int
    entry_id: str
    occurrences: int
    reason: str
    payload: bytes
    received_at: int
    """Microseconds since 1970."""


_KEEP_WRITERS_OUT = db.query(_SQL, "keep_writers_out")
_ERASE_OCCURRENCES = db.query(_SQL, "erase_occurrences")
_ERASE_SESSIONS = db.query(_SQL, "erase_sessions")
_TAKE_STREAM = db.query(_SQL, "take_stream")
_BEGIN_POSITION = db.query(_SQL, "begin_position")
_POSITION = db.query(_SQL, "position", Position)
_MOVE_POSITION = db.query(_SQL, "move_position")
_INSERT_OCCURRENCES = db.query(_SQL, "insert_occurrences", InsertedOccurrence)
_ADD_TO_ISSUES = db.query(_SQL, "add_to_issues")
_ADD_ISSUE_SESSIONS = db.query(_SQL, "add_issue_sessions")
_ADD_ISSUE_DAYS = db.query(_SQL, "add_issue_days")
_ADD_TO_LEDGER = db.query(_SQL, "add_to_ledger")
_INSERT_DEAD_LETTERS = db.query(_SQL, "insert_dead_letters")


@asynccontextmanager
async def erased(conn: db.Connection) -> AsyncIterator[None]:
    """What sessions told goes with them: the temporary table sessions_before says which."""
    yield
    await db.execute(conn, _KEEP_WRITERS_OUT)
    await db.execute(conn, _ERASE_OCCURRENCES)
    await db.execute(conn, _ERASE_SESSIONS)


async def take_stream(conn: db.Connection) -> bool:
    """Whether the stream of issues is now this connection's to read."""
    return bool(await db.fetch_value(conn, _TAKE_STREAM))


async def begin_position(conn: db.Connection, stream: str, incarnation: str) -> Position:
    """Where to go on: from the start, for a stream or an incarnation not seen before."""
    await db.execute(conn, _BEGIN_POSITION, stream=stream, incarnation=incarnation)
    found = await db.fetch_one(conn, _POSITION, Position, stream=stream)
    assert found is not None  # the statement before made it, and none is ever deleted
    return found


async def move_position(
    conn: db.Connection, stream: str, before: Position, after: Position
) -> bool:
    """False when another writer moved it: then this transaction must not happen."""
    moved = await db.execute(
        conn,
        _MOVE_POSITION,
        stream=stream,
        incarnation=before.incarnation,
        previous=before.last_id,
        last_id=after.last_id,
        received_total=after.received_total,
        missing=after.missing - before.missing,
    )
    return moved == 1


async def insert_occurrences(conn: db.Connection, grouped: Sequence[Grouped]) -> set[OccurrenceKey]:
    """Which of them were not stored before."""
    rows = db.raw_json(msgspec.json.encode([_row(one) for one in grouped]))
    found = await db.fetch(conn, _INSERT_OCCURRENCES, InsertedOccurrence, rows=rows)
    return {(one.project_id, one.occurrence_id.bytes) for one in found}


async def add_to_issues(conn: db.Connection, added: Sequence[Added]) -> None:
    await db.execute(conn, _ADD_TO_ISSUES, rows=db.raw_json(msgspec.json.encode(added)))


async def add_sessions(conn: db.Connection, seen: Mapping[tuple[UUID, bytes], int]) -> None:
    await db.execute(
        conn,
        _ADD_ISSUE_SESSIONS,
        issue_ids=[issue for issue, _ in seen],
        session_ids=[UUID(bytes=session) for _, session in seen],
        seen_at=list(seen.values()),
    )


async def add_days(conn: db.Connection, counted: Mapping[tuple[UUID, date], int]) -> None:
    await db.execute(
        conn,
        _ADD_ISSUE_DAYS,
        issue_ids=[issue for issue, _ in counted],
        days=[day for _, day in counted],
        occurrences=list(counted.values()),
    )


async def add_to_ledger(conn: db.Connection, found: Sequence[LedgerRow]) -> None:
    await db.execute(
        conn,
        _ADD_TO_LEDGER,
        minutes=[row.minute for row in found],
        project_ids=[row.project_id for row in found],
        received=[row.received for row in found],
        stored=[row.stored for row in found],
        duplicate=[row.duplicate for row in found],
        rejected=[row.rejected for row in found],
        dead_lettered=[row.dead_lettered for row in found],
    )


async def insert_dead_letters(
    conn: db.Connection, stream: str, letters: Sequence[DeadLetter]
) -> None:
    await db.execute(
        conn,
        _INSERT_DEAD_LETTERS,
        stream=stream,
        project_ids=[letter.project_id for letter in letters],
        entry_ids=[letter.entry_id for letter in letters],
        occurrences=[letter.occurrences for letter in letters],
        reasons=[letter.reason for letter in letters],
        payloads=[letter.payload for letter in letters],
        received_at=[letter.received_at for letter in letters],
    )


def _row(one: Grouped) -> dict[str, Any]:
    """For `jsonb_to_recordset`: a statement's parameter, named as the columns."""
    kept = {name: getattr(one.occurrence, name) for name in _SAME}
    return kept | {
        "project_id": one.project_id,
        "issue_id": one.issue_id,
        "received_at": one.received_at,
        "occurrence_id": UUID(bytes=one.occurrence.occurrence_id),
        "session_id": _uuid(one.occurrence.session_id),
        "stack": [_frame(frame) for frame in one.occurrence.stack],
        "context": _json(one.occurrence.context),
    }


_SAME = [
    name
    for name in Kept.__struct_fields__
    if name not in ("occurrence_id", "session_id", "stack", "context", "fingerprint")
]


def _frame(frame: KeptFrame) -> dict[str, Any]:
    """As it was sent, without what it does not say."""
    given = msgspec.structs.asdict(frame)
    given["inApp"] = given.pop("in_app")
    return {name: value for name, value in given.items() if value is not None}


def _uuid(found: bytes | None) -> UUID | None:
    return None if found is None else UUID(bytes=found)


def _json(found: bytes | None) -> msgspec.Raw | None:
    return None if found is None else msgspec.Raw(found)
