"""What is read back, changed by hand, replayed and forgotten."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.base.errors import NotFound
from trailpost.issues.wire import Level, Status

_SQL = "trailpost.issues.sql"


class IssueRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    project_id: int
    version: int
    fingerprint: str
    type: str
    title: str
    level: Level
    status: Status
    first_seen: datetime
    last_seen: datetime
    occurrences: int
    sessions: int
    first_release: str | None
    last_release: str | None
    resolved_at: datetime | None
    regressions: int
    regressed_at: datetime | None
    days: list[int]
    """Occurrences of the last 14 UTC days, today's last."""


class OccurrenceRow(msgspec.Struct, frozen=True, kw_only=True):
    occurrence_id: UUID
    session_id: UUID | None
    occurred_at: datetime
    received_at: datetime
    level: Level
    type: str
    message: str
    stack: str
    """JSON text: a list of frames as they were sent."""
    url: str
    release: str | None
    environment: str | None
    tags: list[str]
    context: str | None
    """JSON text."""


class KeptDeadLetter(msgspec.Struct, frozen=True):
    id: int
    project_id: int
    occurrences: int
    reason: str
    created_at: datetime


class TakenDeadLetter(msgspec.Struct, frozen=True):
    id: int
    project_id: int
    entry_id: str
    occurrences: int
    payload: bytes
    received_at: int
    """Microseconds since 1970."""


_LIST_ISSUES = db.query(_SQL, "list_issues", IssueRow)
_GET_ISSUE = db.query(_SQL, "get_issue", IssueRow)
_LIST_OCCURRENCES = db.query(_SQL, "list_occurrences", OccurrenceRow)
_SET_STATUS = db.query(_SQL, "set_status")
_LIST_DEAD_LETTERS = db.query(_SQL, "list_dead_letters", KeptDeadLetter)
_TAKE_DEAD_LETTER = db.query(_SQL, "take_dead_letter", TakenDeadLetter)
_CLOSE_DEAD_LETTER = db.query(_SQL, "close_dead_letter")
_PURGE_OCCURRENCES = db.query(_SQL, "purge_occurrences")
_PURGE_SESSIONS = db.query(_SQL, "purge_sessions")
_PURGE_DEAD_LETTERS = db.query(_SQL, "purge_dead_letters")
_PURGE_DAYS = db.query(_SQL, "purge_days")


async def list_issues(
    conn: db.Connection,
    project_id: int,
    today: date,
    *,
    status: Status | None = None,
    level: Level | None = None,
    words: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    most: int = 50,
) -> list[IssueRow]:
    """Those that occurred last first. `before`: last seen and id of the page's last."""
    before_at, before_id = before or (None, None)
    return await db.fetch(
        conn,
        _LIST_ISSUES,
        IssueRow,
        project_id=project_id,
        today=today,
        status=status,
        level=level,
        words=words,
        before_at=before_at,
        before_id=before_id,
        most=most,
    )


async def get_issue(conn: db.Connection, issue: UUID, today: date) -> IssueRow:
    """Raises NotFound."""
    found = await db.fetch_one(conn, _GET_ISSUE, IssueRow, id=issue, today=today)
    if found is None:
        raise NotFound(f"there is no issue {issue}")
    return found


async def list_occurrences(conn: db.Connection, issue: UUID, most: int) -> list[OccurrenceRow]:
    return await db.fetch(conn, _LIST_OCCURRENCES, OccurrenceRow, issue_id=issue, most=most)


async def set_status(conn: db.Connection, issue: UUID, status: Status, now: datetime) -> None:
    """`now`: what occurs after it opens a resolved issue again. Raises NotFound."""
    if await db.execute(conn, _SET_STATUS, id=issue, status=status, now=now) != 1:
        raise NotFound(f"there is no issue {issue}")


async def list_dead_letters(conn: db.Connection, *, most: int = 1000) -> list[KeptDeadLetter]:
    """Those that wait, the oldest first."""
    return await db.fetch(conn, _LIST_DEAD_LETTERS, KeptDeadLetter, most=most)


async def take_dead_letter(conn: db.Connection, letter_id: int) -> TakenDeadLetter | None:
    return await db.fetch_one(conn, _TAKE_DEAD_LETTER, TakenDeadLetter, id=letter_id)


async def close_dead_letter(
    conn: db.Connection, letter_id: int, outcome: str, *, done: bool
) -> None:
    """`done` False: it stays open, and `outcome` says why it could not be stored."""
    await db.execute(conn, _CLOSE_DEAD_LETTER, id=letter_id, outcome=outcome, done=done)


async def purge_occurrences(conn: db.Connection, before: datetime, most: int) -> int:
    return await db.execute(conn, _PURGE_OCCURRENCES, before=before, most=most)


async def purge_sessions(conn: db.Connection, before: datetime, most: int) -> int:
    """From then on a session that comes back would be counted for its issue once more."""
    return await db.execute(conn, _PURGE_SESSIONS, before=before, most=most)


async def purge_dead_letters(conn: db.Connection, before: datetime, most: int) -> int:
    """Those that were replayed before."""
    return await db.execute(conn, _PURGE_DEAD_LETTERS, before=before, most=most)


async def purge_days(conn: db.Connection, before: date) -> int:
    return await db.execute(conn, _PURGE_DAYS, before=before)
