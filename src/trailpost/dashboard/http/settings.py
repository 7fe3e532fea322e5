"""What forms of two sections change or order: required categories, funnels, exports."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import FormMultiDict, State
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import access, analytics, db
from trailpost.base.errors import BadRequest
from trailpost.dashboard import store, templates
from trailpost.dashboard.rules import exports, funnels, kept
from trailpost.dashboard.rules.asked import asked as asked_of

_Request = Request[Any, Any, State]
_MOST = 20
_LONGEST = 200


@post("/admin/funnel/categories", include_in_schema=False)
async def require_categories(request: _Request) -> Redirect:
    form = await request.form()
    section, shown = kept.asked_view(form)
    categories = _categories(form)
    await store.require(request.app.state.pool, shown.project or "default", categories)
    return _see(kept.url(section.name, shown.query))


@get("/admin/funnel/new", include_in_schema=False)
async def funnel_form(request: _Request) -> Response[str]:
    shown = asked_of(request.query_params)
    html = templates.render(
        "new_funnel",
        user=access.current_user(request),
        page="funnel",
        nav_query=shown.elsewhere.query,
        project=shown.project or "default",
        kinds=funnels.KINDS,
        steps=funnels.STEPS,
    )
    return Response(html, media_type=MediaType.HTML)


@post("/admin/funnel/new", include_in_schema=False)
async def add_funnel(request: _Request) -> Redirect:
    form = await request.form()
    asked = funnels.added(form, str(form.get("project", "")) or "default")
    await store.add_funnel(request.app.state.pool, asked, access.current_user(request).id)
    return _see(f"/admin/funnel?{urlencode({'project': asked.project, 'funnel': asked.slug})}")


@post("/admin/funnel/{slug:str}/delete", include_in_schema=False)
async def delete_funnel(request: _Request, slug: FromPath[str]) -> Redirect:
    project = asked_of(request.query_params).project or "default"
    await store.delete_funnel(request.app.state.pool, project, slug)
    return _see(f"/admin/funnel?{urlencode({'project': project})}")


@post("/admin/export/orders", include_in_schema=False)
async def order_export(request: _Request) -> Redirect:
    asked = exports.asked_export(await request.form())
    async with db.transaction(request.app.state.pool) as conn:
        await analytics.order_export(conn, asked, access.current_user(request).id)
    return _see(f"/admin/export?project={asked.project}")


def _categories(form: FormMultiDict) -> list[str]:
    """Those that are ticked, and one more that is typed."""
    given = [str(c).strip() for c in [*form.getall("category", []), form.get("more", "")]]
    found = list(dict.fromkeys(c for c in given if c))
    if len(found) > _MOST or any(len(c) > _LONGEST or "\x00" in c for c in found):
        raise BadRequest(f"at most {_MOST} categories, of {_LONGEST} characters", field="category")
    return found


def _see(path: str) -> Redirect:
    return Redirect(path, status_code=HTTP_303_SEE_OTHER, headers={"cache-control": "no-store"})
