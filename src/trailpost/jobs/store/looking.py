"""What people see of jobs, and what they do to them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.jobs.wire import Attempt, BatchProgress, CleanRuns, JobRow, QueueFigures

_SQL = "trailpost.jobs.sql"


class Place(msgspec.Struct, frozen=True):
    owner: str
    queue: str


class _Owner(msgspec.Struct):
    owner: str


_GET_JOB = db.query(_SQL, "get_job", JobRow)
_GET_PAYLOAD = db.query(_SQL, "get_payload")
_LIST_JOBS = db.query(_SQL, "list_jobs", JobRow)
_HISTORY = db.query(_SQL, "history", Attempt)
_CLEAN_RUNS = db.query(_SQL, "clean_runs", CleanRuns)
_QUEUE_FIGURES = db.query(_SQL, "queue_figures", QueueFigures)
_BATCH_PROGRESS = db.query(_SQL, "batch_progress", BatchProgress)
_CANCEL_JOB = db.query(_SQL, "cancel_job")
_RETRY_JOB = db.query(_SQL, "retry_job", Place)
_PAUSE_QUEUE = db.query(_SQL, "pause_queue")
_RESUME_QUEUE = db.query(_SQL, "resume_queue")
_WAITING_OWNERS = db.query(_SQL, "waiting_owners", _Owner)
_PURGE_JOBS = db.query(_SQL, "purge_jobs")
_PURGE_BATCHES = db.query(_SQL, "purge_batches")
_PURGE_QUOTAS = db.query(_SQL, "purge_quotas")
_LISTEN = db.query(_SQL, "listen")


async def get_job(conn: db.Connection, job: UUID) -> JobRow | None:
    return await db.fetch_one(conn, _GET_JOB, JobRow, id=job)


async def payload(conn: db.Connection, job: UUID) -> str | None:
    """JSON of what it works on; None once that is dropped."""
    return await db.fetch_value(conn, _GET_PAYLOAD, id=job)  # type: ignore[no-any-return]


async def list_jobs(
    conn: db.Connection,
    *,
    project: int | None = None,
    user: int | None = None,
    kind: str | None = None,
    queue: str | None = None,
    status: str | None = None,
    batch: UUID | None = None,
    before: UUID | None = None,
    limit: int = 50,
) -> list[JobRow]:
    """Newest first; the last row's id is `before` of the next page."""
    return await db.fetch(
        conn,
        _LIST_JOBS,
        JobRow,
        project_id=project,
        user_id=user,
        kind=kind,
        queue=queue,
        status=status,
        batch=batch,
        before=before,
        limit=limit,
    )


async def history(conn: db.Connection, job: UUID) -> list[Attempt]:
    """Its attempts that ended, oldest first."""
    return await db.fetch(conn, _HISTORY, Attempt, id=job)


async def clean_runs(conn: db.Connection, kind: str, variant: str, first: int) -> CleanRuns | None:
    """`first`: number of the step from which time is counted, from 1."""
    return await db.fetch_one(conn, _CLEAN_RUNS, CleanRuns, kind=kind, variant=variant, first=first)


async def queue_figures(conn: db.Connection, since: datetime) -> list[QueueFigures]:
    return await db.fetch(conn, _QUEUE_FIGURES, QueueFigures, since=since)


async def batch_progress(conn: db.Connection, batch: UUID) -> BatchProgress | None:
    return await db.fetch_one(conn, _BATCH_PROGRESS, BatchProgress, id=batch)


async def cancel_job(conn: db.Connection, job: UUID) -> str | None:
    return await db.fetch_value(conn, _CANCEL_JOB, id=job)  # type: ignore[no-any-return]


async def retry_job(conn: db.Connection, job: UUID, attempts: int) -> Place | None:
    return await db.fetch_one(conn, _RETRY_JOB, Place, id=job, attempts=attempts)


async def pause_queue(conn: db.Connection, name: str) -> None:
    await db.execute(conn, _PAUSE_QUEUE, name=name)


async def resume_queue(conn: db.Connection, name: str) -> None:
    await db.execute(conn, _RESUME_QUEUE, name=name)


async def waiting_owners(conn: db.Connection, queue: str) -> list[str]:
    return [r.owner for r in await db.fetch(conn, _WAITING_OWNERS, _Owner, queue=queue)]


async def purge(conn: db.Connection, before: datetime) -> int:
    """Forget what ended before; returns the number of jobs."""
    purged = await db.execute(conn, _PURGE_JOBS, before=before)
    await db.execute(conn, _PURGE_BATCHES, before=before)
    await db.execute(conn, _PURGE_QUOTAS, before=before)
    return purged


async def listen(conn: db.Connection) -> None:
    await db.execute(conn, _LISTEN)
