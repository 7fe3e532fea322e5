"""Processes for work that would keep the event loop, and with it the leases, from its turn."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from concurrent.futures import Executor, ProcessPoolExecutor

_PR_SET_PDEATHSIG = 1


class Crunch:
    """One pool per worker, made when it is first wanted."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def pool(self) -> Executor:
        if self._pool is None:
            # Not forked: a copy of a program with threads and connections is good for nothing.
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(
                os.cpu_count(), mp_context=spawn, initializer=_end_with, initargs=(os.getpid(),)
            )
        return self._pool

    def close(self) -> None:
        """What still computes is for nobody any more."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _end_with(parent: int) -> None:
    """Die when the worker does, however it does; Ctrl-C is the worker's business."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise SystemExit
