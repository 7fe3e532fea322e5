"""The page without the network: its service worker, and the scenes that it fetches later."""

from __future__ import annotations

import hashlib
from functools import cache

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from trailpost.apps.houses import preview
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings
from trailpost.http import static

PAGE = "/konfigurator"
WORKER = f"{PAGE}/worker.js"
# Where web/src/houses/worker.ts says what the server shall put in.
_OFFLINE = b'"$OFFLINE"'
_SOURCES = ("houses/main.tsx", "houses/page.css")
_FOR_EVER = "public, max-age=31536000, immutable"


class _Offline(msgspec.Struct, frozen=True):
    """What the worker keeps for when the network is away."""

    version: str
    page: str
    files: list[str]


@cache
def scene_paths() -> dict[str, str]:
    """By scene; a name changes with the drawing."""
    drawn = {name: preview.draw_scene(name).encode() for name in preview.SCENE_NAMES}
    return {name: f"{PAGE}/scenes/{name}-{_digest(text)}.svg" for name, text in drawn.items()}


@get(PAGE + "/scenes/{file:str}", include_in_schema=False, sync_to_thread=False)
def scenes(file: FromPath[str]) -> Response[str]:
    """A scene as it is drawn now: a page from before a deployment asks by an older name."""
    name = file.partition("-")[0]
    path = scene_paths().get(name)
    if path is None:
        raise NotFound("there is no such scene")
    headers = {"cache-control": _FOR_EVER if path.endswith(f"/{file}") else "no-store"}
    return Response(preview.draw_scene(name), media_type="image/svg+xml", headers=headers)


def worker(settings: Settings) -> ControllerRouterHandler:
    """Without it there is a 404, and the page sends a worker away that it finds."""

    @get(WORKER, include_in_schema=False, sync_to_thread=False)
    def service_worker() -> Response[bytes]:
        if not settings.offline_page:
            raise NotFound("this page needs the network")
        headers = {
            "cache-control": "no-cache",
            "service-worker-allowed": PAGE,
            "x-content-type-options": "nosniff",
        }
        script = _script(settings.tracker_path)
        return Response(script, media_type="text/javascript", headers=headers)

    return service_worker


@cache
def _script(tracker: str) -> bytes:
    """Another deployment's is another text, so that browsers take it for a new worker."""
    source = static.source("houses/worker.ts")
    files = [*_files(), tracker, *scene_paths().values()]
    version = _digest(source + repr(files).encode())
    given = msgspec.json.encode(_Offline(version, PAGE, files)).decode()
    return source.replace(_OFFLINE, msgspec.json.encode(given))


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _files() -> list[str]:
    """What the page asks for, and what that asks for in turn."""
    bundles = [static.manifest()[name] for name in _SOURCES]
    return [f"/static/{file}" for bundle in bundles for file in (bundle.file, *bundle.imports)]
