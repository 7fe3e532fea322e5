"""A worker: takes tickets, runs jobs, keeps leases, serves schedules, stops gracefully."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from trailpost import db
from trailpost.base import clock, log
from trailpost.base.settings import Settings
from trailpost.jobs.declare import Job
from trailpost.jobs.engine import crunch, keeper, ticker, transport
from trailpost.jobs.engine.attempt import Live, Why, Works
from trailpost.jobs.outage import Outage
from trailpost.jobs.rules import quotas
from trailpost.jobs.store import making, running

__all__ = ["Engine"]

_log = log.get(__name__)
# Seconds, when the worker stops. Together they stay below what a process has for it.
_TO_HEED, _TO_LEAVE, _TO_CANCEL, _CANCEL_AGAIN = 2.0, 1.0, 2.0, 0.5
_LONGEST_PAUSE = 2.0


def _nowhere(_: str) -> None:
    """The fault point of a worker that nobody wants to break."""


class Engine:
    """`declared`: every job this worker can run.

    `at(name)` is called between the transactions of a job's life, with the names fetched, started,
    ran, ending (inside the last transaction) and ended; tests stop the process there.
    """

    def __init__(
        self,
        declared: Sequence[Job[Any, Any]],
        settings: Settings,
        pool: db.Pool,
        *,
        now: Callable[[], datetime] = clock.now,
        at: Callable[[str], None] = _nowhere,
    ) -> None:
        self.jobs = {job.kind: job for job in declared}
        self.queues = sorted({job.queue for job in declared})
        self.settings, self.pool, self.now, self.at = settings, pool, now, at
        self._limits = quotas.of_setting(settings.job_quotas, self.jobs)
        self.name = f"{socket.gethostname()}:{os.getpid()}:{os.urandom(2).hex()}"
        self.live: dict[UUID, Live] = {}
        self._places = {q: asyncio.Semaphore(settings.job_concurrency) for q in self.queues}
        self._crunch = crunch.Crunch()
        self._stopping = False

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then take nothing new, and release what outlasts the grace period."""
        if not await self._prepare(stop):
            return
        stopping = asyncio.create_task(stop.wait())
        serving = [asyncio.create_task(transport.serve(self, q), name=q) for q in self.queues]
        ticking = asyncio.create_task(ticker.run(self), name="ticker")
        keeping = asyncio.create_task(keeper.run(self), name="keeper")
        tasks: list[asyncio.Task[Any]] = [*serving, ticking, keeping]
        _log.info("taking jobs", queues=self.queues, worker=self.name)
        try:
            done, _ = await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # a fault nobody foresaw: let the process end and start afresh
            self._stopping = True
            await _cancelled([*serving, ticking])
            await self._drain()
            await keeper.leave(self, _TO_LEAVE)
        finally:
            self._crunch.close()
            await _cancelled([stopping, *tasks])

    async def answer(self, job: UUID, kind: str, ticket: int) -> None:
        """A ticket came. Returns when what it started has ended, or at once when it is stale."""
        declared = self.jobs.get(kind)
        if declared is None:
            _log.warning("no such kind of job here", kind=kind, job=str(job))
            async with self.pool.connection() as conn:
                await running.put_off(conn, job, ticket)
            return
        async with self._places[declared.queue]:
            if self._stopping:
                return
            self.at("fetched")
            held = await self._start(declared, job, ticket)
            if held is None:
                return
            live = self.live[job] = Live(declared, held, self._works())
            try:
                await live.run()
            finally:
                if self.live.get(job) is live:
                    del self.live[job]

    def cancel(self, job: UUID) -> None:
        if job in self.live:
            self.live[job].stop(Why.CANCEL)

    def _works(self) -> Works:
        return Works(self.settings, self.pool, random.random, self.at, self._crunch.run)

    async def _start(self, declared: Job[Any, Any], job: UUID, ticket: int) -> Any:
        try:
            async with self.pool.connection() as conn:
                return await running.start_job(
                    conn,
                    job,
                    ticket,
                    kind=declared.kind,
                    concurrency=declared.concurrency,
                    lease=self.settings.job_lease_seconds,
                    worker=self.name,
                )
        except db.Error as e:
            if not db.is_away(e):
                raise
            # If it was started after all, its lease runs out; else its ticket is swept.
            _log.warning("the database is away", job=str(job))
            return None

    async def _prepare(self, stop: asyncio.Event) -> bool:
        away = Outage(_log, "no work is taken", longest=_LONGEST_PAUSE)
        while not stop.is_set():
            try:
                async with self.pool.connection() as conn:
                    for queue in self.queues:
                        await running.register_queue(conn, queue, self.settings.job_share)
                    await making.put_limits(conn, self._limits)
                    await ticker.declare(self, conn)
                away.over()
                return True
            except db.Error as e:
                if not db.is_away(e):
                    raise
                pause = away.pause(e)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
        return False

    async def _drain(self) -> None:
        """Running jobs end by themselves, or are released without costing an attempt."""
        await self._ended_within(self.settings.job_grace_seconds)
        for live in list(self.live.values()):
            live.stop(Why.STOP)
        await self._ended_within(_TO_HEED)
        for job, live in self.live.items():
            # Its lease runs out, and another worker has it.
            _log.error("a job does not heed its end", job=str(job), kind=live.job.kind)

    async def _ended_within(self, seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while self.live and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.02)


async def _cancelled(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancel again and again: a cancellation can get lost in a library's clean-up."""
    pending = set(tasks)
    end = asyncio.get_running_loop().time() + _TO_CANCEL
    while pending and asyncio.get_running_loop().time() < end:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_CANCEL_AGAIN)
    if pending:
        _log.error("left behind", tasks=[task.get_name() for task in pending])
