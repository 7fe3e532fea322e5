"""Configurations that were kept, each changed only by who has seen its latest revision."""

from __future__ import annotations

from datetime import datetime

import msgspec

from trailpost import db
from trailpost.apps.houses.rules import ids
from trailpost.apps.houses.wire import Configuration, MadeConfiguration, StoredConfiguration
from trailpost.base.errors import Conflict, Forbidden, NotFound

_SQL = "trailpost.apps.houses.sql"


class _Row(msgspec.Struct, frozen=True):
    id: str
    revision: int
    configuration: str
    total_price: int
    price_list_version: str
    created_at: datetime
    updated_at: datetime


_INSERT_CONFIGURATION = db.query(_SQL, "insert_configuration", _Row)
_FIND_CONFIGURATION = db.query(_SQL, "find_configuration", _Row)
_FIND_EDIT_SECRET = db.query(_SQL, "find_edit_secret")
_CHANGE_CONFIGURATION = db.query(_SQL, "change_configuration", _Row)


async def insert_configuration(
    conn: db.Connection, configuration: Configuration, total: int, version: str
) -> MadeConfiguration:
    secret = ids.edit_secret()
    while True:
        row = await db.fetch_one(
            conn,
            _INSERT_CONFIGURATION,
            _Row,
            id=ids.short_id(),
            configuration=msgspec.json.encode(configuration).decode(),
            version=int(version),
            total=total,
            secret=ids.hashed(secret),
        )
        # None: the id is taken, which takes a billion configurations to be likely.
        if row is not None:
            made = msgspec.structs.asdict(_stored(row))
            return MadeConfiguration(**made, edit_secret=secret)


async def find_configuration(conn: db.Connection, id: str) -> StoredConfiguration:
    """Raises NotFound."""
    row = await db.fetch_one(conn, _FIND_CONFIGURATION, _Row, id=id)
    if row is None:
        raise NotFound("there is no such configuration")
    return _stored(row)


async def check_edit_secret(conn: db.Connection, id: str, given: str | None) -> None:
    """Raises Forbidden, or NotFound."""
    kept: bytes | None = await db.fetch_value(conn, _FIND_EDIT_SECRET, id=id)
    if ids.is_secret(given, kept):
        return
    await find_configuration(conn, id)
    raise Forbidden(
        "only its maker may change a configuration: X-Edit-Secret is missing or another one's",
        field="X-Edit-Secret",
    )


async def change_configuration(
    conn: db.Connection,
    id: str,
    revision: int,
    configuration: Configuration,
    total: int,
    version: str,
) -> StoredConfiguration:
    """Raises NotFound, or Conflict when `revision` is not the stored one."""
    row = await db.fetch_one(
        conn,
        _CHANGE_CONFIGURATION,
        _Row,
        id=id,
        revision=revision,
        configuration=msgspec.json.encode(configuration).decode(),
        version=int(version),
        total=total,
    )
    if row is None:
        found = await find_configuration(conn, id)
        raise Conflict(
            f"the configuration was changed meanwhile: it is at revision {found.revision}",
            field="revision",
        )
    return _stored(row)


def _stored(row: _Row) -> StoredConfiguration:
    return StoredConfiguration(
        id=row.id,
        url=f"/konfigurator/c/{row.id}",
        revision=row.revision,
        configuration=msgspec.json.decode(row.configuration, type=Configuration),
        total_price=row.total_price,
        price_list_version=row.price_list_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
