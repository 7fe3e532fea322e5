"""/admin/houses/inquiries and /api/admin/inquiries: who wants a house, and how far that is."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Redirect, Stream
from litestar.types import ControllerRouterHandler

from trailpost import db
from trailpost.apps.houses.http.admin.pages import field_of, page, see
from trailpost.apps.houses.http.shared import TAGS, UNKNOWN, AnyRequest, pool
from trailpost.apps.houses.platform import platform_of
from trailpost.apps.houses.rules import inquiries as rules
from trailpost.apps.houses.rules import listing
from trailpost.apps.houses.store import inquiries as store
from trailpost.apps.houses.wire import Inquiries, Inquiry, MoveInquiry, Status
from trailpost.base.errors import BadRequest

_HERE = "/admin/houses/inquiries"
_PAGE = 50
_LATE = ResponseSpec(None, description="That would be a way back.")


class _Asked(msgspec.Struct, frozen=True):
    """What makes no sense is as if it were not asked."""

    status: Status | None
    search: str | None
    before: UUID | None

    def query(self, **more: str) -> str:
        given = {"status": self.status, "q": self.search} | more
        return urlencode({k: v for k, v in given.items() if v})


@get("/admin/houses", include_in_schema=False, sync_to_thread=False)
def houses_page() -> Redirect:
    return see(_HERE)


@get(_HERE, include_in_schema=False)
async def inquiries_page(request: AnyRequest, deleted: FromQuery[bool] = False) -> Response[str]:
    asked = _asked(request.query_params)
    async with db.transaction(pool(request.app.state)) as conn:
        found = await _some(conn, asked, _PAGE)
        counts = await store.count_inquiries(conn)
    more = asked.query(cursor=str(found.next_cursor)) if found.next_cursor else None
    return page(
        request,
        "inquiries",
        found=found,
        asked=asked,
        counts=counts,
        statuses=rules.STATUSES,
        older=more,
        export=asked.query(),
        deleted=deleted,
    )


@get("/admin/houses/inquiries.csv", include_in_schema=False)
async def inquiries_csv(request: AnyRequest) -> Stream:
    asked = _asked(request.query_params)
    return Stream(
        _csv(request, asked),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="inquiries.csv"'},
    )


@get("/admin/houses/inquiries/{id:uuid}", include_in_schema=False)
async def inquiry_page(request: AnyRequest, id: FromPath[UUID]) -> Response[str]:
    async with db.transaction(pool(request.app.state)) as conn:
        found = await store.find_inquiry(conn, id)
    return page(
        request,
        "inquiry",
        found=found,
        house=listing.house(found.configuration),
        next_statuses=rules.next_statuses(found.status),
    )


@post("/admin/houses/inquiries/{id:uuid}/status", include_in_schema=False)
async def move_page(request: AnyRequest, id: FromPath[UUID]) -> Redirect:
    wanted = await field_of(request, "status")
    status = next((s for s in rules.STATUSES if s == wanted), None)
    if status is None:
        raise BadRequest(f"there is no status {wanted!r}", field="status")
    await _move(request, id, status)
    return see(f"{_HERE}/{id}")


@post("/admin/houses/inquiries/{id:uuid}/delete", include_in_schema=False)
async def delete_page(request: AnyRequest, id: FromPath[UUID]) -> Redirect:
    if await field_of(request, "sure") != "yes":
        raise BadRequest("confirm that it shall be deleted", field="sure")
    async with db.transaction(pool(request.app.state)) as conn:
        await store.delete_inquiry(conn, id)
    return see(f"{_HERE}?deleted=true")


@get("/api/admin/inquiries", tags=TAGS)
async def list_inquiries(
    request: AnyRequest,
    status: Annotated[Status | None, QueryParameter()] = None,
    q: Annotated[
        str | None, QueryParameter(max_length=100, description="Part of name or e-mail.")
    ] = None,
    cursor: Annotated[
        UUID | None, QueryParameter(description="`nextCursor` of the page before.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = _PAGE,
) -> Inquiries:
    """Inquiries, newest first; for administrators."""
    async with db.transaction(pool(request.app.state)) as conn:
        return await _some(conn, _Asked(status, q, cursor), limit)


@patch("/api/admin/inquiries/{id:uuid}", tags=TAGS, responses={404: UNKNOWN, 409: _LATE})
async def move_inquiry(
    request: AnyRequest, id: FromPath[UUID], data: JSONBody[MoveInquiry]
) -> Inquiry:
    """Move an inquiry forward; CONVERTED and CLOSED are ends."""
    return await _move(request, id, data.status)


@delete("/api/admin/inquiries/{id:uuid}", tags=TAGS, responses={404: UNKNOWN})
async def delete_inquiry(request: AnyRequest, id: FromPath[UUID]) -> None:
    """Delete an inquiry with all that is personal in it. There is no way back."""
    async with db.transaction(pool(request.app.state)) as conn:
        await store.delete_inquiry(conn, id)


async def _move(request: AnyRequest, id: UUID, status: Status) -> Inquiry:
    """The platform first, and once more if the commit fails: it counts the event once."""
    async with db.transaction(pool(request.app.state)) as conn:
        moved = await store.move_inquiry(conn, id, status)
        if status == "CONVERTED" and moved.session_id:
            await platform_of(request.app).convert(moved)
    return moved


async def _some(conn: db.Connection, asked: _Asked, limit: int) -> Inquiries:
    rows = await store.list_inquiries(
        conn, status=asked.status, search=asked.search, before=asked.before, most=limit + 1
    )
    more = rows[limit - 1].id if len(rows) > limit else None
    return Inquiries(rows[:limit], more)


def _asked(query: Mapping[str, Any]) -> _Asked:
    try:
        before = UUID(query["cursor"]) if query.get("cursor") else None
    except ValueError:
        before = None
    status = next((s for s in rules.STATUSES if s == query.get("status")), None)
    return _Asked(status, str(query.get("q", ""))[:100].replace("\0", "") or None, before)


async def _csv(request: AnyRequest, asked: _Asked) -> AsyncIterator[bytes]:
    yield _line(listing.COLUMNS)
    async with db.transaction(pool(request.app.state)) as conn:
        async for inquiry in store.every_inquiry(conn, status=asked.status, search=asked.search):
            yield _line(listing.cells(inquiry))


def _line(cells: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().encode()


PAGES: tuple[ControllerRouterHandler, ...] = (
    houses_page,
    inquiries_page,
    inquiries_csv,
    inquiry_page,
    move_page,
    delete_page,
)
API: tuple[ControllerRouterHandler, ...] = (list_inquiries, move_inquiry, delete_inquiry)
