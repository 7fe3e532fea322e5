"""What the API answers about jobs: camelCase, times in UTC, seconds where time is left."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from trailpost.jobs.wire import Eta, JobRow, Priority, QueueFigures, Status

_DAY = "of the last 24 hours"


def _said(text: str) -> msgspec.Meta:
    return msgspec.Meta(description=text)


class EtaAnswer(msgspec.Struct, frozen=True, rename="camel"):
    p50: Annotated[float, _said("Seconds left: half of all runs needed less.")]
    p90: Annotated[float, _said("Seconds left: nine of ten runs needed less.")]


class JobAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    id: UUID
    kind: str
    variant: str
    queue: str
    status: Status
    cancel_requested: Annotated[bool, _said("A running job ends at its next sign of life.")]
    priority: Annotated[str, _said("LOW, NORMAL, HIGH or URGENT.")]
    project_id: int | None
    user_id: int | None
    batch: UUID | None
    attempt: int
    max_attempts: int
    steps: list[str]
    step: str | None
    step_progress: Annotated[float, _said("Of the step, from 0 to 1.")]
    progress: Annotated[float, _said("Of the whole job, from 0 to 1.")]
    version: Annotated[int, _said("Grows with every change; the id of its event.")]
    created_at: datetime
    run_after: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error: str | None
    result: Annotated[Any, _said("What the job made, once it is COMPLETED.")]
    eta: Annotated[
        EtaAnswer | None, _said("Null in lists, after the end, and below 5 runs that went well.")
    ] = None


class JobsAnswer(msgspec.Struct, frozen=True, rename="camel"):
    jobs: list[JobAnswer]
    next_cursor: Annotated[UUID | None, _said("`cursor` of the next page; null on the last.")]


class QueueAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    queue: str
    paused: bool
    waiting: int
    running: int
    oldest_waiting: datetime | None
    completed: Annotated[int, _said(f"Attempts {_DAY}.")]
    failed: Annotated[int, _said(f"Jobs {_DAY} that failed for good.")]
    success_rate: Annotated[float | None, _said("completed / (completed + failed)")]
    retries: int
    lost: Annotated[int, _said("Leases that ran out: a worker was killed, frozen or cut off.")]
    wait_p50: Annotated[float | None, _said("Seconds from being due to the start.")]
    wait_p95: float | None
    run_p50: Annotated[float | None, _said("Seconds from the start to the end.")]
    run_p95: float | None


def job_answer(row: JobRow, eta: Eta | None = None) -> JobAnswer:
    names = (f for f in JobAnswer.__struct_fields__ if f not in ("eta", "priority", "result"))
    left = EtaAnswer(eta.p50.total_seconds(), eta.p90.total_seconds()) if eta else None
    return JobAnswer(
        **{name: getattr(row, name) for name in names},
        priority=Priority(row.priority).name,
        result=None if row.result is None else msgspec.json.decode(row.result),
        eta=left,
    )


def queue_answer(figures: QueueFigures) -> QueueAnswer:
    return msgspec.convert(figures, QueueAnswer, from_attributes=True)
