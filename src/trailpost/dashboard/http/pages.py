"""GET /admin and /admin/sessions/{id}: ask, put into words, render."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from trailpost import access, stream
from trailpost.base import clock
from trailpost.base.errors import BadRequest, NotFound
from trailpost.base.settings import Settings
from trailpost.dashboard import store, templates
from trailpost.dashboard.rules import choosers, overview, timeline
from trailpost.dashboard.rules import journey as journeys
from trailpost.dashboard.rules.choosers import Asked
from trailpost.dashboard.rules.views import Overview
from trailpost.dashboard.store import Sources

_Request = Request[Any, Any, State]

_MOST_PAGES = 10_000


@get("/", include_in_schema=False, sync_to_thread=False)
def root() -> Redirect:
    return Redirect("/admin")


@get("/admin", include_in_schema=False)
async def overview_page(request: _Request) -> Response[str]:
    asked = choosers.asked(request.query_params)
    view = await view_of(request.app.state, asked, tracker_url(request))
    partial = request.headers.get("hx-request") == "true"
    html = templates.render(
        "_view" if partial else "overview",
        view=view,
        user=access.current_user(request),
        page="overview",
    )
    return _page(html)


async def view_of(state: State, asked: Asked, tracker: str) -> Overview:
    """A range that makes no sense shows the default one, and says so."""
    sources = sources_of(state)
    projects = await access.list_projects(sources.pool)
    project = store.chosen(projects, asked.project)
    asked = msgspec.structs.replace(asked, project=project.slug)
    problem = None
    try:
        answers = await store.overview(sources, asked, project, tracker)
    except BadRequest as e:
        problem = f"{str(e)[:1].upper()}{str(e)[1:]}. Shown are the last 30 days."
        asked = Asked(project=project.slug, bots=asked.bots)
        answers = await store.overview(sources, asked, project, tracker)
    period = overview.period_of(answers.overview)
    form = choosers.choosers(
        asked,
        [(p.slug, p.name) for p in projects],
        project.time_zone,
        overview.days_shown(period),
        clock.now().date(),
        problem,
    )
    return overview.overview(answers, asked, form)


@get("/admin/sessions/{session_id:uuid}", include_in_schema=False)
async def journey_page(
    request: _Request,
    session_id: FromPath[UUID],
    page: Annotated[int, QueryParameter(ge=1, le=_MOST_PAGES)] = 1,
) -> Response[str]:
    sources = sources_of(request.app.state)
    asked = choosers.asked(request.query_params)
    project = store.chosen(await access.list_projects(sources.pool), asked.project)
    asked = msgspec.structs.replace(asked, project=project.slug)
    answer, skipped = await store.journey(sources, asked, session_id, page)
    view = journeys.journey(answer, asked, page, skipped, clock.now())
    if page > view.page.of:
        raise NotFound(f"the session has {timeline.PER_PAGE} events a page, and no page {page}")
    html = templates.render("journey", view=view, user=access.current_user(request), page="journey")
    return _page(html)


@get("/admin/icon.svg", include_in_schema=False, sync_to_thread=False)
def icon() -> Response[bytes]:
    return Response(
        templates.ICON,
        media_type="image/svg+xml",
        headers={"cache-control": "public, max-age=86400"},
    )


def sources_of(state: State) -> Sources:
    """Made once for each web process; the Redis client connects when it is first asked."""
    found: Sources | None = state.get("dashboard_sources")
    if found is None:
        redis = stream.connect(state.settings.redis_url)
        found = state["dashboard_sources"] = Sources(state.settings, state.pool, redis)
    return found


def tracker_url(request: _Request) -> str:
    settings: Settings = request.app.state.settings
    base = settings.url or str(request.base_url)
    return base.rstrip("/") + settings.tracker_path


def _page(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML, headers={"vary": "hx-request"})
