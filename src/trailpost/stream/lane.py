"""Group commit: whoever waits at the same time travels together, and nobody waits for a timer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial

from trailpost.base.errors import Unavailable
from trailpost.stream.wire import Waiting

MOST_PARTS = 1000
MOST_BYTES = 1024 * 1024
"""Of one group. A single larger part still travels, alone."""


Send = Callable[[list[Waiting]], Coroutine[None, None, None]]
"""Sends a group and settles its futures."""


class Lane:
    """Sends groups, at most `most_flying` at a time; the next one gathers meanwhile."""

    def __init__(self, send: Send, most_flying: int) -> None:
        self._send = send
        self._most_flying = most_flying
        self._loop = asyncio.get_running_loop()
        self._waiting: list[Waiting] = []
        self._bytes = 0
        self._flying: set[asyncio.Task[None]] = set()
        self._called = False
        self._held = False
        self._idle: asyncio.Future[None] | None = None

    def add(self, waiting: Waiting) -> None:
        self._waiting.append(waiting)
        self._bytes += len(waiting.part.blob)
        if not self._called and len(self._flying) < self._most_flying and not self._held:
            # Not at once: the other requests of this turn of the loop come along.
            self._called = True
            self._loop.call_soon(self._take_off)

    def hold(self) -> None:
        """Let nothing take off until `release`."""
        self._held = True

    def release(self) -> None:
        self._held = False
        self._take_off()

    async def idle(self) -> None:
        """Returns when nothing waits and nothing flies."""
        while self._waiting or self._flying:
            if self._idle is None:
                self._idle = self._loop.create_future()
            await asyncio.shield(self._idle)

    def _take_off(self) -> None:
        self._called = False
        while self._waiting and len(self._flying) < self._most_flying and not self._held:
            group = self._cut()
            task = self._loop.create_task(self._send(group))
            self._flying.add(task)
            task.add_done_callback(partial(self._landed, group))

    def _landed(self, group: list[Waiting], task: asyncio.Task[None]) -> None:
        self._flying.discard(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            # A mistake of ours: it is the callers' error then, none of them may wait for ever.
            for w in group:
                if not w.done.done():
                    w.done.set_exception(error)
        self._take_off()
        if self._idle is not None and not self._flying and not self._waiting:
            self._idle.set_result(None)
            self._idle = None

    def _cut(self) -> list[Waiting]:
        waiting = self._waiting
        if len(waiting) <= MOST_PARTS and self._bytes <= MOST_BYTES:
            self._waiting, self._bytes = [], 0
            return waiting
        taken = _fitting(waiting)
        self._waiting = waiting[taken:]
        self._bytes = sum(len(w.part.blob) for w in self._waiting)
        return waiting[:taken]


def _fitting(waiting: list[Waiting]) -> int:
    """How many of the first fit into one group; at least one."""
    size = 0
    for taken, w in enumerate(waiting[:MOST_PARTS]):
        size += len(w.part.blob)
        if size > MOST_BYTES and taken:
            return taken
    return min(len(waiting), MOST_PARTS)


def settle(group: list[Waiting]) -> None:
    for w in group:
        if not w.done.done():
            w.done.set_result(None)


def refuse(group: list[Waiting], why: str) -> None:
    for w in group:
        if not w.done.done():
            w.done.set_exception(Unavailable(why, retry_after=5))
