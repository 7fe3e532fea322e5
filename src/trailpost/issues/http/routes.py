"""/api/issues: POST for pages, GET for people, PATCH for administrators."""

from __future__ import annotations

import time
from typing import Annotated, Any, cast
from uuid import UUID

from litestar import Request, Response, get, patch, route
from litestar.datastructures import ResponseHeader, State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from trailpost import access, db
from trailpost.base import clock
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings
from trailpost.http.endpoint import Answer, respond
from trailpost.http.guard import Guard, preflight
from trailpost.http.static import beside
from trailpost.issues import store
from trailpost.issues.http import shapes
from trailpost.issues.http.capture import capture
from trailpost.issues.http.shapes import Change, Issue, IssueDetail, Issues
from trailpost.issues.rules.cursors import cursor_of, place_of
from trailpost.issues.wire import Level, Status

PATH = "/api/issues"
_Request = Request[Any, Any, State]
_TAGS = ["Issues"]
_NO_STORE = [ResponseHeader(name="cache-control", value="no-store")]
_UNKNOWN = {404: ResponseSpec(None, description="There is no such issue.")}
_SHOWN = 20


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    # A budget of its own: a page in a loop of errors must not use up that of its events.
    guard = Guard(settings)

    @route(
        _paths(settings),
        http_method=["POST", "OPTIONS"],
        include_in_schema=False,
        uncompressed=True,
    )
    async def take(request: _Request) -> Response[bytes]:
        scope, state = request.scope, request.app.state
        if request.method == "OPTIONS":
            status, headers = preflight(scope, state["keys"])
            return _response((status, headers, b""))
        began = time.perf_counter()
        return _response(await respond(scope, request.receive, guard, capture, began))

    return [take, list_issues, get_issue, change_issue]


@get(PATH, guards=[access.require_user], tags=_TAGS, response_headers=_NO_STORE)
async def list_issues(
    request: _Request,
    project: Annotated[str, QueryParameter(max_length=100, description="Its slug.")] = "default",
    status: Annotated[Status | None, QueryParameter()] = None,
    level: Annotated[Level | None, QueryParameter()] = None,
    q: Annotated[
        str | None, QueryParameter(max_length=200, description="Stands in the title.")
    ] = None,
    cursor: Annotated[
        str | None, QueryParameter(description="`nextCursor` of the page before.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
) -> Issues:
    """Issues, the one that occurred last first."""
    pool: db.Pool = request.app.state.pool
    found = next((p for p in await access.list_projects(pool) if p.slug == project), None)
    if found is None:
        raise NotFound(f"there is no project {project!r}", field="project")
    async with db.transaction(pool) as conn:
        rows = await store.list_issues(
            conn,
            found.id,
            clock.now().date(),
            status=status,
            level=level,
            words=q and q.replace("\0", ""),
            before=place_of(cursor) if cursor else None,
            most=limit + 1,
        )
    last = rows[limit - 1] if len(rows) > limit else None
    more = cursor_of(last.last_seen, last.id) if last else None
    return Issues([shapes.issue(row) for row in rows[:limit]], more)


@get(
    "/api/issues/{issue_id:uuid}",
    guards=[access.require_user],
    tags=_TAGS,
    response_headers=_NO_STORE,
    responses=_UNKNOWN,
)
async def get_issue(request: _Request, issue_id: FromPath[UUID]) -> IssueDetail:
    """One issue, and its last occurrences."""
    async with db.transaction(request.app.state.pool) as conn:
        row = await store.get_issue(conn, issue_id, clock.now().date())
        last = await store.list_occurrences(conn, issue_id, _SHOWN)
    return IssueDetail(shapes.issue(row), [shapes.occurrence(one) for one in last])


@patch(
    "/api/issues/{issue_id:uuid}",
    guards=[access.require_admin],
    tags=_TAGS,
    response_headers=_NO_STORE,
    responses=_UNKNOWN,
)
async def change_issue(
    request: _Request, issue_id: FromPath[UUID], data: JSONBody[Change]
) -> Issue:
    """Resolve, ignore or open. What occurs after a resolution opens the issue again."""
    now = clock.now()
    async with db.transaction(request.app.state.pool) as conn:
        await store.set_status(conn, issue_id, data.status, now)
        return shapes.issue(await store.get_issue(conn, issue_id, now.date()))


def _paths(settings: Settings) -> list[str]:
    """Beside the events as well, where the tracker looks when the settings moved those."""
    return list(dict.fromkeys([PATH, beside(settings.ingest_path)]))


def _response(given: Answer) -> Response[bytes]:
    status, headers, body = given
    named = {name.decode(): value.decode() for name, value in headers}
    media_type = named.pop("content-type", None)
    return Response(body, status_code=status, headers=named, media_type=cast(Any, media_type))
