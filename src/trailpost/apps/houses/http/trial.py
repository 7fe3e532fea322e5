"""GET /api/test/comprehensive and POST /api/test/session-tracking, for administrators."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get, post
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.apps.houses.http.shared import TAGS, AnyRequest, offer, pool
from trailpost.apps.houses.platform import platform_of
from trailpost.apps.houses.trial import Admin, look, visit
from trailpost.apps.houses.wire import Checked, TrialVisit


@get("/api/test/comprehensive", tags=TAGS)
async def comprehensive(request: AnyRequest) -> Checked:
    """Look at every part of the configurator; nothing is changed."""
    state = request.app.state
    checks = await look(state.settings, pool(state), lambda: offer(state))
    return Checked(all(check.ok for check in checks), checks)


@post("/api/test/session-tracking", tags=TAGS, status_code=200)
async def session_tracking(
    request: AnyRequest,
    patience: Annotated[
        float, QueryParameter(ge=0, le=30, description="Seconds to wait for the writer.")
    ] = 10.0,
) -> TrialVisit:
    """Send a visit marked as a robot's through the platform, read it back, and erase it."""
    # The guard has asked for both: the platform is asked as this administrator.
    admin = Admin(request.headers.get("cookie", ""), access.current_user(request).csrf)
    return await visit(platform_of(request.app), admin, offer(request.app.state), patience)


ROUTES: tuple[ControllerRouterHandler, ...] = (
    Router("/", route_handlers=[comprehensive, session_tracking], guards=[access.require_admin]),
)
