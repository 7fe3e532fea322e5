"""What people do with jobs: look, wait, cancel, retry, pause, run now."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from trailpost import db
from trailpost.base import clock
from trailpost.base.errors import Conflict, NotFound
from trailpost.jobs.declare import Job
from trailpost.jobs.enqueue import enqueue
from trailpost.jobs.rules import progress
from trailpost.jobs.store import looking, making, scheduling
from trailpost.jobs.wire import Enqueued, Eta, JobRow, QueueFigures, ScheduleRow

_DAY = timedelta(days=1)


async def get(conn: db.Connection, job: UUID, *, user: int | None = None) -> JobRow:
    """`user`: None for an administrator. Raises NotFound, also for somebody else's job."""
    found = await looking.get_job(conn, job)
    if found is None or (user is not None and found.user_id != user):
        raise NotFound("there is no such job")
    return found


async def eta(conn: db.Connection, job: JobRow) -> Eta | None:
    """From runs of the same kind and variant; None before enough of them went well."""
    first = job.steps.index(job.step) + 1 if job.step in job.steps and job.step else 1
    runs = await looking.clean_runs(conn, job.kind, job.variant, first)
    return progress.eta(job, runs, clock.now()) if runs else None


async def cancel(conn: db.Connection, job: UUID, *, user: int | None = None) -> JobRow:
    """A waiting job ends now, a running one at its next sign. Raises NotFound or Conflict."""
    await get(conn, job, user=user)
    was = await looking.cancel_job(conn, job)
    if was not in ("PENDING", "PROCESSING"):
        raise Conflict("the job has ended")
    return await get(conn, job)


async def retry(
    conn: db.Connection, job: UUID, *, user: int | None = None, attempts: int = 3
) -> JobRow:
    """Once more from the beginning. Raises NotFound or Conflict, which says why not."""
    found = await get(conn, job, user=user)
    if found.status not in ("FAILED", "CANCELLED"):
        raise Conflict("only a job that failed or was cancelled can be run again")
    try:
        async with conn.transaction():
            place = await looking.retry_job(conn, job, attempts)
            if place is None:
                raise Conflict(
                    f"a job of kind {found.kind} drops its payload when it ends, "
                    "so it cannot be run again: enqueue it anew"
                )
            await making.release(conn, place.owner, place.queue)
    except db.Error as e:
        if not db.is_duplicate(e):
            raise
        raise Conflict("another job with the same key is on its way") from e
    return await get(conn, job)


async def figures(conn: db.Connection) -> list[QueueFigures]:
    """Every queue now, with its attempts of the last 24 hours."""
    return await looking.queue_figures(conn, clock.now() - _DAY)


async def pause(conn: db.Connection, queue: str) -> None:
    """No job of the queue starts any more, on any worker, until `resume`; running ones end."""
    await looking.pause_queue(conn, queue)


async def resume(conn: db.Connection, queue: str) -> None:
    async with conn.transaction():
        await looking.resume_queue(conn, queue)
        for owner in await looking.waiting_owners(conn, queue):
            await making.release(conn, owner, queue)


async def schedules(conn: db.Connection) -> list[ScheduleRow]:
    return await scheduling.schedules(conn)


async def run_now(conn: db.Connection, job: Job[object, object]) -> Enqueued:
    """A scheduled job out of turn; its schedule goes on as before."""
    return await enqueue(conn, job, job.payload(), key="tick")
