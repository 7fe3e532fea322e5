"""The API's description at /docs: for machines as JSON, for people rendered without any CDN."""

from __future__ import annotations

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.openapi.spec import Tag
from litestar.types import ControllerRouterHandler

from trailpost import issues, tracking
from trailpost.base.settings import Settings
from trailpost.http import static

# In the order in which one meets them.
TAGS = [
    Tag("Events", description="What trackers send: any kind of event, many at a time."),
    Tag("Sessions", description="The routes of earlier clients, field by field as they were."),
    Tag("Performance", description="Timings by the route of earlier clients."),
    Tag("Issues", description="What went wrong in the product, grouped."),
    Tag("Reports", description="Answers; each figure comes with its definition."),
    Tag("Exports", description="Whole tables as files, made by background jobs."),
    Tag("Jobs", description="Background work: where it is, what it made, and its end."),
    Tag("Houses", description="The configurator: options, prices, configurations, inquiries."),
    Tag("Health", description="For load balancers and monitoring."),
]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Trailpost</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{css}">
<script src="{js}" defer></script>
<script src="{init}" defer></script>
</head>
<body><main id="api" data-schema="/docs/openapi.json"></main></body>
</html>"""


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    @get("/docs", media_type=MediaType.HTML, include_in_schema=False, sync_to_thread=False)
    def page() -> str:
        return _PAGE.format(
            css=static.asset("docs/swagger-ui.css"),
            js=static.asset("docs/swagger-ui-bundle.js"),
            init=static.asset("docs/init.js"),
        )

    @get("/docs/openapi.json", include_in_schema=False, sync_to_thread=False)
    def schema(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
        described = request.app.openapi_schema.to_schema()
        # It is served where it stands: a list of one server, "/", tells nobody anything.
        described.pop("servers", None)
        tracking.document(described, settings)
        issues.document(described)
        return Response(described, media_type=MediaType.JSON)

    return [page, schema]
