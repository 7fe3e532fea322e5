"""GET /admin/live: what changed on an overview page, as server-sent events."""

from __future__ import annotations

from functools import partial
from typing import Any

from litestar import Litestar, Request, get
from litestar.datastructures import State
from litestar.response import Stream

from trailpost.dashboard import store, templates
from trailpost.dashboard.http import jobs, pages
from trailpost.dashboard.http.hub import Fragments, Hub
from trailpost.dashboard.rules import choosers
from trailpost.dashboard.rules.choosers import Asked
from trailpost.dashboard.store import Sources

Looked = tuple[Asked, str]
"""A view, and the tracker's address that its empty state names."""


@get("/admin/live", include_in_schema=False)
async def live(request: Request[Any, Any, State]) -> Stream:
    """Ends after ten minutes and when the server stops; the page connects again by itself."""
    asked = choosers.asked(request.query_params)
    events = hub_of(request.app.state).subscribe((asked, pages.tracker_url(request)))
    return Stream(
        events,
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


def hub_of(state: State) -> Hub[Looked]:
    """One for each web process."""
    found: Hub[Looked] | None = state.get("dashboard_hub")
    if found is None:
        sources = pages.sources_of(state)
        found = Hub(partial(store.last_write, sources), partial(draw, state))
        state["dashboard_hub"] = found
    return found


def end_streams(app: Litestar) -> None:
    """Call when the server begins to stop: open streams would hold it up."""
    found: Hub[Looked] | None = app.state.get("dashboard_hub")
    if found is not None:
        found.close()
    jobs.end_streams(app.state)


async def close(app: Litestar) -> None:
    """When the application ends: let go of what the pages opened for themselves."""
    end_streams(app)
    sources: Sources | None = app.state.get("dashboard_sources")
    if sources is not None:
        await sources.redis.aclose()


async def draw(state: State, looked: Looked) -> Fragments:
    asked, tracker = looked
    view = await pages.view_of(state, asked, tracker)
    parts = {name: templates.render(f"_{name}", view=view) for name in _PARTS}
    points = view.series.points
    return parts | {
        "period": templates.escape(view.period),
        "points": templates.render("_points", points=points[:-1]),
        "last-point": templates.render("_points", points=points[-1:]),
    }


_PARTS = ("empty", "now", "cards", "options", "sessions", "ledger")
"""Templates `_name.html`, each inside the element of that id."""
