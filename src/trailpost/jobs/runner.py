"""Run each job at its interval while this worker holds the turn; stand by while another does."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import TrailpostError
from trailpost.base.feature import Job
from trailpost.base.settings import Settings
from trailpost.jobs import store

_log = log.get(__name__)
_Stopping = asyncio.Task[Literal[True]]

_STAND_BY = 2.0
_CHECK_TURN = 2.0
# A job that failed is due again after this, or after its interval when that is shorter.
_AGAIN = 30.0


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """What a job gets: `async def some_job(worker: Worker)`."""

    settings: Settings
    pool: db.Pool


async def run(jobs: Sequence[Job], worker: Worker, stop: asyncio.Event) -> None:
    """Until `stop`. A job that fails is logged and due again; it never stops the others."""
    stopping = asyncio.create_task(stop.wait())
    try:
        while not stop.is_set():
            try:
                await _one_turn(jobs, worker, stopping)
            except db.Error as e:
                if not db.is_away(e):
                    raise
                _log.warning("the database is away", reason=_line(e))
            await _wait(stopping, _STAND_BY)
    finally:
        stopping.cancel()


async def _one_turn(jobs: Sequence[Job], worker: Worker, stopping: _Stopping) -> None:
    """Take the turn if it is free, and keep it until the connection or the program ends."""
    conn = await db.connect(worker.settings.database_url, application="trailpost work")
    async with conn:
        if not await store.take_turn(conn):
            return
        _log.info("running jobs", jobs=[job.name for job in jobs])
        running = [asyncio.create_task(_repeat(job, worker), name=job.name) for job in jobs]
        try:
            await _keep_turn(conn, running, stopping)
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)


async def _keep_turn(
    conn: db.Connection, running: list[asyncio.Task[None]], stopping: _Stopping
) -> None:
    while not stopping.done():
        first: list[asyncio.Future[Any]] = [*running, stopping]
        await asyncio.wait(first, timeout=_CHECK_TURN, return_when=asyncio.FIRST_COMPLETED)
        for task in running:
            if task.done():
                task.result()  # a fault nobody foresaw: let the process end and start afresh
        if not stopping.done():
            await store.still_there(conn)


async def _repeat(job: Job, worker: Worker) -> None:
    every = job.every.total_seconds()
    while True:
        began = time.monotonic()
        fine = await _once(job, worker)
        due = every if fine else min(every, _AGAIN)
        await asyncio.sleep(max(0.0, due - (time.monotonic() - began)))


async def _once(job: Job, worker: Worker) -> bool:
    began = time.monotonic()
    try:
        result = await job.run(worker)
    except (TrailpostError, db.Error, OSError) as e:
        _log.error("job failed", job=job.name, reason=_line(e))
        return False
    _log.debug("job done", job=job.name, seconds=round(time.monotonic() - began, 3), result=result)
    return True


async def _wait(stopping: _Stopping, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(stopping), seconds)


def _line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
