"""Put jobs in a queue, inside the caller's transaction: they exist if, and only if, it commits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.base.errors import TooManyRequests
from trailpost.jobs.declare import Job
from trailpost.jobs.rules import quotas
from trailpost.jobs.store import making
from trailpost.jobs.wire import Enqueued, Priority, Quota

P = TypeVar("P")


async def enqueue(
    conn: db.Connection,
    job: Job[P, Any],
    payload: P,
    *,
    project: int | None = None,
    user: int | None = None,
    priority: Priority = Priority.NORMAL,
    key: str | None = None,
    run_after: datetime | None = None,
    variant: str = "",
) -> Enqueued:
    """One job. Of a kind at most one with the same `key` waits or runs; it is the answer then.

    `variant` names what makes durations comparable, such as a model. Raises TooManyRequests.
    """
    quota = await _quota(conn, job, user)
    common = _common(job, project, user, priority, run_after, variant, quota)
    while True:
        made = new_id()
        async with conn.transaction():
            owner = await making.insert_job(conn, common, made, _json(payload), key)
            if owner:
                await _charge(conn, common, quota, 1)
                await _release(conn, owner, common)
                return Enqueued(made, new=True)
        # Not there: it ended between the two statements.
        found = await making.find_by_key(conn, job.kind, key or "")
        if found:
            return Enqueued(found, new=False)


async def enqueue_many(
    conn: db.Connection,
    job: Job[P, Any],
    payloads: Sequence[P],
    *,
    project: int | None = None,
    user: int | None = None,
    priority: Priority = Priority.NORMAL,
    run_after: datetime | None = None,
    variant: str = "",
) -> UUID:
    """All or none; returns the batch, whose progress `batch_progress` tells."""
    quota = await _quota(conn, job, user)
    common = _common(job, project, user, priority, run_after, variant, quota)
    batch = new_id()
    async with conn.transaction():
        await making.insert_batch(conn, batch)
        common = msgspec.structs.replace(common, batch=batch)
        ids = [new_id() for _ in payloads]
        await _charge(conn, common, quota, len(ids))
        owner = await making.insert_jobs(conn, common, ids, [_json(p) for p in payloads])
        if owner:
            await _release(conn, owner, common)
    return batch


def new_id() -> UUID:
    """A UUID of version 7: ids sort by the time they were made."""
    ms = int(clock.now().timestamp() * 1000)
    value = ms << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 7 << 76
    return UUID(int=value & ~(0x3 << 62) | 2 << 62)


def _common(
    job: Job[Any, Any],
    project: int | None,
    user: int | None,
    priority: Priority,
    run_after: datetime | None,
    variant: str,
    quota: Quota | None,
) -> making.Common:
    return making.Common(
        kind=job.kind,
        variant=variant,
        queue=job.queue,
        project_id=project,
        user_id=user,
        batch=None,
        keep_payload=job.keep_payload,
        priority=int(priority),
        max_attempts=job.attempts,
        steps=job.step_names,
        run_after=run_after,
        charged_to=quotas.period_start(quota, clock.now()) if quota else None,
    )


async def _quota(conn: db.Connection, job: Job[Any, Any], user: int | None) -> Quota | None:
    """Of the settings, else as declared. Only users have one."""
    if user is None:
        return None
    quota = await making.get_limit(conn, job.kind) or job.quota
    return quota if quota and quota.limit else None


async def _charge(
    conn: db.Connection, common: making.Common, quota: Quota | None, count: int
) -> None:
    start, user = common.charged_to, common.user_id
    if quota is None or start is None or user is None:
        return
    if not await making.charge(conn, common.kind, user, start, count, quota.limit):
        left = (start + quota.period - clock.now()).total_seconds()
        raise TooManyRequests(
            f"too many jobs of kind {common.kind}: {quotas.words(quota)}",
            retry_after=max(1.0, left),
        )


async def _release(conn: db.Connection, owner: str, common: making.Common) -> None:
    if common.run_after is None or common.run_after <= clock.now():
        await making.release(conn, owner, common.queue)


def _json(payload: object) -> str:
    return msgspec.json.encode(payload).decode()
