"""Jobs to be broken: each does what its payload says."""

import asyncio
import contextlib
import os
import time
from datetime import timedelta

import msgspec

from trailpost.base.errors import Unavailable
from trailpost.jobs import Backoff, Nothing, Quota, Run, job

STEPS = (("parsing", 1), ("thinking", 8), ("checking", 1), ("saving", 2))
QUICK = Backoff(first=0.02, longest=0.1)


class Work(msgspec.Struct, frozen=True):
    name: str = ""
    seconds: float = 0.0
    """Time each step takes."""
    fail: int = 0
    """Attempts that fail."""
    permanent: bool = False
    retry_after: float | None = None


class Done(msgspec.Struct, frozen=True):
    name: str
    attempt: int


class Wrong(ValueError):
    pass


async def insert_effect(conn, run):
    await conn.execute("insert into effect values (%s, %s)", [run.id, run.attempt])


@job(kind="noop")
async def noop(run: Run, work: Work) -> Done:
    return Done(work.name, run.attempt)


@job(kind="four", steps=STEPS, permanent=(Wrong,), backoff=QUICK, attempts=5, keep_payload=True)
async def four(run: Run, work: Work) -> Done:
    for name, _ in STEPS:
        await run.step(name)
        await asyncio.sleep(work.seconds)
        await run.progress(0.5)
    if run.attempt <= work.fail:
        if work.permanent:
            raise Wrong("no good")
        raise Unavailable("not now", retry_after=work.retry_after)
    return Done(work.name, run.attempt)


@job(kind="storing", steps=STEPS, backoff=QUICK, attempts=20)
async def storing(run: Run, work: Work) -> Done:
    """Leaves one row in `effect`, with its completion."""
    for name, _ in STEPS:
        await run.step(name)
        await asyncio.sleep(work.seconds)
    run.on_completion(lambda conn: insert_effect(conn, run))
    return Done(work.name, run.attempt)


def burn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return os.getpid()


@job(kind="computing", steps=(("burning", 1),))
async def computing(run: Run, work: Work) -> Done:
    await run.step("burning")
    return Done(str(await run.compute(burn, work.seconds)), run.attempt)


@job(kind="threaded")
async def threaded(run: Run, work: Work) -> Done:
    """Nobody can end a thread."""
    await run.step("running")
    await asyncio.to_thread(time.sleep, work.seconds)
    return Done(work.name, run.attempt)


@job(kind="blocking")
async def blocking(run: Run, work: Work) -> Done:
    """Breaks the rule that a job must not block."""
    await run.step("running")
    time.sleep(work.seconds)
    return Done(work.name, run.attempt)


@job(kind="deaf")
async def deaf(run: Run, work: Work) -> Done:
    """Goes on whatever it is told."""
    await run.step("running")
    end = time.monotonic() + work.seconds
    while time.monotonic() < end:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(0.01)
    return Done(work.name, run.attempt)


@job(kind="capped", concurrency=3)
async def capped(run: Run, work: Work) -> Done:
    await run.step("running")
    await asyncio.sleep(work.seconds)
    return Done(work.name, run.attempt)


@job(kind="slow_step", steps=(("first", 1, 0.05), ("last", 1)), attempts=2, backoff=QUICK)
async def slow_step(run: Run, work: Work) -> Done:
    await run.step("first")
    await asyncio.sleep(work.seconds)
    await run.step("last")
    return Done(work.name, run.attempt)


@job(kind="slow", timeout=0.05, attempts=1, keep_payload=False)
async def slow(run: Run, work: Work) -> Done:
    await asyncio.sleep(work.seconds)
    return Done(work.name, run.attempt)


@job(kind="charged", quota=Quota(3, timedelta(days=36500)))
async def charged(run: Run, work: Work) -> Done:
    return Done(work.name, run.attempt)


@job(kind="daily", schedule="30 2 * * *", time_zone="Europe/Berlin", catch_up="each")
async def daily(run: Run, _: Nothing) -> Nothing:
    return Nothing()


@job(kind="hourly_once", schedule="0 * * * *", time_zone="Europe/Berlin", catch_up="once")
async def hourly_once(run: Run, _: Nothing) -> Nothing:
    return Nothing()


@job(kind="hourly_skip", schedule="0 * * * *", time_zone="Europe/Berlin", catch_up="skip")
async def hourly_skip(run: Run, _: Nothing) -> Nothing:
    return Nothing()


JOBS = (noop, four, storing, computing, threaded, blocking, deaf, capped, slow_step, slow, charged)
SCHEDULED = (daily, hourly_once, hourly_skip)
