"""What crosses a border here: rows as they are read, and the words for states and priorities."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

Status = Literal["PENDING", "PROCESSING", "COMPLETED", "FAILED", "CANCELLED"]
Ending = Literal["COMPLETED", "FAILED", "CANCELLED", "RETRIED", "LOST", "RELEASED"]
CatchUp = Literal["once", "each", "skip"]

FINISHED: frozenset[str] = frozenset({"COMPLETED", "FAILED", "CANCELLED"})


class Priority(enum.IntEnum):
    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


class Nothing(msgspec.Struct, frozen=True):
    """The payload of a job that needs none."""


class Step(msgspec.Struct, frozen=True):
    name: str
    weight: float = 1.0
    """Its share of the whole, as the progress bar shows it."""
    timeout: float | None = None
    """Seconds it may take."""


class Backoff(msgspec.Struct, frozen=True):
    """Before attempt n + 1: between half of d and d, d = min(longest, first x 2^(n-1)) seconds."""

    first: float = 5.0
    longest: float = 600.0


class Quota(msgspec.Struct, frozen=True):
    """Most jobs of the kind one user may enqueue in a period; periods begin at multiples of it."""

    limit: int
    """0: no limit."""
    period: timedelta


class Schedule(msgspec.Struct, frozen=True):
    cron: str
    time_zone: str
    catch_up: CatchUp
    at_once: bool
    """The first run is due when the schedule is first seen, not at its first tick."""


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker holds while it runs a job."""

    id: UUID
    token: int
    attempt: int
    max_attempts: int
    owner: str
    queue: str
    project_id: int | None
    user_id: int | None
    payload: str


class Enqueued(msgspec.Struct, frozen=True):
    id: UUID
    new: bool
    """False: a job with this key was waiting or running, and `id` is that one."""


class JobRow(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    project_id: int | None
    user_id: int | None
    kind: str
    variant: str
    queue: str
    batch: UUID | None
    status: str
    cancel_requested: bool
    priority: int
    attempt: int
    max_attempts: int
    lost: int
    steps: list[str]
    step: str | None
    step_progress: float
    progress: float
    version: int
    """Grows with every change a watcher can see."""
    run_after: datetime
    created_at: datetime
    started_at: datetime | None
    step_at: datetime | None
    finished_at: datetime | None
    error: str | None
    result: str | None
    """JSON of the kind's result."""

    @property
    def finished(self) -> bool:
        return self.status in FINISHED


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    attempt: int
    worker: str
    outcome: str
    waited: float
    seconds: list[float]
    step: str | None
    error: str | None
    started_at: datetime
    finished_at: datetime


class QueueFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One queue now, and how its attempts of the last day went. None: no data."""

    queue: str
    paused: bool
    waiting: int
    running: int
    oldest_waiting: datetime | None
    completed: int
    failed: int
    success_rate: float | None
    """completed / (completed + failed)"""
    retries: int
    lost: int
    wait_p50: float | None
    wait_p95: float | None
    run_p50: float | None
    run_p95: float | None


class BatchProgress(msgspec.Struct, frozen=True, kw_only=True):
    total: int
    pending: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    progress: float
    """Mean of the jobs' progress; a finished one counts as 1, however it ended."""


class ScheduleRow(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    kind: str
    cron: str
    time_zone: str
    catch_up: str
    next_tick: datetime
    last_tick: datetime | None
    last_job: UUID | None
    skipped: int


class CleanRuns(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds that finished runs took from a step on, and that they waited; smallest first."""

    runs: int
    rest_p50: float | None
    rest_p90: float | None
    wait_p50: float | None
    wait_p90: float | None


class Eta(msgspec.Struct, frozen=True):
    """Time left: half of all runs needed less than `p50`, nine of ten less than `p90`."""

    p50: timedelta
    p90: timedelta
