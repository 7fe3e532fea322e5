"""`python -m bench.jobs`: the job engine next to bare procrastinate, same machine, same run."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import procrastinate
import psycopg

from trailpost import db, jobs
from trailpost.base import log
from trailpost.base.settings import Settings
from trailpost.db import migrate
from trailpost.jobs import Nothing, Run, job
from trailpost.main import embedded

_CONCURRENCY = 10
_LEASE = 4.0
_seen: dict[str, float] = {}
_count = 0


@job(kind="bench_noop")
async def noop(run: Run, _: Nothing) -> Nothing:
    _note(str(run.id))
    return Nothing()


@job(kind="bench_four", steps=(("a", 1), ("b", 1), ("c", 1), ("d", 1)))
async def four(run: Run, _: Nothing) -> Nothing:
    for name in "abcd":
        await run.step(name)
    _note(str(run.id))
    return Nothing()


@job(kind="bench_endless")
async def endless(run: Run, _: Nothing) -> Nothing:
    await run.step("running")
    await asyncio.sleep(3600)
    return Nothing()


def _note(name: str) -> None:
    global _count
    _count += 1
    _seen[name] = time.perf_counter()


class Ours:
    """Trailpost's engine."""

    name = "trailpost"

    def __init__(self, url: str, pool: db.Pool) -> None:
        self.url, self.pool = url, pool

    @contextlib.asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        settings = Settings(
            database_url=self.url,
            job_concurrency=_CONCURRENCY,
            job_share=2 * _CONCURRENCY,
            job_lease_seconds=_LEASE,
        )
        stop = asyncio.Event()
        engine = jobs.Engine([noop, four, endless], settings, self.pool)
        task = asyncio.create_task(engine.run(stop))
        await asyncio.sleep(0.5)
        yield
        stop.set()
        await task

    async def one(self) -> str:
        async with db.transaction(self.pool) as conn:
            return str((await jobs.enqueue(conn, noop, Nothing(), user=1)).id)

    async def many(self, count: int, kind: jobs.Job[Nothing, Nothing] = noop) -> None:
        async with db.transaction(self.pool) as conn:
            await jobs.enqueue_many(conn, kind, [Nothing()] * count, user=1)


class Bare:
    """procrastinate alone, as its documentation sets it up."""

    name = "procrastinate"

    def __init__(self, url: str) -> None:
        self.app = procrastinate.App(
            connector=procrastinate.PsycopgConnector(conninfo=url, min_size=1, max_size=10)
        )
        self.task = self.app.task(name="bare", pass_context=True, queue="bare")(self._run)

    async def _run(self, context: procrastinate.JobContext) -> None:
        _note(str(context.job.id))

    @contextlib.asynccontextmanager
    async def worker(self) -> AsyncIterator[None]:
        task = asyncio.create_task(
            self.app.run_worker_async(
                queues=["bare"],
                concurrency=_CONCURRENCY,
                delete_jobs="always",
                install_signal_handlers=False,
            )
        )
        await asyncio.sleep(0.5)
        yield
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def one(self) -> str:
        return str(await self.task.defer_async())

    async def many(self, count: int) -> None:
        await self.task.batch_defer_async(*([{}] * count))


async def singles(side: Ours | Bare, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        await side.one()
    return count / (time.perf_counter() - began)


async def bulk(side: Ours | Bare, count: int) -> float:
    began = time.perf_counter()
    await side.many(count)
    return count / (time.perf_counter() - began)


async def drain(side: Ours | Bare, fill: Callable[[], Awaitable[None]], count: int) -> float:
    """Jobs per second; what was enqueued before counts as well."""
    await fill()
    first = _count
    async with side.worker():
        began, already = time.perf_counter(), _count
        while _count - first < count:
            await asyncio.sleep(0.005)
        return (count - (already - first)) / (time.perf_counter() - began)


async def latency(side: Ours | Bare, count: int) -> tuple[float, float]:
    """p50 and p99 in ms, from the call that enqueues to the first line of the job."""
    waits = []
    async with side.worker():
        for _ in range(count):
            began = time.perf_counter()
            name = await side.one()
            while name not in _seen:
                await asyncio.sleep(0.0005)
            waits.append((_seen[name] - began) * 1000)
            await asyncio.sleep(0.02)
    waits.sort()
    return waits[len(waits) // 2], waits[int(len(waits) * 0.99)]


async def recovery(url: str, pool: db.Pool) -> float:
    """Seconds from kill -9 of the worker to the job's second start on another."""
    async with db.transaction(pool) as conn:
        made = (await jobs.enqueue(conn, endless, Nothing(), user=2)).id
    crew = [_worker(url), _worker(url)]
    try:
        row = await _attempt(pool, made, 1)
        pid = int(str(row.split(":")[1]))
        os.kill(pid, signal.SIGKILL)
        began = time.perf_counter()
        await _attempt(pool, made, 2)
        return time.perf_counter() - began
    finally:
        for one in crew:
            one.kill()
            one.wait()


async def _attempt(pool: db.Pool, made: object, number: int) -> str:
    while True:
        async with pool.connection() as conn:
            cursor = await conn.execute(
                "select worker from job where id = %s and attempt = %s and status = 'PROCESSING'",
                [made, number],
            )
            if row := await cursor.fetchone():
                return str(row[0])
        await asyncio.sleep(0.01)


def _worker(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "bench.jobs", "--worker", url])


async def _work(url: str) -> None:
    async with db.open_pool(url, size=10) as pool, Ours(url, pool).worker():
        await asyncio.sleep(3600)


@contextlib.contextmanager
def _server() -> Iterator[str]:
    """An embedded PostgreSQL of its own, as durable as `trailpost serve` runs it."""
    with tempfile.TemporaryDirectory(prefix="tp-", dir="/tmp") as folder:
        server = embedded.postgres(Path(folder) / "pg")
        server.folder.parent.mkdir(parents=True, exist_ok=True)
        embedded.init_postgres(server)
        process = subprocess.Popen(
            server.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _create(server.url)
            yield server.url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def _create(url: str) -> None:
    for _ in range(500):
        try:
            with psycopg.connect(url.replace("/trailpost?", "/postgres?"), autocommit=True) as conn:
                conn.execute("create database trailpost")
            break
        except psycopg.OperationalError:
            time.sleep(0.02)
    migrate.up(url)


async def _measure(url: str, count: int) -> dict[str, object]:
    found: dict[str, object] = {}
    bare = Bare(url)
    async with db.open_pool(url, size=20) as pool, bare.app.open_async():
        ours = Ours(url, pool)
        for side in (bare, ours):
            single = await singles(side, count // 4)
            many = await bulk(side, count)
            rate = await drain(side, _nothing, count // 4 + count)
            p50, p99 = await latency(side, 200)
            found[side.name] = {
                "enqueue, one per transaction /s": single,
                "enqueue, bulk /s": many,
                "drain, no-op /s": rate,
                "start when idle, p50 ms": p50,
                "start when idle, p99 ms": p99,
            }
        found["drain, four stored steps /s"] = await drain(
            ours, lambda: ours.many(count, four), count
        )
        found["second start after kill -9, s"] = await recovery(url, pool)
    return found


async def _nothing() -> None:
    """All is enqueued already."""


def _show(found: dict[str, object]) -> None:
    ours, bare = found["trailpost"], found["procrastinate"]
    assert isinstance(ours, dict)
    assert isinstance(bare, dict)
    print(f"{'':<34}{'trailpost':>12}{'procrastinate':>15}{'ratio':>8}")
    for what, value in ours.items():
        print(f"{what:<34}{value:>12,.1f}{bare[what]:>15,.1f}{value / bare[what]:>8.2f}")
    steps, noop_rate = found["drain, four stored steps /s"], bare["drain, no-op /s"]
    assert isinstance(steps, float)
    print(f"{'drain, four stored steps /s':<34}{steps:>12,.1f}{'':>15}{steps / noop_rate:>8.2f}")
    after = found["second start after kill -9, s"]
    print(
        f"{'second start after kill -9, s':<34}{after:>12,.1f}{'never':>15}  lease {_LEASE:.0f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.jobs", description=__doc__)
    parser.add_argument("--jobs", type=int, default=4000, help="jobs in a queue to drain")
    parser.add_argument("--json", default="artifacts/jobs.json", help="where the figures go")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    args = parser.parse_args()
    log.configure("error", json=False)
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    if args.worker:
        asyncio.run(_work(args.worker))
        return
    with _server() as url:
        found = asyncio.run(_measure(url, args.jobs))
    _show(found)
    Path(args.json).parent.mkdir(parents=True, exist_ok=True)
    Path(args.json).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
