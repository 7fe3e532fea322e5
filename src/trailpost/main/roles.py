"""The roles of a running system: web, write and work; any number of each, on any machines."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from trailpost.base import log
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.main import bundles, folder, stopping
from trailpost.main.listen import listen

if TYPE_CHECKING:
    import uvicorn

_log = log.get(__name__)

# Requests take milliseconds, and open streams of the dashboard are ended first.
_DRAIN_SECONDS = 5
# Beyond the grace period of its jobs: giving them back takes seconds, if it works at all.
_WORK_MORE_SECONDS = 8.0


def web(settings: Settings, fd: int | None = None) -> None:
    """Serve HTTP. `fd` is a listening socket that `trailpost serve` shares among its processes."""
    data = Path(settings.data)
    folder.prepare(data)
    bundles.check()
    listening = socket.socket(fileno=fd) if fd is not None else listen(settings.host, settings.port)
    with listening:
        _serve_http(settings, listening)


def _serve_http(settings: Settings, listening: socket.socket) -> None:
    import uvicorn
    import uvloop

    from trailpost.main import checks
    from trailpost.main.app import build_app
    from trailpost.main.draining import Server
    from trailpost.main.timing import Timing

    uvloop.run(checks.refuse_forgetful_redis(settings.redis_url))
    server = Server(
        uvicorn.Config(
            # Outermost: Litestar's own middleware never sees what no route answers.
            Timing(build_app(settings)),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            access_log=False,
            log_config=None,
            # The peer's address decides about X-Forwarded-For in tracking, not here.
            proxy_headers=False,
            server_header=False,
            # Longer than proxies keep theirs: a connection must not close as a request comes.
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )
    stopped = _stops(server)
    _set_modules_aside()
    _log.info("web server starts", address=listening.getsockname()[:2])
    server.run(sockets=[listening])
    if not (server.started or stopped):
        raise StartupError("the web server could not start; the reason is in the log above")


def _set_modules_aside() -> None:
    """What was imported stays: a full collection that walked it all held every request up."""
    gc.collect()
    gc.freeze()


def _stops(server: uvicorn.Server) -> list[int]:
    """Have SIGTERM and SIGINT stop the server, and nothing else; returns those that came.

    uvicorn handles them while it runs, and raises them again when it has drained.
    """
    came: list[int] = []

    def stop(number: int, _: object) -> None:
        came.append(number)
        server.should_exit = True

    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, stop)
    return came


def write(settings: Settings) -> None:
    """Move events from the streams to PostgreSQL."""
    import uvloop

    uvloop.run(_write(settings))


async def _write(settings: Settings) -> None:
    from trailpost import db, issues, tracking
    from trailpost.main import checks, sampling
    from trailpost.main.features import write_hooks

    await asyncio.gather(
        checks.check_postgres(settings.database_url), checks.check_redis(settings.redis_url)
    )
    async with (
        db.open_pool(settings.database_url, size=1, application="trailpost write") as pool,
        sampling.sampling("write", pool),
    ):
        stop = stopping.stop_event()
        await asyncio.gather(
            tracking.Writer(settings, on_write=write_hooks()).run(stop),
            issues.Writer(settings).run(stop),
        )


def work(settings: Settings) -> None:
    """Run every feature's jobs, beside any number of other workers."""
    import uvloop

    uvloop.run(_work(settings))


async def _work(settings: Settings) -> None:
    from trailpost import db, jobs
    from trailpost.main import checks, sampling
    from trailpost.main.features import features

    stop = stopping.stop_event(settings.job_grace_seconds + _WORK_MORE_SECONDS)
    await checks.check_postgres(settings.database_url)
    declared = [job for feature in features() for job in feature.jobs]
    # Each running job may hold one, and the engine needs some to keep them all alive.
    size = settings.pool_size + settings.job_concurrency
    async with (
        db.open_pool(settings.database_url, size=size, application="trailpost work") as pool,
        sampling.sampling("work", pool),
    ):
        await jobs.Engine(declared, settings, pool).run(stop)
