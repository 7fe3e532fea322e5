"""The bundles of web/ over HTTP: the tracker under the path that was set, the rest for ever."""

from __future__ import annotations

import functools
import gzip
import hashlib
from pathlib import Path

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.types import ControllerRouterHandler

from trailpost.base.errors import NotFound, StartupError
from trailpost.base.settings import Settings

FOLDER = Path(__file__).parents[1] / "static"

# Where web/src/tracker says what the server shall replace.
_INGEST = b'"/api/ingest"'
_ISSUES = b'"/api/issues"'
_ERRORS = b'"/e.js"'
_SCRIPTS = ("t.js", "e.js")
_HOUR = "public, max-age=3600"
# The name holds a hash of the content.
_FOR_EVER = "public, max-age=31536000, immutable"

_Request = Request[None, None, State]


class Bundle(msgspec.Struct, frozen=True):
    """What web/build.mjs made of one source."""

    file: str
    sri: str
    imports: list[str] = []
    """Files that the browser will ask for next."""


class Script(msgspec.Struct, frozen=True):
    """The tracker as this server hands it out."""

    plain: bytes
    zipped: bytes
    etag: str


@functools.cache
def manifest(folder: Path = FOLDER) -> dict[str, Bundle]:
    """By name of the source, as `dashboard/index.ts`. Raises StartupError when there are none."""
    try:
        return msgspec.json.decode((folder / "manifest.json").read_bytes(), type=dict[str, Bundle])
    except FileNotFoundError as e:
        raise StartupError(
            "the web bundles are missing: install the package again (in a checkout `make run`, "
            "or `python hatch_build.py`), without TRAILPOST_SKIP_WEB"
        ) from e


def asset(name: str) -> str:
    """Path of a bundle, to put into a page."""
    return f"/static/{_bundle(name).file}"


def sri(name: str) -> str:
    """Hash of a bundle for an `integrity` attribute."""
    return _bundle(name).sri


def source(name: str) -> bytes:
    """A bundle itself, for a route that completes it."""
    return (FOLDER / _bundle(name).file).read_bytes()


def _bundle(name: str) -> Bundle:
    found = manifest().get(name)
    if found is None:
        raise StartupError(f"no web bundle is made of {name!r}; web/build.mjs names its sources")
    return found


def tracker(source: bytes, ingest_path: str, tracker_path: str = "/t.js") -> Script:
    """The script, told where this server takes events and issues, and has the second one."""
    plain = source.replace(_INGEST, msgspec.json.encode(ingest_path))
    plain = plain.replace(_ISSUES, msgspec.json.encode(beside(ingest_path)))
    plain = plain.replace(_ERRORS, msgspec.json.encode(errors_path(tracker_path)))
    etag = f'"{hashlib.blake2b(plain, digest_size=12).hexdigest()}"'
    # mtime 0: every process and every start makes the same bytes.
    return Script(plain, gzip.compress(plain, 9, mtime=0), etag)


def beside(ingest_path: str) -> str:
    """Where issues are taken: beside the events, so that one rule of a proxy lets both through."""
    return ingest_path.rpartition("/")[0] + "/issues"


def errors_path(tracker_path: str) -> str:
    return tracker_path.removesuffix(".js") + "-errors.js"


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    """The tracker and the static files. Raises StartupError when they are not bundled."""
    manifest()
    files = _files(FOLDER)
    paths = [settings.tracker_path, errors_path(settings.tracker_path)]
    scripts = {
        path: tracker((FOLDER / name).read_bytes(), settings.ingest_path, settings.tracker_path)
        for path, name in zip(paths, _SCRIPTS, strict=True)
    }

    @get(paths, include_in_schema=False, sync_to_thread=False)
    def tracker_script(request: _Request) -> Response[bytes]:
        return _tracker_response(request, scripts[request.scope["path"].rstrip("/")])

    @get("/static/{file:path}", include_in_schema=False, sync_to_thread=True)
    def static_file(request: _Request, file: FromPath[Path]) -> Response[bytes]:
        path = files.get(file.as_posix().lstrip("/"))
        if path is None:
            raise NotFound("there is no such file")
        return _file_response(request, path)

    return [tracker_script, static_file]


def _files(folder: Path) -> dict[str, Path]:
    """What may be asked for: what is bundled now, so no path can climb out of the folder."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.suffix in (".js", ".css", ".txt") and path.is_file() and path.name not in _SCRIPTS
    }


def _tracker_response(request: _Request, script: Script) -> Response[bytes]:
    headers = {
        "etag": script.etag,
        "cache-control": _HOUR,
        # Any site may load it, also with an integrity attribute.
        "access-control-allow-origin": "*",
        "cross-origin-resource-policy": "cross-origin",
    }
    known = request.headers.get("if-none-match", "")
    if script.etag in known.replace("W/", "").split(", "):
        return Response(b"", status_code=304, headers=headers | {"vary": "accept-encoding"})
    zipped = _accepts_gzip(request)
    return _body(script.zipped if zipped else script.plain, ".js", headers, zipped=zipped)


def _file_response(request: _Request, path: Path) -> Response[bytes]:
    ready = path.with_name(path.name + ".gz")
    zipped = _accepts_gzip(request) and ready.is_file()
    body = (ready if zipped else path).read_bytes()
    return _body(body, path.suffix, {"cache-control": _FOR_EVER}, zipped=zipped)


def _body(body: bytes, suffix: str, headers: dict[str, str], *, zipped: bool) -> Response[bytes]:
    encoding = {"content-encoding": "gzip"} if zipped else {}
    common = {"vary": "accept-encoding", "x-content-type-options": "nosniff"}
    return Response(
        body,
        media_type=_MEDIA_TYPES.get(suffix, "text/plain"),
        headers=headers | common | encoding,
    )


def _accepts_gzip(request: _Request) -> bool:
    offers = (o.replace(" ", "") for o in request.headers.get("accept-encoding", "").split(","))
    return any(o == "gzip" or (o.startswith("gzip;") and not o.endswith("q=0")) for o in offers)


_MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
}
