"""A job's function without the engine: for tests and for trying something out."""

from __future__ import annotations

import asyncio
from typing import TypeVar
from uuid import UUID

from trailpost import db
from trailpost.base.settings import Settings
from trailpost.jobs.declare import Job
from trailpost.jobs.run import Run
from trailpost.jobs.wire import Started

P = TypeVar("P")
R = TypeVar("R")


async def rehearse(job: Job[P, R], payload: P, *, settings: Settings, pool: db.Pool) -> R:
    """Run it once: nothing of it is stored or retried."""

    async def move(_: str, __: float, ___: float) -> None:
        await asyncio.sleep(0)

    held = Started(
        id=UUID(int=0),
        token=0,
        attempt=1,
        max_attempts=1,
        owner="-",
        queue=job.queue,
        project_id=None,
        user_id=None,
        payload="{}",
    )
    given = Run(held, job.steps, settings, pool, move, asyncio.to_thread)
    return await job.run(given, payload)
