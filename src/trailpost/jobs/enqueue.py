"""Put jobs in a queue, inside the caller's transaction: they exist if, and only if, it commits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.base import clock
from trailpost.base.errors import TooManyRequests
from trailpost.jobs.declare import Job
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
    common = _common(job, project, user, priority, run_after, variant)
    while True:
        made = new_id()
        async with conn.transaction():
            owner = await making.insert_job(conn, common, made, _json(payload), key)
            if owner:
                await _charge(conn, job, common, 1)
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
    common = _common(job, project, user, priority, run_after, variant)
    batch = new_id()
    async with conn.transaction():
        await making.insert_batch(conn, batch)
        common = msgspec.structs.replace(common, batch=batch)
        ids = [new_id() for _ in payloads]
        await _charge(conn, job, common, len(ids))
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
) -> making.Common:
    charged = job.quota and user is not None
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
        charged_to=_period(job.quota, clock.now()) if charged and job.quota else None,
    )


async def _charge(conn: db.Connection, job: Job[Any, Any], common: making.Common, n: int) -> None:
    start, quota = common.charged_to, job.quota
    if start is None or quota is None or common.user_id is None:
        return
    if not await making.charge(conn, job.kind, common.user_id, start, n, quota.limit):
        left = (start + quota.period - clock.now()).total_seconds()
        raise TooManyRequests(
            f"at most {quota.limit} jobs of this kind in {quota.period}", retry_after=max(1.0, left)
        )


def _period(quota: Quota, now: datetime) -> datetime:
    seconds = quota.period.total_seconds()
    return datetime.fromtimestamp(now.timestamp() // seconds * seconds, UTC)


async def _release(conn: db.Connection, owner: str, common: making.Common) -> None:
    if common.run_after is None or common.run_after <= clock.now():
        await making.release(conn, owner, common.queue)


def _json(payload: object) -> str:
    return msgspec.json.encode(payload).decode()
