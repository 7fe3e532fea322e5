"""Who may use the processor: rows on their way to the database come before the next batch.

A COPY straight into `events` keeps PostgreSQL busy: the next batch is prepared between two pieces
of it. A COPY into `staged` is short, and the insert that follows needs nothing of us: the next
batch waits for that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

# Of the event loop: sending the next piece of a COPY takes about as many, while PostgreSQL waits.
_TURNS = 4


class Pace:
    """Shared by the one that sends a stream's rows and the one that prepares the next."""

    def __init__(self) -> None:
        self._free = asyncio.Event()
        self._free.set()

    @contextmanager
    def sending(self) -> Iterator[None]:
        self._free.clear()
        try:
            yield
        finally:
            self._free.set()

    async def step_back(self) -> None:
        """Let others run, and wait until nothing is being sent."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        await self._free.wait()
