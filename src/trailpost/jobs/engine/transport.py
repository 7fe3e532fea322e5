"""procrastinate as the road on which tickets come: it wakes, it never decides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import procrastinate
from procrastinate.job_context import AbortReason

from trailpost import db
from trailpost.base import log
from trailpost.jobs.outage import Outage

if TYPE_CHECKING:
    from trailpost.jobs.engine import Engine

_log = log.get(__name__)
# Its fetch loop can miss a notification that comes while it fetches; then this is the longest wait.
_POLL = 1.0
_LONGEST_PAUSE = 2.0


async def serve(engine: Engine, queue: str) -> None:
    """Take tickets of a queue until cancelled; whatever happens to the connection, begin again."""
    # What it has to say about a job's end is said by the engine already, in our words.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    away = Outage(_log, f"tickets of {queue} do not come", longest=_LONGEST_PAUSE)
    while True:
        reason: BaseException | str = "the library stopped"
        try:
            await _serve(engine, queue, away)
        except (procrastinate.exceptions.ConnectorException, db.Error) as e:
            reason = e
        await asyncio.sleep(away.pause(reason))


async def _serve(engine: Engine, queue: str, away: Outage) -> None:
    settings = engine.settings
    beat = settings.job_lease_seconds / 4
    app = procrastinate.App(connector=procrastinate.PsycopgConnector())
    app.task(name="trailpost", pass_context=True)(_task(engine))
    # A pool of its own: tickets do not wait for the jobs' connections, and the library sets
    # autocommit itself.
    pool = db.open_pool(
        settings.database_url, size=3, application="trailpost tickets", autocommit=False
    )
    async with pool:
        async with pool.connection():
            away.over()
        await app.open_async(pool)
        await app.run_worker_async(
            queues=[queue],
            name=engine.name,
            concurrency=settings.job_concurrency,
            install_signal_handlers=False,
            delete_jobs="always",
            fetch_job_polling_interval=_POLL,
            abort_job_polling_interval=beat,
            update_heartbeat_interval=beat,
            stalled_worker_timeout=settings.job_lease_seconds,
            # Jobs do not end with their ticket: the engine has its own grace period.
            shutdown_graceful_timeout=0.0,
        )


def _task(engine: Engine) -> Callable[..., Awaitable[None]]:
    async def ticket(context: procrastinate.JobContext, job: str, kind: str) -> None:
        number = context.job.id or 0
        answering = asyncio.create_task(engine.answer(UUID(job), kind, number))
        answering.add_done_callback(_report)
        try:
            await asyncio.shield(answering)
        except asyncio.CancelledError:
            if context.abort_reason() is not AbortReason.USER_REQUEST:
                # The ticket's time is over, not the job's.
                return
            engine.cancel(UUID(job))
            await asyncio.shield(answering)

    return ticket


def _report(answering: asyncio.Task[None]) -> None:
    if not answering.cancelled() and (error := answering.exception()):
        # Its lease runs out, and it is tried again.
        _log.error("a job could not be started or ended", exc_info=error)
