"""`@job(...)`: what a feature says about its background work. It imports no engine."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from trailpost.jobs.rules import cron
from trailpost.jobs.wire import Backoff, CatchUp, Quota, Schedule, Step

if TYPE_CHECKING:
    from trailpost.jobs.run import Run

P = TypeVar("P")
R = TypeVar("R")
Function = Callable[["Run", P], Awaitable[R]]


class Job(msgspec.Struct, Generic[P, R], frozen=True, kw_only=True):
    kind: str
    run: Function[P, R]
    payload: type[P]
    result: type[R]
    steps: tuple[Step, ...]
    queue: str
    concurrency: int | None
    attempts: int
    timeout: float | None
    permanent: tuple[type[BaseException], ...]
    backoff: Backoff
    schedule: Schedule | None
    quota: Quota | None
    keep_payload: bool

    @property
    def step_names(self) -> list[str]:
        return [step.name for step in self.steps]


def job(
    *,
    kind: str,
    steps: tuple[tuple[Any, ...], ...] = (("running", 1),),
    queue: str = "default",
    concurrency: int | None = None,
    attempts: int = 3,
    timeout: float | None = None,
    permanent: tuple[type[BaseException], ...] = (),
    backoff: Backoff | None = None,
    schedule: str | None = None,
    time_zone: str = "UTC",
    catch_up: CatchUp = "once",
    at_once: bool = False,
    quota: Quota | None = None,
    keep_payload: bool = True,
) -> Callable[[Function[P, R]], Job[P, R]]:
    """Declare `async def name(run: Run, payload: Payload) -> Result`, both msgspec Structs.

    `steps` are (name, weight) or (name, weight, timeout). `concurrency` is how many of the kind run
    at once on all workers together. `timeout` is for a whole attempt, in seconds. Errors of the
    `permanent` types are not retried. `catch_up` says what happens to ticks that nobody was there
    for: one run for all of them, one run each, or none. `keep_payload=False`: what it works on is
    dropped when it ends, however that is; then it cannot be run again.
    """

    def declare(function: Function[P, R]) -> Job[P, R]:
        payload, result = _types(function)
        due = Schedule(schedule, time_zone, catch_up, at_once) if schedule else None
        if due:
            cron.check(due.cron, due.time_zone)
        return Job(
            kind=kind,
            run=function,
            payload=payload,
            result=result,
            steps=tuple(Step(*step) for step in steps),
            queue=queue,
            concurrency=concurrency,
            attempts=attempts,
            timeout=timeout,
            permanent=permanent,
            backoff=backoff or Backoff(),
            schedule=due,
            quota=quota,
            keep_payload=keep_payload,
        )

    return declare


def _types(function: Callable[..., object]) -> tuple[Any, Any]:
    hints = typing.get_type_hints(function)
    result = hints.pop("return")
    *_, payload = hints.values()
    return payload, result
