"""How long the overview takes with one and with many million events in the same 30 days."""

from __future__ import annotations

import asyncio
import time

from bench import load
from bench.server import Server

# Sessions of the house configurator have about this many events.
EVENTS_PER_SESSION = 40


def measure(server: Server, events: int) -> list[dict[str, object]]:
    if not events:
        return []
    small = min(1_000_000, events)
    _fill(server, small, first=1)
    one = _overview(server)
    _fill(server, events - small, first=1 + small)
    ten = _overview(server)
    return [_line(small, one, None), _line(events, ten, one[0])]


def _line(events: int, took: tuple[float, float], before: float | None) -> dict[str, object]:
    p50, p95 = took
    growth = f"; {p50 / before:.2f} times the smaller one (aim 1.3)" if before else ""
    return {
        "what": f"overview report, 30 days, {events / 1e6:g} million events",
        "value": f"{p50:.1f} ms",
        "detail": f"p95 {p95:.1f} ms{growth}",
        "aim": "50 ms",
        "met": p50 <= 50 and (before is None or p50 / before <= 1.3),
    }


def _fill(server: Server, events: int, first: int) -> None:
    """Through the real ingest, in portions that fit in memory."""
    before, sent = server.stored(), 0
    while sent < events:
        count = min(20_000, -(-(events - sent) // EVENTS_PER_SESSION))
        requests = load.prepare(
            server.target,
            count=count,
            events=EVENTS_PER_SESSION,
            days=29,
            first=first + sent // EVENTS_PER_SESSION,
        )
        load.run(lambda r=requests: load.closed(server.target, r, 8))  # type: ignore[misc]
        sent += count * EVENTS_PER_SESSION
        server.drained(before + sent, patience=600)


def _overview(server: Server) -> tuple[float, float]:
    """p50 and p95 in ms of the report as the page asks for it."""
    return asyncio.run(_ask(server))


async def _ask(server: Server) -> tuple[float, float]:
    from trailpost import analytics, db

    took: list[float] = []
    async with await db.connect(server.info["database_url"]) as conn:
        for _ in range(60):
            began = time.perf_counter()
            await analytics.run_report(conn, "overview", {"project": "default", "range": "30d"})
            took.append((time.perf_counter() - began) * 1000)
    ordered = sorted(took)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
