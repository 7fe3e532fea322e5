"""The owner's web pages, built from what the other features show the outside."""

from trailpost.base.feature import Feature
from trailpost.dashboard import http
from trailpost.dashboard.http.errors import error_page, security_headers
from trailpost.dashboard.http.live import close, end_streams
from trailpost.dashboard.templates import link

__all__ = ["FEATURE", "close", "end_streams", "error_page", "link", "security_headers"]

FEATURE = Feature(
    name="dashboard",
    tables=frozenset({"annotations", "saved_views", "share_links"}),
    routes=http.ROUTES,
)
