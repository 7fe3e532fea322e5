"""Times every request of our own server in memory; a database never hears of a single one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPResponseStartEvent, HTTPScope, Message, Receive, Scope, Send
from prometheus_client import Histogram

from trailpost import stream, tracking
from trailpost.base import clock, log
from trailpost.base.errors import Unavailable

_log = log.get(__name__)

_FLUSH_EVERY = 5.0
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNKNOWN_ROUTE = "(unknown)"
_TIMED = "trailpost.timed"
_MINUTE_US = 60_000_000
_CLIENT_LEFT = 499

METRIC = "trailpost_request_seconds"
_SECONDS = Histogram(
    METRIC,
    "Requests answered, by route",
    ("method", "route", "status"),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)


class _Sum:
    """What one route did in one minute."""

    __slots__ = ("bins", "max_ms", "requests", "total_ms")

    def __init__(self) -> None:
        self.bins: dict[int, int] = {}
        self.requests = 0
        self.total_ms = self.max_ms = 0.0


class Timings:
    """Sums by minute, method, route and status, until somebody takes them."""

    def __init__(self) -> None:
        self._sums: dict[tuple[int, str, str, int], _Sum] = {}
        self._histograms: dict[tuple[str, str, int], Histogram] = {}
        self._minute = 0
        self._minute_ends = 0.0

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        key = (self._current_minute(), method, route, status)
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = _Sum()
        ms = seconds * 1000.0
        found.requests += 1
        found.total_ms += ms
        found.max_ms = max(found.max_ms, ms)
        bin = tracking.bin_of(ms)
        found.bins[bin] = found.bins.get(bin, 0) + 1
        self._histogram(method, route, status).observe(seconds)

    def take(self) -> list[tracking.RequestTiming]:
        """All sums so far; counting begins anew."""
        sums, self._sums = self._sums, {}
        return [
            tracking.RequestTiming(
                minute=minute,
                method=method,
                route=route,
                status=status,
                requests=s.requests,
                total_ms=s.total_ms,
                max_ms=s.max_ms,
                bins=s.bins,
            )
            for (minute, method, route, status), s in sums.items()
        ]

    def _current_minute(self) -> int:
        """Microseconds since 1970; the clock is read once a minute."""
        elapsed = time.monotonic()
        if elapsed >= self._minute_ends:
            now = int(clock.now().timestamp() * 1_000_000)
            self._minute = now - now % _MINUTE_US
            self._minute_ends = elapsed + (_MINUTE_US - now % _MINUTE_US) / 1_000_000
        return self._minute

    def _histogram(self, method: str, route: str, status: int) -> Histogram:
        key = (method, route, status)
        found = self._histograms.get(key)
        if found is None:
            found = self._histograms[key] = _SECONDS.labels(method, route, str(status))
        return found


timings = Timings()


class Timing:
    """ASGI middleware. Outermost, so that what no route answers is timed too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or _TIMED in scope:
            await self.app(scope, receive, send)
            return
        scope[_TIMED] = True  # type: ignore[literal-required]
        began = time.perf_counter()
        answered: list[tuple[HTTPResponseStartEvent, float]] = []

        async def noting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.append((message, time.perf_counter()))
            await send(message)

        try:
            await self.app(scope, receive, noting_send)
        finally:
            _note(scope, answered, began)


def _note(
    scope: HTTPScope, answered: list[tuple[HTTPResponseStartEvent, float]], began: float
) -> None:
    ended, status = time.perf_counter(), _CLIENT_LEFT
    if answered:
        start, started = answered[0]
        status = start["status"]
        # A stream of events lasts as long as its page: only its beginning says how quick we are.
        if ended - started > 1.0 and _is_event_stream(start):
            ended = started
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    timings.add(method, _route(scope), status, ended - began)


def _route(scope: Scope) -> str:
    """The template, never the path that was asked for: paths hold ids, and have no end."""
    template = scope.get("path_template")
    if template:
        return str(template)
    handler = scope.get("route_handler")
    return min(handler.paths) if handler is not None else _UNKNOWN_ROUTE


def _is_event_stream(start: HTTPResponseStartEvent) -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/event-stream")
        for name, value in start["headers"]
    )


@asynccontextmanager
async def flushing(publisher: stream.Publisher) -> AsyncIterator[None]:
    """Hands the sums to the stream every few seconds, and once more at the end."""
    task = asyncio.create_task(_flush_for_ever(publisher))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await _flush(publisher)


async def _flush_for_ever(publisher: stream.Publisher) -> None:
    while True:
        await asyncio.sleep(_FLUSH_EVERY)
        await _flush(publisher)


async def _flush(publisher: stream.Publisher) -> None:
    taken = timings.take()
    if not taken:
        return
    try:
        await tracking.publish_request_timings(publisher, taken)
    except Unavailable as e:
        _log.warning("request timings are dropped", reason=str(e), rows=len(taken))
