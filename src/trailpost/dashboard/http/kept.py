"""/admin/kept: saved views, notes on the time axis and shared links, made, changed, taken back."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from trailpost import access, analytics, db
from trailpost.access import Project
from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings
from trailpost.dashboard import store, templates
from trailpost.dashboard.rules import kept
from trailpost.dashboard.rules.asked import Asked
from trailpost.dashboard.rules.asked import asked as asked_of
from trailpost.dashboard.rules.kept import LinkLine, NoteLine, ViewLine

_Request = Request[Any, Any, State]
_EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


class KeptView(msgspec.Struct, frozen=True, kw_only=True):
    """`made`: the address of a link made just now, which is never shown again."""

    project: str
    zone: str
    views: tuple[ViewLine, ...]
    notes: tuple[NoteLine, ...]
    links: tuple[LinkLine, ...]
    made: str | None
    now: str


@get("/admin/kept", include_in_schema=False)
async def kept_page(request: _Request) -> Response[str]:
    return await _page(request, None)


@post("/admin/kept/views", include_in_schema=False)
async def save_view(request: _Request) -> Redirect:
    form = await request.form()
    section, shown = kept.asked_view(form)
    name = kept.text_of(form, "name", kept.LONGEST_NAME)
    user = access.current_user(request)
    await store.save_view(_pool(request), user.id, name, section.name, shown.query)
    return _see(kept.url(section.name, shown.query))


@post("/admin/kept/views/{id:int}/delete", include_in_schema=False)
async def delete_view(request: _Request, id: FromPath[int]) -> Redirect:
    await store.delete_view(_pool(request), access.current_user(request).id, id)
    return _see("/admin/kept")


@post("/admin/kept/notes", include_in_schema=False)
async def annotate(request: _Request) -> Redirect:
    form = await request.form()
    section, shown = kept.asked_view(form)
    project = await _project(request, shown)
    text = kept.text_of(form, "text", kept.LONGEST_NOTE)
    at = kept.moment_of(form, _zone(shown, project))
    user = access.current_user(request)
    await store.annotate(_pool(request), project.id, at, text, user.id)
    return _see(kept.url(section.name, shown.query))


@post("/admin/kept/notes/{id:int}", include_in_schema=False)
async def change_note(request: _Request, id: FromPath[int]) -> Redirect:
    form = await request.form()
    project = await _project(request, asked_of(request.query_params))
    text = kept.text_of(form, "text", kept.LONGEST_NOTE)
    at = kept.moment_of(form, ZoneInfo(project.time_zone))
    await store.change_annotation(_pool(request), project.id, id, at, text)
    return _see(f"/admin/kept?project={quote(project.slug)}")


@post("/admin/kept/notes/{id:int}/delete", include_in_schema=False)
async def delete_note(request: _Request, id: FromPath[int]) -> Redirect:
    project = await _project(request, asked_of(request.query_params))
    await store.delete_annotation(_pool(request), project.id, id)
    return _see(f"/admin/kept?project={quote(project.slug)}")


@post("/admin/kept/links", status_code=HTTP_200_OK, include_in_schema=False)
async def share(request: _Request) -> Response[str]:
    """Answers with the page itself: the address stands there once, and nowhere else."""
    form = await request.form()
    section, shown = kept.asked_view(form)
    if not section.is_shared:
        raise BadRequest(f"{section.title} cannot be shared", field="section")
    now, token = clock.now(), secrets.token_urlsafe(32)
    ends = kept.expiry(form, now)
    user = access.current_user(request)
    what = (section.name, shown.query)
    await store.make_link(_pool(request), kept.token_hash(token), what, user.id, now, ends)
    return await _page(request, f"{_base(request)}/share/{token}")


@post("/admin/kept/links/{id:int}/revoke", include_in_schema=False)
async def revoke_link(request: _Request, id: FromPath[int]) -> Redirect:
    await store.revoke_link(_pool(request), id, clock.now())
    return _see("/admin/kept")


async def _page(request: _Request, made: str | None) -> Response[str]:
    user, now = access.current_user(request), clock.now()
    project = await _project(request, asked_of(request.query_params))
    zone, pool = ZoneInfo(project.time_zone), _pool(request)
    views = await store.views(pool, user.id)
    notes = await store.list_annotations(pool, project.id, *_EVER)
    links = await store.links(pool) if user.role == "admin" else []
    view = KeptView(
        project=project.slug,
        zone=project.time_zone.replace("_", " "),
        views=tuple(kept.view_line(v) for v in views),
        notes=tuple(kept.note_line(n, zone) for n in notes),
        links=tuple(kept.link_line(x, now, zone) for x in links),
        made=made,
        now=f"{now.astimezone(zone):%Y-%m-%dT%H:%M}",
    )
    html = templates.render("kept", view=view, user=user, page="kept")
    return Response(html, media_type=MediaType.HTML)


async def _project(request: _Request, shown: Asked) -> Project:
    return store.chosen(await access.list_projects(_pool(request)), shown.project)


def _zone(shown: Asked, project: Project) -> ZoneInfo:
    return ZoneInfo(shown.tz if shown.tz in analytics.zone_names() else project.time_zone)


def _base(request: _Request) -> str:
    settings: Settings = request.app.state.settings
    return (settings.url or str(request.base_url)).rstrip("/")


def _see(path: str) -> Redirect:
    return Redirect(path, status_code=HTTP_303_SEE_OTHER, headers={"cache-control": "no-store"})


def _pool(request: _Request) -> db.Pool:
    pool: db.Pool = request.app.state.pool
    return pool
