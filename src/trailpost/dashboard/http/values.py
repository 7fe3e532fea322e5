"""GET /admin/values/{filter}: what a filter can be set to in the period that is shown."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from trailpost import access, analytics
from trailpost.base import clock
from trailpost.base.errors import NotFound
from trailpost.dashboard import store, templates
from trailpost.dashboard.http import drawing
from trailpost.dashboard.panels import Page, values
from trailpost.dashboard.rules import sections
from trailpost.dashboard.rules.asked import FILTERS, Asked
from trailpost.dashboard.rules.asked import asked as asked_of


@get("/admin/values/{name:str}", include_in_schema=False)
async def values_page(request: Request[Any, Any, State], name: FromPath[str]) -> Response[str]:
    """Of the page the query describes; a menu for scripts, else a page of its own."""
    if name not in FILTERS:
        raise NotFound(f"there is no filter {name!r}")
    offers = await _offers(request, name)
    partial = request.headers.get("hx-request") == "true"
    html = templates.render(
        "_values" if partial else "values",
        offers=offers,
        user=access.current_user(request),
        page="values",
    )
    return Response(html, media_type=MediaType.HTML, headers={"vary": "hx-request"})


async def _offers(request: Request[Any, Any, State], name: str) -> values.Offers:
    sources = drawing.sources_of(request.app.state)
    section = sections.find(request.query_params.get("section", "overview"))
    asked = asked_of(request.query_params)
    project = store.chosen(await access.list_projects(sources.pool), asked.project)
    asked = asked.having(project=project.slug)
    where = values.named(name, analytics.REPORTS)
    found = None
    if where is not None and name != "converted":
        # Its own filter is left out: one may want another value.
        answer = await store.ask(sources, where.report, _plain(asked, name))
        found = None if isinstance(answer, str) else (where, answer)
    page = Page(path=section.path, asked=asked, zone=ZoneInfo(project.time_zone), now=clock.now())
    return values.offers(name, found, page)


def _plain(asked: Asked, name: str) -> Asked:
    return asked.having(compare=False, search="").having(**{name: ""})
