"""/admin/houses/prices: the price lists, and a file that is looked at before it is taken."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from trailpost import db
from trailpost.apps.houses.http.admin.pages import field_of, page, see, zone_of
from trailpost.apps.houses.http.shared import BOOK, AnyRequest, pool
from trailpost.apps.houses.rules import price_files, scheduling, sheets
from trailpost.apps.houses.store import prices as store
from trailpost.apps.houses.store.book import PriceBook
from trailpost.apps.houses.wire import Prices
from trailpost.base import clock
from trailpost.base.errors import BadRequest, Conflict, NotFound

_HERE = "/admin/houses/prices"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PRICES = msgspec.json.Decoder(Prices)


@get(_HERE, include_in_schema=False)
async def prices_page(request: AnyRequest, taken: FromQuery[int | None] = None) -> Response[str]:
    return await _page(request, taken=taken)


@get("/admin/houses/prices/{version:int}/{form:str}", include_in_schema=False)
async def price_file(
    request: AnyRequest, version: FromPath[int], form: FromPath[str]
) -> Response[bytes]:
    if form not in _MEDIA_TYPES:
        raise NotFound("a price list is given as csv or xlsx")
    async with db.transaction(pool(request.app.state)) as conn:
        found = await store.find_price_list(conn, version)
    rows = price_files.to_rows(found.table)
    content = sheets.to_xlsx(rows, "Prices") if form == "xlsx" else sheets.to_csv(rows)
    disposition = f'attachment; filename="prices-{version}.{form}"'
    return Response(
        content,
        media_type=_MEDIA_TYPES[form],
        headers={"content-disposition": disposition},
    )


@post("/admin/houses/prices/preview", include_in_schema=False, status_code=200)
async def preview_prices(request: AnyRequest) -> Response[str]:
    """What the file would change; nothing is stored yet."""
    note = await field_of(request, "note")
    try:
        name, content = await _file(request)
        wanted = price_files.from_rows(sheets.read(content))
        start = _start(await field_of(request, "validFrom"), request)
        at = scheduling.start_of(start, clock.now())
        async with db.transaction(pool(request.app.state)) as conn:
            found = await store.compare(conn, wanted, at)
    except BadRequest as e:
        return await _page(request, status=400, problems=str(e).split("; "))
    return page(
        request,
        "prices_preview",
        found=found,
        start=start,
        note=note or name,
        prices=msgspec.json.encode(wanted).decode(),
    )


@post(_HERE, include_in_schema=False)
async def take_prices(request: AnyRequest) -> Response[str] | Redirect:
    """What was looked at becomes the next list, unless another was taken meanwhile."""
    start = await field_of(request, "validFrom")
    try:
        wanted = _prices(await field_of(request, "prices"))
        at = scheduling.start_of(datetime.fromisoformat(start) if start else None, clock.now())
        async with db.transaction(pool(request.app.state)) as conn:
            taken = await store.take_price_list(
                conn,
                wanted,
                valid_from=at,
                note=(await field_of(request, "note"))[:200],
                after=int(await field_of(request, "after")),
            )
    except (BadRequest, Conflict, ValueError) as e:
        return await _page(
            request, status=409 if isinstance(e, Conflict) else 400, problems=[str(e)]
        )
    book: PriceBook = request.app.state[BOOK]
    await book.refresh()
    return see(f"{_HERE}?taken={taken.table.version}")


async def _page(
    request: AnyRequest,
    *,
    status: int = 200,
    problems: list[str] | None = None,
    taken: int | None = None,
) -> Response[str]:
    now = clock.now()
    async with db.transaction(pool(request.app.state)) as conn:
        lists = await store.list_price_lists(conn)
    rows = [(found, scheduling.state_of(found, lists, now)) for found in lists]
    return page(
        request,
        "prices",
        status=status,
        rows=rows,
        problems=problems or [],
        taken=taken,
        columns=price_files.COLUMNS,
    )


async def _file(request: AnyRequest) -> tuple[str, bytes]:
    found = (await request.form()).get("file")
    if not isinstance(found, UploadFile) or not found.filename:
        raise BadRequest("choose a file first", field="file")
    return found.filename[:200], await found.read()


def _start(text: str, request: AnyRequest) -> datetime | None:
    """As a browser's field gives it, in the owner's time zone."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as e:
        raise BadRequest("this is no time", field="validFrom") from e
    return found if found.tzinfo else found.replace(tzinfo=zone_of(request))


def _prices(text: str) -> Prices:
    """Checked once more: a form can be changed on its way."""
    try:
        found = _PRICES.decode(text)
    except msgspec.DecodeError as e:
        raise BadRequest(f"the prices cannot be read: {e}", field="prices") from e
    return price_files.from_rows(price_files.to_rows(found))


PAGES: tuple[ControllerRouterHandler, ...] = (prices_page, price_file, preview_prices, take_prices)
