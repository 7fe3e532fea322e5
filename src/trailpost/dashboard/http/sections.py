"""GET /admin and /admin/{section}: ask, put into words, render."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State

from trailpost import access
from trailpost.base.errors import Forbidden
from trailpost.base.settings import Settings
from trailpost.dashboard import store, templates
from trailpost.dashboard.http import drawing
from trailpost.dashboard.http.drawing import Looked
from trailpost.dashboard.rules import kept, sections
from trailpost.dashboard.rules.asked import asked
from trailpost.dashboard.rules.sections import Section

_Request = Request[Any, Any, State]


@get([section.path for section in sections.SECTIONS], include_in_schema=False)
async def section_page(request: _Request) -> Response[str]:
    path = request.url.path.rstrip("/")
    section = next(s for s in sections.SECTIONS if s.path == path)
    shown = await drawing.draw(request.app.state, looked(request, section))
    partial = request.headers.get("hx-request") == "true"
    user = access.current_user(request)
    pool = request.app.state.pool
    saved = () if partial else [kept.view_line(v) for v in await store.views(pool, user.id)]
    html = templates.render(
        _template(request),
        view=shown,
        user=user,
        page=section.name,
        nav_query=shown.head.elsewhere,
        saved=saved,
        here=kept.url(section.name, shown.head.query),
    )
    return Response(html, media_type=MediaType.HTML, headers={"vary": "hx-request"})


def _template(request: _Request) -> str:
    """The whole page, what of it changes, or only the rows that go on with a list."""
    if request.headers.get("hx-request") != "true":
        return "section"
    return "_session_page" if request.headers.get("x-rows") else "_section"


def looked(request: _Request, section: Section) -> Looked:
    """Raises Forbidden when the section is for administrators only."""
    user = access.current_user(request)
    if section.for_admins and user.role != "admin":
        raise Forbidden("this section is for administrators")
    return Looked(
        section=section.name,
        asked=asked(request.query_params),
        tracker=tracker_url(request) if section.name == "overview" else "",
        is_admin=user.role == "admin",
        user=user.id if section.name == "export" else 0,
    )


def tracker_url(request: _Request) -> str:
    settings: Settings = request.app.state.settings
    base = settings.url or str(request.base_url)
    return base.rstrip("/") + settings.tracker_path
