"""Many who ask the same at once are answered together: by one look that began after all asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Sharing(Generic[T]):
    """Of each question at most one look runs, and at most one waits for its turn.

    Whoever asks while one runs joins the one that waits, so nobody is answered with what was true
    before they asked.
    """

    def __init__(self) -> None:
        self._running: dict[Hashable, asyncio.Task[T]] = {}
        self._waiting: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(self, question: Hashable, look: Callable[[], Awaitable[T]]) -> T:
        """Raises what the look raises, to everyone who shares it."""
        shared = self._waiting.get(question)
        if shared is None:
            shared = asyncio.create_task(self._take_turn(question, look))
            self._waiting[question] = shared
        # One client that leaves must not take the answer from the others.
        return await asyncio.shield(shared)

    async def _take_turn(self, question: Hashable, look: Callable[[], Awaitable[T]]) -> T:
        before = self._running.get(question)
        if before is not None:
            await asyncio.wait([before])
        mine = self._waiting.pop(question)
        self._running[question] = mine
        try:
            return await look()
        finally:
            if self._running.get(question) is mine:
                del self._running[question]
