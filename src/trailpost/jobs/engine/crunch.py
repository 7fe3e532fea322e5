"""Processes for work that would keep the event loop, and with it the leases, from its turn."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from trailpost.base.errors import TrailpostError

R = TypeVar("R")
_PR_SET_PDEATHSIG = 1


class Crunch:
    """As many processes as the machine has processors, made when they are first wanted.

    Each is a pool of one: so that it can be killed when nobody waits for its result any more.
    """

    def __init__(self, places: int | None = None) -> None:
        self._places = asyncio.Semaphore(places or os.cpu_count() or 1)
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()

    async def run(self, work: Callable[[], R]) -> R:
        """Cancelled, it kills the process and frees the place."""
        async with self._places:
            process = await self._ready()
            try:
                return await process.run(work)
            finally:
                self._busy.discard(process)
                if not process.ended:
                    self._idle.append(process)

    def close(self) -> None:
        """What still computes is for nobody any more, and would hold up the end of the program."""
        for process in (*self._idle, *self._busy):
            process.kill()

    async def _ready(self) -> _Process:
        while self._idle:
            with contextlib.suppress(BrokenProcessPool):  # killed while it was idle
                return await self._pinged(self._idle.pop())
        return await self._pinged(_Process())

    async def _pinged(self, process: _Process) -> _Process:
        self._busy.add(process)
        answered = False
        try:
            await process.ping()
            answered = True
        finally:
            if not answered:
                self._busy.discard(process)
                process.kill()
        return process


class _Process:
    def __init__(self) -> None:
        # Not forked: a copy of a program with threads and connections is good for nothing.
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            1, mp_context=spawn, initializer=_end_with, initargs=(os.getpid(),)
        )
        self._pid: int | None = None
        self.ended = False

    async def ping(self) -> None:
        """Raises BrokenProcessPool when it is dead."""
        self._pid = await asyncio.get_running_loop().run_in_executor(self._pool, os.getpid)

    async def run(self, work: Callable[[], R]) -> R:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except asyncio.CancelledError:
            self.kill()
            raise
        except BrokenProcessPool as e:
            self.kill()
            raise TrailpostError("the process that computed it died") from e

    def kill(self) -> None:
        if self.ended:
            return
        self.ended = True
        if self._pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
        self._pool.shutdown(wait=False, cancel_futures=True)


def _end_with(parent: int) -> None:
    """Die when the worker does, however it does; Ctrl-C is the worker's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit
