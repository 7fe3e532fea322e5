"""How long each report takes with one and with many million events in the same 30 days."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import msgspec

from bench import load
from bench.server import Server

# Sessions of the house configurator have about this many events.
EVENTS_PER_SESSION = 40
# What a page shows at once when it is opened; and whom the others are about.
ABOUT_ONE_SESSION = {"user_journey"}
AIM_MS, REAL_TIME_AIM_MS, GROWTH_AIM = 100, 50, 1.3
WARM, COLD = 20, 5
CROWD, CROWD_AIM_SECONDS = 1000, 5
RATE = 2000

Result = dict[str, object]


class Took(msgspec.Struct, frozen=True):
    """Milliseconds. Cold: the first question on a new connection."""

    p50: float
    p95: float
    cold_p50: float
    cold_p95: float


def measure(server: Server, events: int) -> list[Result]:
    if not events:
        return []
    small = min(1_000_000, events)
    _fill(server, small, first=1)
    closed = [close_days(server, small)]
    before = asyncio.run(_ask_all(server))
    results = [_line(name, small, took, None) for name, took in before.items()]
    if events > small:
        _fill(server, events - small, first=1 + small)
        closed.append(close_days(server, events))
        after = asyncio.run(_ask_all(server))
        results += [_line(name, events, took, before[name]) for name, took in after.items()]
    return [*closed, *results, crowd(server), under_load(server)]


def close_days(server: Server, events: int) -> Result:
    """As the worker's job does it, which would else come within five minutes."""
    began = time.perf_counter()
    days = asyncio.run(_close(server))
    seconds = time.perf_counter() - began
    return {
        "what": f"closing {days} days with {events / 1e6:g} million events",
        "value": f"{seconds:.1f} s",
    }


def crowd(server: Server) -> Result:
    """Many people open the overview at once."""
    statuses, seconds = asyncio.run(_crowd(server))
    return {
        "what": f"{CROWD:,} overview requests at once",
        "value": f"{seconds:.2f} s",
        "detail": f"statuses {dict(statuses)}",
        "aim": f"all 200 in {CROWD_AIM_SECONDS} s",
        "met": set(statuses) == {200} and seconds <= CROWD_AIM_SECONDS,
    }


def under_load(server: Server) -> Result:
    """Real time, while events come in."""
    with _events_coming_in(server):
        time.sleep(3)
        took = asyncio.run(_ask(server, "real_time", 100))
    return {
        "what": f"real_time report while {RATE:,} events/s come in",
        "value": f"{took[0]:.1f} ms",
        "detail": f"p95 {took[1]:.1f} ms",
        "aim": f"{REAL_TIME_AIM_MS} ms",
        "met": took[1] <= REAL_TIME_AIM_MS,
    }


def _line(name: str, events: int, took: Took, before: Took | None) -> Result:
    growth = took.p50 / before.p50 if before else None
    grown = f"; {growth:.2f} times the smaller one (aim {GROWTH_AIM})" if growth else ""
    return {
        "what": f"{name}, 30 days, {events / 1e6:g} million events",
        "value": f"{took.p50:.1f} ms",
        "detail": f"p95 {took.p95:.1f} ms; "
        f"cold {took.cold_p50:.1f} ms, p95 {took.cold_p95:.1f} ms{grown}",
        "aim": f"{AIM_MS} ms",
        # Below a few milliseconds the growth is that of the clock.
        "met": took.p50 <= AIM_MS and (growth is None or growth <= GROWTH_AIM or took.p50 < 5),
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


async def _close(server: Server) -> int:
    from trailpost import db
    from trailpost.analytics import store
    from trailpost.analytics.reports import FAMILIES
    from trailpost.base import clock

    async def told(done: int, days: int) -> None:
        pass

    async with db.open_pool(server.info["database_url"], size=2) as pool:
        projects = await store.list_projects(pool)
        for project in projects:
            await store.close_hours(pool, project, FAMILIES, clock.now(), told)
        return sum(
            [
                await store.close_days(pool, project, FAMILIES, clock.now(), told)
                for project in projects
            ]
        )


async def _ask_all(server: Server) -> dict[str, Took]:
    from trailpost.analytics import REPORTS

    return {
        name: Took(*await _timed(server, name, WARM), *await _timed(server, name, COLD, cold=True))
        for name in REPORTS
        if name not in ABOUT_ONE_SESSION
    }


async def _ask(server: Server, name: str, times: int) -> tuple[float, float]:
    return await _timed(server, name, times)


async def _timed(
    server: Server, name: str, times: int, *, cold: bool = False
) -> tuple[float, float]:
    """p50 and p95 of the report as its page asks for it, its answer encoded."""
    from trailpost import analytics, db

    url, took = server.info["database_url"], []
    asked = {"project": "default"}
    if name != "real_time":
        asked["range"] = "30d"
    conn = await db.connect(url)
    try:
        for _ in range(times):
            if cold:
                await conn.close()
                conn = await db.connect(url)
            began = time.perf_counter()
            analytics.as_json(await analytics.run_report(conn, name, asked))
            took.append((time.perf_counter() - began) * 1000)
            await conn.commit()
    finally:
        await conn.close()
    ordered = sorted(took)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]


async def _crowd(server: Server) -> tuple[Counter[int], float]:
    """Each on a connection of its own, opening it included. A client library would take more of
    the two cores than the server does."""
    async with httpx.AsyncClient(base_url=server.info["url"]) as client:
        await _log_in(client, server)
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    host, _, port = server.info["url"].rpartition("//")[2].partition(":")
    question = (
        f"GET /api/reports/overview?range=30d HTTP/1.1\r\nHost: {host}\r\nCookie: {cookies}\r\n\r\n"
    ).encode()
    target = load.Target(host, int(port), key="")
    began = time.perf_counter()
    outcome = await load.closed(target, deque([question] * CROWD), CROWD)
    return outcome.statuses, time.perf_counter() - began


async def _log_in(client: httpx.AsyncClient, server: Server) -> None:
    form = (await client.get("/admin/login")).text
    found = re.search(r'name="csrf" value="([^"]+)"', form)
    if found is None:
        raise SystemExit("the login page has no form")
    answer = await client.post(
        "/admin/login",
        data={
            "csrf": found[1],
            "email": server.info["admin_email"],
            "password": server.info["admin_password"],
        },
    )
    if answer.status_code not in (200, 302, 303):
        raise SystemExit(f"could not log in: {answer.status_code}")


@contextmanager
def _events_coming_in(server: Server) -> Iterator[None]:
    """In batches of 20, for as long as it takes."""
    requests = load.prepare(
        server.target, count=RATE // 20 * 30, events=20, days=0, first=9_000_000
    )
    thread = threading.Thread(
        target=lambda: load.run(lambda: load.paced(server.target, requests, 8, RATE / 20)),
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        requests.clear()
        thread.join(60)
