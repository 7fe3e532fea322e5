"""DELETE /api/sessions/{id} and /api/visitors: a person's data goes, all of it."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Request, delete
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, QueryParameter
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.base.errors import NotFound
from trailpost.http import PROBLEM
from trailpost.http.describe import Problem
from trailpost.http.guard import Keys, Project
from trailpost.tracking.store import Eraser
from trailpost.tracking.wire.text import MAX_SESSION_ID

_Request = Request[Any, Any, State]
_Project = Annotated[str, QueryParameter(max_length=63, description="The project's name.")]
_VisitorId = Annotated[
    str,
    QueryParameter(
        min_length=1,
        max_length=MAX_SESSION_ID,
        description="The `visitorId` that the page gave with the visitor's consent.",
    ),
]
_TAGS = ["Sessions"]


class VisitorErased(msgspec.Struct, frozen=True):
    sessions: int
    """How many were stored and are gone."""


def _unknown(text: str) -> dict[int, ResponseSpec]:
    spec = ResponseSpec(Problem, generate_examples=False, description=text, media_type=PROBLEM)
    return {404: spec}


@delete(
    "/api/sessions/{session_id:str}",
    guards=[access.require_admin],
    tags=_TAGS,
    responses=_unknown("There is no such project, or no such session is stored."),
)
async def erase_session(
    request: _Request, session_id: FromPath[str], project: _Project = "default"
) -> None:
    """Erase a session: its events, itself, and what it added to any figure.

    What of it arrives later is not stored. Erasing it again changes nothing.
    """
    found = _project(request, project)
    await _eraser(request).session(found.id, session_id)


@delete(
    "/api/visitors",
    status_code=200,
    guards=[access.require_admin],
    tags=_TAGS,
    responses=_unknown("There is no such project."),
)
async def erase_visitor(
    request: _Request, id: _VisitorId, project: _Project = "default"
) -> VisitorErased:
    """Erase every stored session of a visitor. Sessions that begin later are kept."""
    found = _project(request, project)
    return VisitorErased(await _eraser(request).visitor(found.id, found.secret, id))


def _project(request: _Request, slug: str) -> Project:
    keys: Keys = request.app.state["keys"]
    found = keys.by_slug(slug)
    if found is None:
        raise NotFound(f"no project is named {slug!r}", field="project")
    return found


def _eraser(request: _Request) -> Eraser:
    eraser: Eraser = request.app.state.eraser
    return eraser


ROUTES: tuple[ControllerRouterHandler, ...] = (erase_session, erase_visitor)
