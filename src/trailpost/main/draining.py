"""The HTTP server, which ends open streams before it waits for connections."""

from __future__ import annotations

import socket

import uvicorn
from litestar import Litestar

from trailpost import dashboard, jobs
from trailpost.main.timing import Timing


class Server(uvicorn.Server):
    """Streams never end by themselves: each would hold up the stop for the whole grace period."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        if isinstance(app, Timing):
            app = app.app
        if isinstance(app, Litestar):
            dashboard.end_streams(app)
            jobs.end_streams(app)
        await super().shutdown(sockets)
