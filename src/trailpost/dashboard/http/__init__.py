"""The owner's pages and their live stream; behind a login, all of them."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.dashboard.http import errors, live, pages

ROUTES: tuple[ControllerRouterHandler, ...] = (
    pages.icon,
    Router(
        "/",
        route_handlers=[pages.root, pages.overview_page, pages.journey_page, live.live],
        guards=[access.require_user],
        after_request=errors.security_headers,
    ),
)
