"""/api/reports, every report by one handler, as JSON or CSV; and /api/exports, whole tables."""

from trailpost.analytics.http.admin import routes as admin_routes
from trailpost.analytics.http.exports import routes as export_routes
from trailpost.analytics.http.funnels import routes as funnel_routes
from trailpost.analytics.http.routes import routes

__all__ = ["admin_routes", "export_routes", "funnel_routes", "routes"]
