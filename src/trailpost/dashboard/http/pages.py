"""GET /admin/sessions/{id} and its erasing, and what needs no data."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import access, tracking
from trailpost.base import clock
from trailpost.base.errors import BadRequest, NotFound
from trailpost.dashboard import store, templates
from trailpost.dashboard.http import drawing
from trailpost.dashboard.rules import journey as journeys
from trailpost.dashboard.rules import timeline
from trailpost.dashboard.rules.asked import asked as asked_of
from trailpost.dashboard.rules.scrubber import scrubber

_Request = Request[Any, Any, State]

_MOST_PAGES = 10_000
_LAST = 1_000_000
"""More events than one answer of the report holds: the last of them."""


@get("/", include_in_schema=False, sync_to_thread=False)
def root() -> Redirect:
    return Redirect("/admin")


@get("/admin/sessions/{session_id:uuid}", include_in_schema=False)
async def journey_page(
    request: _Request,
    session_id: FromPath[UUID],
    page: Annotated[int, QueryParameter(ge=1, le=_MOST_PAGES)] = 1,
    at: Annotated[int, QueryParameter(ge=1)] = _LAST,
    against: Annotated[int, QueryParameter(ge=1)] = 1,
) -> Response[str]:
    """`at` and `against`: the moments that are compared, by their place among the page's events."""
    sources = drawing.sources_of(request.app.state)
    asked = asked_of(request.query_params)
    project = store.chosen(await access.list_projects(sources.pool), asked.project)
    asked = msgspec.structs.replace(asked, project=project.slug)
    answer, skipped = await store.journey(sources, asked, session_id, page)
    view = journeys.journey(answer, asked, page, skipped, clock.now())
    if page > view.page.of:
        raise NotFound(f"the session has {timeline.PER_PAGE} events a page, and no page {page}")
    shown = scrubber(view.url, journeys.moments(answer), view.start, at, against)
    kept = {**asked.report_params, **({"page": page} if page > 1 else {})}
    html = templates.render(
        "_scrubber" if request.headers.get("hx-request") == "true" else "journey",
        view=view,
        s=shown,
        s_kept=tuple(kept.items()),
        user=access.current_user(request),
        page="sessions",
        nav_query=asked.elsewhere.query,
    )
    return _page(html)


@post("/admin/sessions/{session_id:uuid}/erase", include_in_schema=False)
async def erase_session(request: _Request, session_id: FromPath[UUID]) -> Redirect:
    """Asked for twice: the button opens what it means, a box says that it is meant."""
    form = await request.form()
    if form.get("sure") != "yes":
        raise BadRequest("confirm that the session is to be erased", field="sure")
    asked = asked_of(request.query_params)
    pool = drawing.sources_of(request.app.state).pool
    project = store.chosen(await access.list_projects(pool), asked.project)
    eraser: tracking.Eraser = request.app.state.eraser
    await eraser.session(project.id, str(session_id))
    return Redirect(
        f"/admin/sessions?{asked.query}",
        status_code=HTTP_303_SEE_OTHER,
        headers={"cache-control": "no-store"},
    )


@get("/admin/icon.svg", include_in_schema=False, sync_to_thread=False)
def icon() -> Response[bytes]:
    return Response(
        templates.ICON,
        media_type="image/svg+xml",
        headers={"cache-control": "public, max-age=86400"},
    )


def _page(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers={"vary": "hx-request"})
