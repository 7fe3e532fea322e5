"""GET /konfigurator, /konfigurator/c/{id} and /konfigurator/print: the page that visitors see."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from trailpost import db
from trailpost.apps.houses import preview, templates
from trailpost.apps.houses.http import asked, boot, offline
from trailpost.apps.houses.http.boot import Seen
from trailpost.apps.houses.http.shared import AnyRequest, offer, pool
from trailpost.apps.houses.http.texts import TEXTS, say
from trailpost.apps.houses.rules import answers, ids, limits
from trailpost.apps.houses.store import configurations
from trailpost.apps.houses.wire import Configuration
from trailpost.base.errors import NotFound, Unprocessable
from trailpost.base.settings import Settings

_HEADERS = {
    "cache-control": "no-store",
    # The script moves the picture through the DOM, which needs no exception; nothing is inline.
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'self'"
    ),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
}
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    return [
        configurator,
        shared_configuration,
        print_view,
        offline.scenes,
        offline.worker(settings),
    ]


@get("/konfigurator", include_in_schema=False)
async def configurator(request: AnyRequest) -> Response[str]:
    query = request.query_params
    if "c" in query:
        return await _shared(request, query["c"])
    found = asked.configuration(query, offer(request.app.state))
    origin: boot.Origin = "address" if asked.is_given(query) else "default"
    return _page(request, _seen(request, found, origin))


@get("/konfigurator/c/{id:str}", include_in_schema=False)
async def shared_configuration(request: AnyRequest, id: FromPath[str]) -> Response[str]:
    """A copy of what somebody shared: changing it changes nothing of theirs."""
    return await _shared(request, id)


@get("/konfigurator/print", include_in_schema=False)
async def print_view(request: AnyRequest) -> Response[str]:
    """For paper: each view that is open, and the whole breakdown."""
    query = request.query_params
    if "c" in query:
        found = await _find(request, query["c"])
        if found is None:
            raise NotFound(TEXTS[asked.language(query)]["not_found"])
    else:
        found = asked.configuration(query, offer(request.app.state))
    seen = _seen(request, found, "address")
    html = templates.render("print", pictures=boot.pictures(seen), **_shown(seen))
    return Response(html, media_type=MediaType.HTML, headers=_HEADERS)


async def _shared(request: AnyRequest, id: str) -> Response[str]:
    found = await _find(request, id)
    if found is None:
        seen = _seen(request, asked.START, "default")
        return _page(request, seen, status=404, notice=TEXTS[seen.language]["not_found"])
    seen = _seen(request, found, "shared")
    return _page(request, msgspec.structs.replace(seen, shared_id=id))


async def _find(request: AnyRequest, id: str) -> Configuration | None:
    """None when there is none, or when what it chose is no longer offered."""
    if not ids.is_short_id(id):
        return None
    try:
        async with db.transaction(pool(request.app.state)) as conn:
            stored = await configurations.find_configuration(conn, id)
        found = limits.fit(stored.configuration)[0]
        answers.check_offered(found, offer(request.app.state))
    except (NotFound, Unprocessable):
        return None
    return found


def _seen(request: AnyRequest, found: Configuration, origin: boot.Origin) -> Seen:
    query = request.query_params
    settings: Settings = request.app.state.settings
    return Seen(
        offer=offer(request.app.state),
        configuration=found,
        view=asked.view(query, found),
        language=asked.language(query),
        origin=origin,
        offline=settings.offline_page,
        development=not settings.url and request.url.hostname in _LOOPBACK,
        key=_key(request),
    )


def _key(request: AnyRequest) -> str | None:
    """The first project's: the page is watched like any customer's."""
    keys = request.app.state["keys"]
    if not keys.projects:
        return None
    found: str | None = keys.key_of(keys.projects[0].slug)
    return found


def _page(
    request: AnyRequest, seen: Seen, *, status: int = 200, notice: str | None = None
) -> Response[str]:
    settings: Settings = request.app.state.settings
    html = templates.render(
        "page",
        notice=notice,
        views=preview.opened(seen.configuration),
        view=seen.view,
        caption=boot.caption(seen, seen.view),
        picture=boot.picture(seen),
        script_data=boot.script_data(seen),
        tracker=settings.tracker_path,
        has_images=bool(seen.offer.images),
        key=seen.key,
        **_shown(seen),
    )
    return Response(html, status_code=status, media_type=MediaType.HTML, headers=_HEADERS)


def _shown(seen: Seen) -> dict[str, Any]:
    """What both pages show."""
    spoken = seen.language
    address = asked.address(seen.configuration, spoken)
    return {
        "language": spoken,
        "texts": TEXTS[spoken],
        "say": say,
        "sections": boot.sections(seen),
        "lines": [
            (title, boot.label_of(line, spoken), amount) for title, line, amount in boot.lines(seen)
        ],
        "total": boot.total(seen),
        "monthly": boot.monthly(seen),
        "version": seen.offer.table.version,
        "address": address,
        "print_href": "/konfigurator/print?" + urlencode(address),
        "back_href": "/konfigurator?" + urlencode(address),
    }
