"""Inquiries: the only table with personal data of the configurator's visitors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.apps.houses.rules import inquiries as rules
from trailpost.apps.houses.wire import Configuration, Inquiry, Language, NewInquiry, Status
from trailpost.base.errors import NotFound

_SQL = "trailpost.apps.houses.sql"


class _Row(msgspec.Struct, frozen=True):
    id: UUID
    status: Status
    name: str
    email: str
    phone: str | None
    message: str | None
    language: Language
    configuration: str
    price_list_version: str
    total_price: int
    session_id: str | None
    created_at: datetime
    status_at: datetime


class _Count(msgspec.Struct, frozen=True):
    status: str
    inquiries: int


_INSERT_INQUIRY = db.query(_SQL, "insert_inquiry", _Row)
_FIND_SENT_INQUIRY = db.query(_SQL, "find_sent_inquiry")
_LIST_INQUIRIES = db.query(_SQL, "list_inquiries", _Row)
_FIND_INQUIRY = db.query(_SQL, "find_inquiry", _Row)
_LOCK_INQUIRY = db.query(_SQL, "lock_inquiry")
_MOVE_INQUIRY = db.query(_SQL, "move_inquiry", _Row)
_DELETE_INQUIRY = db.query(_SQL, "delete_inquiry")
_COUNT_INQUIRIES = db.query(_SQL, "count_inquiries", _Count)


async def insert_inquiry(
    conn: db.Connection, id: UUID, given: NewInquiry, total: int, version: str
) -> Inquiry | None:
    """None when one was taken before under the id that its sender gave it."""
    row = await db.fetch_one(
        conn,
        _INSERT_INQUIRY,
        _Row,
        id=id,
        name=given.name,
        email=given.email,
        phone=given.phone,
        message=given.message,
        language=given.language,
        configuration=msgspec.json.encode(given.configuration).decode(),
        version=int(version),
        total=total,
        session=given.session_id,
        sent_as=given.id,
    )
    return _inquiry(row) if row else None


async def find_sent_inquiry(conn: db.Connection, sent_as: UUID | None) -> UUID | None:
    """Its id here."""
    found: UUID | None = await db.fetch_value(conn, _FIND_SENT_INQUIRY, sent_as=sent_as)
    return found


async def list_inquiries(
    conn: db.Connection,
    *,
    status: Status | None = None,
    search: str | None = None,
    before: UUID | None = None,
    most: int,
) -> list[Inquiry]:
    """Newest first; `search` is a part of the name or the e-mail address."""
    rows = await db.fetch(
        conn, _LIST_INQUIRIES, _Row, status=status, search=search, before=before, most=most
    )
    return [_inquiry(row) for row in rows]


async def every_inquiry(
    conn: db.Connection, *, status: Status | None, search: str | None
) -> AsyncIterator[Inquiry]:
    """Newest first, a page at a time."""
    before = None
    while page := await list_inquiries(conn, status=status, search=search, before=before, most=500):
        for inquiry in page:
            yield inquiry
        before = page[-1].id


async def find_inquiry(conn: db.Connection, id: UUID) -> Inquiry:
    """Raises NotFound."""
    row = await db.fetch_one(conn, _FIND_INQUIRY, _Row, id=id)
    if row is None:
        raise NotFound("there is no such inquiry")
    return _inquiry(row)


async def move_inquiry(conn: db.Connection, id: UUID, status: Status) -> Inquiry:
    """Needs a transaction. Raises NotFound, or Conflict when that would be a way back."""
    before: Status | None = await db.fetch_value(conn, _LOCK_INQUIRY, id=id)
    if before is None:
        raise NotFound("there is no such inquiry")
    rules.check_move(before, status)
    row = await db.fetch_one(conn, _MOVE_INQUIRY, _Row, id=id, status=status)
    assert row is not None  # it is locked
    return _inquiry(row)


async def delete_inquiry(conn: db.Connection, id: UUID) -> None:
    """With all that is personal in it. Raises NotFound."""
    if not await db.execute(conn, _DELETE_INQUIRY, id=id):
        raise NotFound("there is no such inquiry")


async def count_inquiries(conn: db.Connection) -> dict[str, int]:
    """By status; those that have none are left out."""
    return {row.status: row.inquiries for row in await db.fetch(conn, _COUNT_INQUIRIES, _Count)}


def _inquiry(row: _Row) -> Inquiry:
    values = msgspec.structs.asdict(row)
    values["configuration"] = msgspec.json.decode(row.configuration, type=Configuration)
    return Inquiry(**values)
