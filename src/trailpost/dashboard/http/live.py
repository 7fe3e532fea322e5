"""GET /admin/live/{section}: what changed on a page, as server-sent events."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from litestar import Litestar, Request, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Stream

from trailpost.dashboard import store
from trailpost.dashboard.http import drawing, jobs
from trailpost.dashboard.http.drawing import Looked
from trailpost.dashboard.http.hub import Fragments, Hub
from trailpost.dashboard.http.sections import looked
from trailpost.dashboard.rules import sections
from trailpost.dashboard.store import Sources


@get("/admin/live/{name:str}", include_in_schema=False)
async def live(request: Request[Any, Any, State], name: FromPath[str]) -> Stream:
    """Ends after ten minutes and when the server stops; the page connects again by itself."""
    return stream(request.app.state, looked(request, sections.find(name)))


def stream(
    state: State,
    wanted: Looked,
    may_look: Callable[[], Awaitable[bool]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Stream:
    """`may_look`: asked now and then whether it may go on."""
    return Stream(
        hub_of(state).subscribe(wanted, may_look),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no", **(headers or {})},
    )


def hub_of(state: State) -> Hub[Looked]:
    """One for each web process."""
    found: Hub[Looked] | None = state.get("dashboard_hub")
    if found is None:
        sources = drawing.sources_of(state)
        found = Hub(partial(store.last_write, sources), partial(_draw, state))
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


async def _draw(state: State, wanted: Looked) -> Fragments:
    return drawing.fragments(await drawing.draw(state, wanted))
