"""/admin/houses/media and POST /api/admin/sync/google-drive: images from a Drive folder."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Redirect
from litestar.types import ControllerRouterHandler

from trailpost import access, db, jobs
from trailpost.apps.houses.drive.mirror import sync_drive
from trailpost.apps.houses.http.admin.pages import page, see
from trailpost.apps.houses.http.shared import TAGS, AnyRequest, pool
from trailpost.apps.houses.rules import media as rules
from trailpost.apps.houses.store import media as store
from trailpost.apps.houses.wire import SyncStarted
from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings

_UNSET = ResponseSpec(None, description="The folder or the credentials are not set.")


@get("/admin/houses/media", include_in_schema=False)
async def media_page(request: AnyRequest) -> Response[str]:
    settings: Settings = request.app.state.settings
    async with db.transaction(pool(request.app.state)) as conn:
        found = await store.list_media(conn)
        runs = await jobs.list_jobs(conn, kind=sync_drive.kind, limit=1)
    return page(
        request,
        "media",
        images=[(media, rules.shown(media)) for media in found],
        last=runs[0] if runs else None,
        missing=_missing(settings),
    )


@post("/admin/houses/media/sync", include_in_schema=False)
async def sync_page(request: AnyRequest) -> Redirect:
    started = await _start(request)
    return see(f"/admin/jobs/{started.job_id}")


@post(
    "/api/admin/sync/google-drive",
    status_code=202,
    tags=TAGS,
    responses={400: _UNSET},
)
async def sync_google_drive(request: AnyRequest) -> SyncStarted:
    """Mirror the Drive folder into the media folder, in the background; changes only."""
    return await _start(request)


async def _start(request: AnyRequest) -> SyncStarted:
    missing = _missing(request.app.state.settings)
    if missing:
        raise BadRequest(f"set {' and '.join(missing)} first")
    user = access.current_user(request)
    async with db.transaction(pool(request.app.state)) as conn:
        made = await jobs.enqueue(conn, sync_drive, jobs.Nothing(), user=user.id, key="drive")
    return SyncStarted(made.id, f"/api/jobs/{made.id}", made.new)


def _missing(settings: Settings) -> list[str]:
    given = {
        "TRAILPOST_DRIVE_FOLDER": settings.drive_folder,
        "TRAILPOST_DRIVE_CREDENTIALS": settings.drive_credentials,
    }
    return [name for name, value in given.items() if not value]


PAGES: tuple[ControllerRouterHandler, ...] = (media_page, sync_page)
API: tuple[ControllerRouterHandler, ...] = (sync_google_drive,)
