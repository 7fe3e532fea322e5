"""/api/funnels: the steps an owner wants to see, kept under a name of the owner's."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, delete, get, post, put
from litestar.datastructures import ResponseHeader, State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.types import ControllerRouterHandler

from trailpost import access, db
from trailpost.analytics import store
from trailpost.analytics.wire import (
    FunnelAdded,
    FunnelAnswer,
    FunnelChanged,
    FunnelsAnswer,
    FunnelStep,
    Problem,
)
from trailpost.base import clock
from trailpost.base.settings import Settings
from trailpost.http import PROBLEM

_Request = Request[Any, Any, State]
_Project = Annotated[str, QueryParameter(max_length=63, description="The project's name.")]
_TAGS = ["Reports"]
_NO_STORE = [ResponseHeader(name="cache-control", value="no-store")]


def _problem(text: str) -> ResponseSpec:
    return ResponseSpec(Problem, generate_examples=False, description=text, media_type=PROBLEM)


_UNKNOWN = {404: _problem("There is no such project, or no such funnel.")}
_TAKEN = {409: _problem("A funnel has this name already.")}


def routes(_: Settings) -> list[ControllerRouterHandler]:
    return [list_funnels, add_funnel, change_funnel, delete_funnel]


@get(
    "/api/funnels",
    guards=[access.require_user],
    tags=_TAGS,
    response_headers=_NO_STORE,
    responses=_UNKNOWN,
)
async def list_funnels(request: _Request, project: _Project = "default") -> FunnelsAnswer:
    """The project's funnels. `GET /api/reports/funnel?funnel={slug}` answers one."""
    async with db.transaction(_pool(request)) as conn:
        found = await store.find_project(conn, project)
        rows = await store.list_funnels(conn, found.id)
    return FunnelsAnswer([_answer(row) for row in rows])


@post(
    "/api/funnels",
    guards=[access.require_admin],
    tags=_TAGS,
    response_headers=_NO_STORE,
    responses=_UNKNOWN | _TAKEN,
)
async def add_funnel(request: _Request, data: JSONBody[FunnelAdded]) -> FunnelAnswer:
    """Keep 1 to 12 steps under a new name."""
    user = access.current_user(request)
    async with db.transaction(_pool(request)) as conn:
        project = await store.find_project(conn, data.project)
        await store.add_funnel(
            conn, project.id, data.slug, data.name, data.steps, by=user.id, now=clock.now()
        )
        return _answer(await store.find_funnel(conn, project.id, data.slug))


@put(
    "/api/funnels/{slug:str}",
    guards=[access.require_admin],
    tags=_TAGS,
    response_headers=_NO_STORE,
    responses=_UNKNOWN,
)
async def change_funnel(
    request: _Request,
    slug: FromPath[str],
    data: JSONBody[FunnelChanged],
    project: _Project = "default",
) -> FunnelAnswer:
    """Replace name and steps."""
    async with db.transaction(_pool(request)) as conn:
        found = await store.find_project(conn, project)
        await store.change_funnel(conn, found.id, slug, data.name, data.steps, now=clock.now())
        return _answer(await store.find_funnel(conn, found.id, slug))


@delete("/api/funnels/{slug:str}", guards=[access.require_admin], tags=_TAGS, responses=_UNKNOWN)
async def delete_funnel(
    request: _Request, slug: FromPath[str], project: _Project = "default"
) -> None:
    """The funnel only; what visitors did stays."""
    async with db.transaction(_pool(request)) as conn:
        found = await store.find_project(conn, project)
        await store.delete_funnel(conn, found.id, slug)


def _answer(row: store.FunnelRow) -> FunnelAnswer:
    return FunnelAnswer(
        slug=row.slug,
        name=row.name,
        steps=msgspec.convert(row.steps, list[FunnelStep]),
        created_by=row.created_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _pool(request: _Request) -> db.Pool:
    pool: db.Pool = request.app.state.pool
    return pool
