"""A small HTTP load generator: keep-alive connections, closed loop or at a fixed rate."""

from __future__ import annotations

import asyncio
import random
import resource
import socket
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import uvloop

from bench import mix


@dataclass(frozen=True)
class Target:
    """Where requests go."""

    host: str
    port: int
    key: str
    path: str = "/api/ingest"


@dataclass
class Outcome:
    """What one run saw. Latencies in ms, from the moment a request was due."""

    requests: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)

    def percentile(self, p: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * p))] if ordered else 0.0


class Connection(asyncio.Protocol):
    """One request at a time; `next_request` gives bytes, or None when there is nothing to do."""

    def __init__(self, outcome: Outcome, idle: Callable[[Connection], None]) -> None:
        self.outcome, self.idle = outcome, idle
        self.due = 0.0
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self.transport.write(request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        if len(rest) < length:
            return
        self.buffer = b""
        out = self.outcome
        out.requests += 1
        out.statuses[int(head[9:12])] += 1
        out.latencies.append((time.perf_counter() - self.due) * 1000)
        self.idle(self)


def request(host: str, path: str, payload: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"X-Forwarded-For: 10.0.0.0\r\nUser-Agent: {mix.AGENTS[0]}\r\n"
        f"Content-Length: {len(payload)}\r\n\r\n"
    ).encode() + payload


async def closed(target: Target, requests: deque[bytes], connections: int) -> Outcome:
    """Send all requests, `connections` at a time, as fast as answers come."""
    outcome, done = Outcome(), asyncio.Event()
    busy = 0

    def idle(connection: Connection) -> None:
        nonlocal busy
        if requests:
            connection.send(requests.popleft(), time.perf_counter())
            return
        busy -= 1
        if busy == 0:
            done.set()

    loop = asyncio.get_running_loop()
    made = [
        (await loop.create_connection(lambda: Connection(outcome, idle), target.host, target.port))[
            1
        ]
        for _ in range(connections)
    ]
    busy = len(made)
    began, cpu = time.perf_counter(), _cpu()
    for connection in made:
        idle(connection)
    await done.wait()
    outcome.seconds, outcome.cpu_seconds = time.perf_counter() - began, _cpu() - cpu
    for connection in made:
        connection.transport.close()  # type: ignore[attr-defined]
    return outcome


async def paced(target: Target, requests: deque[bytes], connections: int, rate: float) -> Outcome:
    """Send at `rate` a second whatever the answers do: a late answer delays, and shows."""
    outcome = Outcome()
    free: deque[Connection] = deque()
    due: deque[float] = deque()

    def serve() -> None:
        while free and due and requests:
            free.popleft().send(requests.popleft(), due.popleft())

    def idle(connection: Connection) -> None:
        free.append(connection)
        serve()

    loop = asyncio.get_running_loop()
    for _ in range(connections):
        free.append(
            (
                await loop.create_connection(
                    lambda: Connection(outcome, idle), target.host, target.port
                )
            )[1]
        )
    total, began, sent, cpu = len(requests), time.perf_counter(), 0, _cpu()
    while sent < total:
        now = time.perf_counter()
        while sent < total and began + sent / rate <= now:
            due.append(began + sent / rate)
            sent += 1
        serve()
        await asyncio.sleep(0.001)
    while outcome.requests < total:
        await asyncio.sleep(0.005)
    outcome.seconds, outcome.cpu_seconds = time.perf_counter() - began, _cpu() - cpu
    return outcome


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def prepare(
    target: Target, *, count: int, events: int, days: float, first: int, per_session: int = 1
) -> deque[bytes]:
    """`count` requests of `events` events each, begun at random in the last `days`.

    A session sends `per_session` of them. At most 2,000 are made; the others repeat them under
    ids and addresses of their own.
    """
    rng = random.Random(first)
    now = int(time.time() * 1000)
    span = int(days * mix.DAY_MS)
    made = [
        request(
            target.host,
            target.path,
            mix.body(target.key, now, now - 900_000 - rng.randrange(span + 1), events, rng),
        )
        for _ in range(min(count, 2000))
    ]

    def one(n: int) -> bytes:
        # Requests of one session repeat one made request, so that its id and times fit together.
        session = n // per_session
        return mix.stamp(made[session % len(made)], first + n, first + session)

    order = list(range(count))
    if per_session > 1:
        rng.shuffle(order)
    # The address stands in the head with its own length, so it may grow: only the body is counted.
    return deque(one(n) for n in order)


def run(make: Callable[[], object]) -> object:
    return uvloop.run(make())  # type: ignore[arg-type]
