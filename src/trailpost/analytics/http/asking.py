"""Reports asked for a request: at one moment of the database, with what this process knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
from litestar import Request

from trailpost import db
from trailpost.analytics import store
from trailpost.analytics.reports import run_report
from trailpost.analytics.rules.reports import Queue, ReportAnswer
from trailpost.base.settings import Settings

AnyRequest = Request[Any, Any, Any]


class Asking(msgspec.Struct, frozen=True):
    """Any number of reports at one moment."""

    conn: db.Connection
    idle: timedelta
    cache_hit_rate: float | None
    queue: Queue | None

    async def __call__(self, name: str, /, **params: str) -> ReportAnswer:
        """Raises as run_report does."""
        return await run_report(
            self.conn,
            name,
            params,
            idle=self.idle,
            cache_hit_rate=self.cache_hit_rate,
            queue=self.queue,
        )


@asynccontextmanager
async def asking(request: AnyRequest, *, about_now: bool = False) -> AsyncIterator[Asking]:
    """`about_now`: the queue is looked at too, before the moment, which only waits for it."""
    settings: Settings = request.app.state.settings
    idle = timedelta(minutes=settings.session_idle_minutes)
    queue = await _queue(request) if about_now else None
    async with store.moment(request.app.state.pool) as conn:
        yield Asking(conn, idle, _cache_hit_rate(request), queue)


def _cache_hit_rate(request: AnyRequest) -> float | None:
    """Of this web process, where the application knows it."""
    ask: Callable[[], float | None] | None = request.app.state.get("cache_hit_rate")
    return ask() if ask else None


async def _queue(request: AnyRequest) -> Queue | None:
    look: Callable[[], Awaitable[Queue | None]] | None = request.app.state.get("queue")
    return await look() if look else None
