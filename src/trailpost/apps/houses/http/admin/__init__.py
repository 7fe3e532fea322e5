"""What the owner looks after the configurator with: prices, inquiries, images."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.apps.houses.http.admin import inquiries, media, prices
from trailpost.apps.houses.http.admin.pages import security_headers

ROUTES: tuple[ControllerRouterHandler, ...] = (
    Router(
        "/",
        route_handlers=[*prices.PAGES, *inquiries.PAGES, *media.PAGES],
        guards=[access.require_admin],
        after_request=security_headers,
    ),
    Router("/", route_handlers=[*inquiries.API, *media.API], guards=[access.require_admin]),
)
