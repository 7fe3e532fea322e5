"""The statements about the database server itself. Features own all the tables."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from trailpost import db

_SQL = "trailpost.main.sql"


class ServerFacts(msgspec.Struct, frozen=True):
    version_number: int
    version: str
    fsync: str
    synchronous_commit: str
    full_page_writes: str
    clock: datetime


class LedgerSums(msgspec.Struct, frozen=True):
    received: int
    accounted: int
    missing: int


_SERVER_FACTS = db.query(_SQL, "server_facts", ServerFacts)
_REVISION = db.query(_SQL, "revision")
_DATABASE_EXISTS = db.query(_SQL, "database_exists")
_CREATE_DATABASE = db.query(_SQL, "create_database")
_PING = db.query(_SQL, "ping")
_LEDGER_SUMS = db.query(_SQL, "ledger_sums", LedgerSums)
_EVENT_ARRIVED = db.query(_SQL, "event_arrived")


async def server_facts(conn: db.Connection) -> ServerFacts:
    found = await db.fetch_one(conn, _SERVER_FACTS, ServerFacts)
    assert found is not None
    return found


async def revision(conn: db.Connection) -> str | None:
    """None when the database was never migrated."""
    try:
        found = await db.fetch_value(conn, _REVISION)
    except db.DataError:
        return None
    return None if found is None else str(found)


async def database_exists(conn: db.Connection) -> bool:
    return bool(await db.fetch_value(conn, _DATABASE_EXISTS))


async def create_database(conn: db.Connection) -> None:
    await db.execute(conn, _CREATE_DATABASE)


async def ping(conn: db.Connection) -> None:
    await db.fetch_value(conn, _PING)


async def ledger_sums(conn: db.Connection) -> LedgerSums:
    found = await db.fetch_one(conn, _LEDGER_SUMS, LedgerSums)
    assert found is not None
    return found


async def event_arrived(conn: db.Connection, event_id: UUID, day: date) -> bool:
    return bool(await db.fetch_value(conn, _EVENT_ARRIVED, event_id=event_id, day=day))
