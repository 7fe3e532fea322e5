"""Background work that outlives its workers: declare, enqueue, watch, cancel."""

from trailpost.base.feature import Feature
from trailpost.jobs import jobs
from trailpost.jobs.declare import Job, job
from trailpost.jobs.engine import Engine
from trailpost.jobs.enqueue import enqueue, enqueue_many
from trailpost.jobs.http import Guards, end_streams, routes, watching
from trailpost.jobs.look import (
    cancel,
    eta,
    figures,
    get,
    pause,
    resume,
    retry,
    run_now,
    schedules,
)
from trailpost.jobs.rehearse import rehearse
from trailpost.jobs.run import Run
from trailpost.jobs.store.looking import batch_progress, history, list_jobs, payload
from trailpost.jobs.watch import Watch
from trailpost.jobs.wire import (
    Attempt,
    Backoff,
    BatchProgress,
    Enqueued,
    Eta,
    JobRow,
    Nothing,
    Priority,
    QueueFigures,
    Quota,
    ScheduleRow,
    Step,
)

__all__ = [
    "FEATURE",
    "Attempt",
    "Backoff",
    "BatchProgress",
    "Engine",
    "Enqueued",
    "Eta",
    "Guards",
    "Job",
    "JobRow",
    "Nothing",
    "Priority",
    "QueueFigures",
    "Quota",
    "Run",
    "ScheduleRow",
    "Step",
    "Watch",
    "batch_progress",
    "cancel",
    "end_streams",
    "enqueue",
    "enqueue_many",
    "eta",
    "figures",
    "get",
    "history",
    "job",
    "list_jobs",
    "pause",
    "payload",
    "rehearse",
    "resume",
    "retry",
    "routes",
    "run_now",
    "schedules",
    "watching",
]

FEATURE = Feature(
    name="jobs",
    tables=frozenset(
        {
            "job",
            "job_attempt",
            "job_batch",
            "job_limit",
            "job_queue",
            "job_quota",
            "job_schedule",
            "job_transport",
        }
    ),
    jobs=jobs.JOBS,
)
