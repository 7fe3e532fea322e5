"""What publishing costs: `python -m bench.stream`. Group commit against one XADD per event.

64 callers publish one event each and wait until it is on Redis's disk, again and again. CPU is this
process's and Redis's; the yardstick is the same load by bare XADDs on 64 connections.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import subprocess
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import redis
import uvloop

from trailpost import stream
from trailpost.main import embedded

Publish = Callable[[bytes, str], Awaitable[object]]


@dataclass(frozen=True)
class Cost:
    """Per publish: wall and CPU microseconds, here and in Redis."""

    rate: float
    here: float
    redis: float

    def __str__(self) -> str:
        return f"{self.rate:>9,.0f} /s {self.here:>8.1f} µs here {self.redis:>8.1f} µs Redis"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--bytes", type=int, default=600, help="size of one event")
    parser.add_argument("--callers", type=int, default=64)
    args = parser.parse_args()
    with _redis() as (url, process):
        uvloop.run(_all(url, process, args))


@contextlib.contextmanager
def _redis() -> Iterator[tuple[str, psutil.Process]]:
    with tempfile.TemporaryDirectory(prefix="tp-") as folder:
        server = embedded.redis(Path(folder))
        server.folder.mkdir(parents=True)
        process = subprocess.Popen(server.command, stdout=subprocess.DEVNULL)
        try:
            _wait(server.url)
            yield server.url, psutil.Process(process.pid)
        finally:
            process.terminate()
            process.wait()


def _wait(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(redis.ConnectionError), redis.Redis.from_url(url) as client:
            client.ping()
            return
        time.sleep(0.02)


async def _all(url: str, process: psutil.Process, args: argparse.Namespace) -> None:
    blob = os.urandom(args.bytes)
    bare = await _xadds(url, process, args, blob)
    print(f"{'XADD per event':<34}{bare}")
    for name, live_bytes in (
        ("publish, no live list", 0),
        ("publish, with its live list", 1 << 40),
    ):
        found = await _published(url, process, args, blob, live_bytes)
        _row(name, found, bare)
    spooled = await _spooled(args, blob)
    _row("publish into the spool", spooled, bare)


def _row(name: str, found: Cost, bare: Cost) -> None:
    cpu = (bare.here + bare.redis) / (found.here + found.redis)
    print(f"{name:<34}{found}   {found.rate / bare.rate:.1f}x the rate, 1/{cpu:.1f} of the CPU")


async def _xadds(url: str, process: psutil.Process, args: argparse.Namespace, blob: bytes) -> Cost:
    client = stream.connect(url)

    async def publish(key: bytes, live: str) -> object:
        return await client.xadd("bare", {"b": blob})

    try:
        return await _measure(publish, process, args.callers, args.events // 10)
    finally:
        await client.aclose()


async def _published(
    url: str, process: psutil.Process, args: argparse.Namespace, blob: bytes, live_bytes: int
) -> Cost:
    with tempfile.TemporaryDirectory(prefix="tp-") as folder:
        publisher = stream.Publisher(url, 1, Path(folder), 1 << 30, live_bytes)
        return await _of(publisher, process, args, blob)


async def _spooled(args: argparse.Namespace, blob: bytes) -> Cost:
    with tempfile.TemporaryDirectory(prefix="tp-") as folder:
        nowhere = f"unix://{folder}/none.sock"
        publisher = stream.Publisher(nowhere, 1, Path(folder), 1 << 32, 0)
        return await _of(publisher, None, args, blob)


async def _of(
    publisher: stream.Publisher,
    process: psutil.Process | None,
    args: argparse.Namespace,
    blob: bytes,
) -> Cost:
    async def publish(key: bytes, live: str) -> object:
        return await publisher.publish(key, blob, 1, live)

    await publisher.start()
    try:
        return await _measure(publish, process, args.callers, args.events)
    finally:
        await publisher.close()


async def _measure(
    publish: Publish, process: psutil.Process | None, callers: int, events: int
) -> Cost:
    each = events // callers

    async def caller() -> None:
        session = uuid.uuid4()
        key, live = session.bytes, f"1:{session}"
        for _ in range(each):
            await publish(key, live)

    await asyncio.gather(*(publish(b"warm", "1:warm") for _ in range(callers)))
    began, here, there = time.perf_counter(), time.process_time(), _cpu(process)
    await asyncio.gather(*(caller() for _ in range(callers)))
    seconds, done = time.perf_counter() - began, each * callers
    used = time.process_time() - here
    return Cost(done / seconds, used / done * 1e6, (_cpu(process) - there) / done * 1e6)


def _cpu(process: psutil.Process | None) -> float:
    if process is None:
        return 0.0
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    main()
