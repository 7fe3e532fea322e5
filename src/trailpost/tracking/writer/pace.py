"""Who may use the processor: rows on their way to the database come before the next batch.

While PostgreSQL takes rows it waits for each piece; while it inserts them it does not need us. So
the next batch is prepared in the second time, not in the first, which would keep PostgreSQL idle.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


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
        await asyncio.sleep(0)
        await self._free.wait()
