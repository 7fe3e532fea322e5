"""What a job's function holds while it runs."""

from __future__ import annotations

import functools
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from trailpost import db
from trailpost.base.settings import Settings
from trailpost.jobs.rules import progress
from trailpost.jobs.wire import Started, Step

R = TypeVar("R")
Move = Callable[[str, float, float], Awaitable[None]]
"""(step, share of the step, share of the whole): store it, or raise CancelledError."""
Hook = Callable[[db.Connection], Awaitable[None]]
Crunch = Callable[[Callable[[], Any]], Awaitable[Any]]
"""Call it somewhere else, and stop that when cancelled."""


class Run:
    """One attempt at a job, as its function sees it."""

    def __init__(
        self,
        held: Started,
        steps: Sequence[Step],
        settings: Settings,
        pool: db.Pool,
        move: Move,
        crunch: Crunch,
    ) -> None:
        self.held, self.settings, self.pool = held, settings, pool
        self.steps = steps
        self.at_completion: list[Hook] = []
        self.seconds = [0.0] * len(steps)
        self.current: Step | None = None
        self._move, self._crunch, self._since = move, crunch, time.monotonic()

    @property
    def id(self) -> UUID:
        return self.held.id

    @property
    def user(self) -> int | None:
        return self.held.user_id

    @property
    def project(self) -> int | None:
        return self.held.project_id

    @property
    def attempt(self) -> int:
        """1 at the first."""
        return self.held.attempt

    @property
    def idempotency_key(self) -> str:
        """For calls to the outside: the same when this step of this job is run again."""
        return f"{self.id}:{self.current.name if self.current else ''}"

    async def step(self, name: str) -> None:
        """Enter a step. Here the job ends, by CancelledError, if it was cancelled or lost."""
        self.lap()
        self.current = next(s for s in self.steps if s.name == name)
        await self.progress(0.0)

    async def progress(self, share: float) -> None:
        """How much of the current step is done, 0 to 1. Each call is one statement."""
        name = (self.current or self.steps[0]).name
        await self._move(name, share, progress.overall(self.steps, name, share))

    async def compute(self, function: Callable[..., R], *args: Any) -> R:
        """Run a module's function in another process: anything that takes more than some 100 ms.

        Arguments and result are pickled. The process is killed when the job is stopped.
        """
        found: R = await self._crunch(functools.partial(function, *args))
        return found

    def on_completion(self, hook: Hook) -> None:
        """Await `hook(conn)` in the transaction that completes the job, after the fence."""
        self.at_completion.append(hook)

    def lap(self) -> None:
        """Book the time since the last call on the current step."""
        now = time.monotonic()
        n = self.steps.index(self.current) if self.current else 0
        self.seconds[n] += now - self._since
        self._since = now
