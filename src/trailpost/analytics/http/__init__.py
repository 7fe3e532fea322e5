"""GET /api/reports and /api/reports/{name}: every report by one handler, as JSON or CSV."""

from trailpost.analytics.http.routes import routes

__all__ = ["routes"]
