"""Price lists as the command line takes and gives them: files in, files out, what they change."""

from __future__ import annotations

from datetime import datetime

from trailpost import db
from trailpost.apps.houses.rules import price_files, scheduling, sheets
from trailpost.apps.houses.store import prices as store
from trailpost.apps.houses.store.prices import Comparison
from trailpost.apps.houses.wire import PriceList, Prices
from trailpost.base import clock
from trailpost.base.errors import NotFound


def read_prices(content: bytes) -> Prices:
    """Of a CSV or XLSX file. Raises BadRequest naming every row at fault."""
    return price_files.from_rows(sheets.read(content))


def write_prices(prices: Prices, form: str) -> bytes:
    """`form` is csv or xlsx."""
    rows = price_files.to_rows(prices)
    return sheets.to_xlsx(rows, "Prices") if form == "xlsx" else sheets.to_csv(rows)


async def price_list(conn: db.Connection, version: int | None = None) -> PriceList:
    """The one in force when no version is given. Raises NotFound."""
    if version is not None:
        return await store.find_price_list(conn, version)
    now = clock.now()
    found = scheduling.in_force((await store.read_offer(conn, now)).lists, now)
    if found is None:
        raise NotFound("there is no price list in force")
    return found


async def compare_prices(
    conn: db.Connection, prices: Prices, valid_from: datetime | None = None
) -> Comparison:
    """Raises BadRequest when it would begin in the past."""
    return await store.compare(conn, prices, scheduling.start_of(valid_from, clock.now()))


async def take_prices(
    conn: db.Connection,
    prices: Prices,
    *,
    valid_from: datetime | None,
    note: str,
    after: int,
) -> PriceList:
    """Needs a transaction. Raises Conflict when another list was taken after `after`."""
    start = scheduling.start_of(valid_from, clock.now())
    return await store.take_price_list(conn, prices, valid_from=start, note=note, after=after)
