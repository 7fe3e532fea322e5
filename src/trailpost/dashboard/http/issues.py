"""/admin/issues: the list, one issue with its last occurrences, and what is done to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from markupsafe import Markup

from trailpost import access, db, issues
from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.dashboard import store, templates
from trailpost.dashboard.charts.sparkline import Sparkline, sparkline
from trailpost.dashboard.rules import issues as rules
from trailpost.dashboard.rules.issues import IssueLine

_Request = Request[Any, Any, State]
_SIZE = 50
_OCCURRENCES = 20


@get("/admin/issues", include_in_schema=False)
async def issues_page(request: _Request) -> Response[str]:
    pool, now = _pool(request), clock.now()
    asked = rules.asked(request.query_params)
    project = store.chosen(await access.list_projects(pool), asked.project)
    async with db.transaction(pool) as conn:
        rows = await issues.list_issues(
            conn,
            project.id,
            now.date(),
            status=msgspec.convert(asked.status or None, issues.Status | None),
            level=msgspec.convert(asked.level or None, issues.Level | None),
            words=asked.q or None,
            before=issues.place_of(asked.cursor) if asked.cursor else None,
            most=_SIZE + 1,
        )
    view = rules.page(asked, rows, now, _SIZE)
    user = access.current_user(request)
    return _page(templates.render("issues", view=view, spark=_spark, user=user, page="issues"))


@get("/admin/issues/{issue_id:uuid}", include_in_schema=False)
async def issue_page(request: _Request, issue_id: FromPath[UUID]) -> Response[str]:
    now = clock.now()
    async with db.transaction(_pool(request)) as conn:
        row = await issues.get_issue(conn, issue_id, now.date())
        last = await issues.list_occurrences(conn, issue_id, _OCCURRENCES)
    view = rules.one(row, last, now)
    user = access.current_user(request)
    return _page(templates.render("issue", view=view, spark=_spark, user=user, page="issues"))


@post("/admin/issues/{issue_id:uuid}/{status:str}", include_in_schema=False)
async def change_issue(
    request: _Request, issue_id: FromPath[UUID], status: FromPath[str]
) -> Redirect:
    if status not in rules.STATUSES:
        raise BadRequest(f"no issue can be {status!r}", field="status")
    wanted = msgspec.convert(status, issues.Status)
    async with db.transaction(_pool(request)) as conn:
        await issues.set_status(conn, issue_id, wanted, clock.now())
    return Redirect(
        f"/admin/issues/{issue_id}",
        status_code=HTTP_303_SEE_OTHER,
        headers={"cache-control": "no-store"},
    )


def _spark(line: IssueLine) -> Markup:
    """Days as they went by; today is not over."""
    drawn = Sparkline(title="Occurrences a day", values=line.course, open=True)
    return sparkline(drawn)


def _page(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML)


def _pool(request: _Request) -> db.Pool:
    pool: db.Pool = request.app.state.pool
    return pool
