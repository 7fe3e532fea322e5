"""Options and price lists as they are stored."""

from __future__ import annotations

from datetime import datetime

import msgspec

from trailpost import db
from trailpost.apps.houses.rules import media as media_rules
from trailpost.apps.houses.rules import price_files, scheduling
from trailpost.apps.houses.rules.catalogue import BY_KEY
from trailpost.apps.houses.rules.price_files import Change
from trailpost.apps.houses.store import media
from trailpost.apps.houses.wire import Option, PriceList, Prices, PriceTable, SavedOffer, Text
from trailpost.base.errors import Conflict, NotFound

_SQL = "trailpost.apps.houses.sql"


class _OptionRow(msgspec.Struct, frozen=True):
    category: str
    value: str
    name_de: str
    name_en: str
    fact_de: str
    fact_en: str
    sort_order: int


class _ListRow(msgspec.Struct, frozen=True):
    version: int
    valid_from: datetime
    note: str
    prices: str
    created_at: datetime


class Comparison(msgspec.Struct, frozen=True):
    """What a list would change, as of the newest version there is."""

    before: PriceList
    changes: list[Change]
    newest: int


_ACTIVE_OPTIONS = db.query(_SQL, "active_options", _OptionRow)
_PRICE_LISTS_FROM = db.query(_SQL, "price_lists_from", _ListRow)
_LIST_PRICE_LISTS = db.query(_SQL, "list_price_lists", _ListRow)
_FIND_PRICE_LIST = db.query(_SQL, "find_price_list", _ListRow)
_LOCK_PRICE_LISTS = db.query(_SQL, "lock_price_lists")
_NEWEST_PRICE_LIST = db.query(_SQL, "newest_price_list")
_INSERT_PRICE_LIST = db.query(_SQL, "insert_price_list", _ListRow)


async def read_offer(conn: db.Connection, now: datetime) -> SavedOffer:
    """What can be chosen, and the price list in force with those that follow it."""
    rows = await db.fetch(conn, _ACTIVE_OPTIONS, _OptionRow)
    lists = await db.fetch(conn, _PRICE_LISTS_FROM, _ListRow, now=now)
    images = await media.list_media(conn)
    return SavedOffer(
        options=tuple(_option(row) for row in rows if (row.category, row.value) in BY_KEY),
        lists=tuple(_list(row) for row in lists),
        images=tuple(media_rules.shown(found) for found in images),
    )


async def list_price_lists(conn: db.Connection) -> list[PriceList]:
    """The newest 100, newest first."""
    return [_list(row) for row in await db.fetch(conn, _LIST_PRICE_LISTS, _ListRow)]


async def find_price_list(conn: db.Connection, version: int) -> PriceList:
    """Raises NotFound."""
    row = await db.fetch_one(conn, _FIND_PRICE_LIST, _ListRow, version=version)
    if row is None:
        raise NotFound(f"there is no price list {version}")
    return _list(row)


async def compare(conn: db.Connection, prices: Prices, at: datetime) -> Comparison:
    """With the list that would be in force then."""
    lists = await db.fetch(conn, _PRICE_LISTS_FROM, _ListRow, now=at)
    before = scheduling.in_force([_list(row) for row in lists], at)
    if before is None:
        raise NotFound("there is no price list in force then")
    changed = price_files.changes(before.table, prices)
    return Comparison(before, changed, await newest_version(conn))


async def newest_version(conn: db.Connection) -> int:
    found: int = await db.fetch_value(conn, _NEWEST_PRICE_LIST)
    return found


async def take_price_list(
    conn: db.Connection, prices: Prices, *, valid_from: datetime, note: str, after: int
) -> PriceList:
    """Store it under the next version. Raises Conflict when `after` is not the newest any more."""
    await db.fetch_value(conn, _LOCK_PRICE_LISTS)
    newest = await newest_version(conn)
    if newest != after:
        raise Conflict(f"price list {newest} was taken meanwhile; look at what changes once more")
    row = await db.fetch_one(
        conn,
        _INSERT_PRICE_LIST,
        _ListRow,
        version=newest + 1,
        valid_from=valid_from,
        note=note,
        prices=msgspec.json.encode(prices).decode(),
    )
    assert row is not None  # insert … returning
    return _list(row)


def _option(row: _OptionRow) -> Option:
    """What a person may change comes from the row, what the price rule needs from the catalogue."""
    return msgspec.structs.replace(
        BY_KEY[row.category, row.value],
        name=Text(row.name_de, row.name_en),
        fact=Text(row.fact_de, row.fact_en),
        sort_order=row.sort_order,
    )


def _list(row: _ListRow) -> PriceList:
    prices = msgspec.json.decode(row.prices, type=Prices)
    return PriceList(
        valid_from=row.valid_from,
        note=row.note,
        created_at=row.created_at,
        table=PriceTable(version=str(row.version), **msgspec.structs.asdict(prices)),
    )
