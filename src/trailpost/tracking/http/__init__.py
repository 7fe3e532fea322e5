"""Routes that take events, their description for /docs, and those that erase."""

from __future__ import annotations

from litestar.types import ControllerRouterHandler

from trailpost.base.settings import Settings
from trailpost.http.endpoint import Handler, endpoint
from trailpost.http.guard import Guard
from trailpost.tracking.http import compat, live
from trailpost.tracking.http.documented import document
from trailpost.tracking.http.erasing import ROUTES as erasing_routes
from trailpost.tracking.http.ingest import ingest
from trailpost.tracking.http.live import cache_hit_rate
from trailpost.tracking.http.timings import publish_request_timings
from trailpost.tracking.rules.speed import Speed

__all__ = ["cache_hit_rate", "document", "erasing_routes", "publish_request_timings", "routes"]


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    guard, speed = Guard(settings), Speed()
    handlers: dict[str, dict[str, Handler]] = {
        settings.ingest_path: {"POST": ingest},
        "/api/sessions/create": {"POST": compat.create},
        "/api/sessions/track": {"POST": compat.track(speed)},
        "/api/sessions/track-interaction": {
            "POST": compat.track_interaction(speed),
            "GET": live.interactions(speed),
        },
        "/api/sessions/save-config": {"POST": compat.save_configuration},
        "/api/sessions/save-configuration": {"POST": compat.save_configuration},
        "/api/sessions/finalize": {"POST": compat.finalize},
        "/api/performance/track": {"POST": compat.track_performance},
    }
    return [endpoint(path, guard, methods) for path, methods in handlers.items()]
