"""What the owner's pages of the configurator have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import MediaType, Response
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import access
from trailpost.apps.houses import templates
from trailpost.apps.houses.http.shared import AnyRequest
from trailpost.apps.houses.rules import words

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def security_headers(response: Response[Any]) -> Response[Any]:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def page(request: AnyRequest, name: str, *, status: int = 200, **shown: object) -> Response[str]:
    """The page `admin_<name>.html`."""
    zone = zone_of(request)
    html = templates.render(
        f"admin_{name}",
        user=access.current_user(request),
        page=name,
        zone=zone.key,
        local=lambda at: _local(at, zone),
        euro=words.euro,
        **shown,
    )
    return Response(html, status_code=status, media_type=MediaType.HTML)


def see(path: str) -> Redirect:
    return Redirect(path, status_code=HTTP_303_SEE_OTHER)


def zone_of(request: AnyRequest) -> ZoneInfo:
    """The first project's: the owner's times are those of their reports."""
    projects = request.app.state["keys"].projects
    return ZoneInfo(projects[0].time_zone if projects else "UTC")


async def field_of(request: AnyRequest, name: str) -> str:
    """Of the form that was sent; empty when it has no such text."""
    found = (await request.form()).get(name)
    return found.strip() if isinstance(found, str) else ""


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
