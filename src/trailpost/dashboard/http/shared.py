"""GET /share/{token}: one section as a link shows it, to whoever has the link."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from trailpost.base import clock
from trailpost.base.errors import NotFound
from trailpost.dashboard import store, templates
from trailpost.dashboard.http import drawing
from trailpost.dashboard.http.drawing import Looked
from trailpost.dashboard.rules import kept, sections, words
from trailpost.dashboard.rules.asked import asked

# The address is the key: it goes nowhere else, and no search engine keeps it.
_HEADERS = {"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}


@get("/share/{token:str}", include_in_schema=False)
async def shared_page(request: Request[Any, Any, State], token: FromPath[str]) -> Response[str]:
    now = clock.now()
    found = await store.open_link(request.app.state.pool, kept.token_hash(token), now)
    section = sections.find(found.section)
    if not section.is_shared:
        raise NotFound("the section is not shared any more")
    shown = asked(dict(parse_qsl(found.query)))
    looked = Looked(section=section.name, asked=shown, is_public=True)
    html = templates.render(
        "shared",
        view=await drawing.draw(request.app.state, looked),
        user=None,
        page=section.name,
        until=words.moment(found.expires_at),
    )
    return Response(html, media_type=MediaType.HTML, headers=_HEADERS)
