"""Jobs over HTTP: look, follow, cancel. Whoever may is told by guards from above."""

from trailpost.jobs.http.live import end_streams, watching
from trailpost.jobs.http.routes import Guards, routes

__all__ = ["Guards", "end_streams", "routes", "watching"]
