"""GET /konfigurator/media/{name} and GET /api/house-media: the images of the media folder."""

from __future__ import annotations

import asyncio
from pathlib import Path

from litestar import Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from trailpost.apps.houses.http.shared import TAGS, AnyRequest, offer
from trailpost.apps.houses.rules import media as rules
from trailpost.apps.houses.store.media import MediaFolder
from trailpost.apps.houses.wire import Images
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings

_HEADERS = {
    # New bytes get a new name.
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@get("/konfigurator/media/{name:str}", include_in_schema=False, opt={"uncompressed": True})
async def media_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    settings: Settings = request.app.state.settings
    folder = MediaFolder(Path(settings.data))
    content = await asyncio.to_thread(folder.open, name)
    if content is None:
        raise NotFound("there is no such image")
    return Response(
        content, media_type=rules.MEDIA_TYPES[name.rpartition(".")[2]], headers=_HEADERS
    )


@get("/api/house-media", tags=TAGS, sync_to_thread=False)
def house_media(state: State) -> Images:
    """The images that the configurator can show, by view."""
    return Images(list(offer(state).images))
