"""SIGTERM and SIGINT as an event, and the end by force of a process that does not heed them."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

from trailpost.base import log

_log = log.get(__name__)


def stop_event(limit: float | None = None) -> asyncio.Event:
    """Set by SIGTERM or SIGINT. `limit`: seconds after which the process ends, whatever it does.

    What holds it up then is a thread or a blocked event loop: neither can be cancelled.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin(_: int, __: object) -> None:
        if limit is not None and not stop.is_set():
            _end_after(limit)
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        # Not the loop's own handler: that one waits for its turn in a loop that may be blocked.
        signal.signal(number, begin)
    return stop


def _end_after(seconds: float) -> None:
    timer = threading.Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    _log.error("did not stop in time, and is ended by force", seconds=seconds)
    os._exit(1)
