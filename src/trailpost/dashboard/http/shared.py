"""GET /share/{token}: one section as a link shows it, to whoever has the link; and its stream."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Stream

from trailpost import db
from trailpost.base import clock
from trailpost.base.errors import NotFound, Unavailable
from trailpost.dashboard import store, templates
from trailpost.dashboard.http import drawing, live
from trailpost.dashboard.http.drawing import Looked
from trailpost.dashboard.rules import kept, sections, words
from trailpost.dashboard.rules.asked import asked
from trailpost.dashboard.wire import SharedView

_Request = Request[Any, Any, State]

# The address is the key: it goes nowhere else, and no search engine keeps it.
_HEADERS = {"x-robots-tag": "noindex, nofollow", "referrer-policy": "no-referrer"}


@get("/share/{token:str}", include_in_schema=False)
async def shared_page(request: _Request, token: FromPath[str]) -> Response[str]:
    found = await store.open_link(request.app.state.pool, kept.token_hash(token), clock.now())
    looked = _looked(found, token)
    html = templates.render(
        "shared",
        view=await drawing.draw(request.app.state, looked),
        user=None,
        page=looked.section,
        until=words.moment(found.expires_at),
    )
    return Response(html, media_type=MediaType.HTML, headers=_HEADERS)


@get("/share/{token:str}/live", include_in_schema=False)
async def shared_live(request: _Request, token: FromPath[str]) -> Stream:
    """What changed on the page of the link, and of no other; ends when the link does."""
    pool: db.Pool = request.app.state.pool

    async def may_look() -> bool:
        try:
            return await _find(pool, token) is not None
        except (Unavailable, db.Error):  # The figures wait too; nothing new is shown meanwhile.
            return True

    found = await _find(pool, token)
    if found is None:
        raise NotFound("the link is wrong, has expired, or was taken back")
    return live.stream(request.app.state, _looked(found, token), may_look, _HEADERS)


async def _find(pool: db.Pool, token: str) -> SharedView | None:
    return await store.find_link(pool, kept.token_hash(token), clock.now())


def _looked(found: SharedView, token: str) -> Looked:
    """Raises NotFound when the section is not for everybody any more."""
    section = sections.find(found.section)
    if not section.is_shared:
        raise NotFound("the section is not shared any more")
    return Looked(section=section.name, asked=asked(dict(parse_qsl(found.query))), link=token)
