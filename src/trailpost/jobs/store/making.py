"""Jobs come into being: one, many, at most once per key, within a quota."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.jobs.wire import Quota

_SQL = "trailpost.jobs.sql"


class _Owner(msgspec.Struct):
    owner: str


class _Limit(msgspec.Struct):
    most: int
    seconds: float


_INSERT_JOB = db.query(_SQL, "insert_job", _Owner)
_INSERT_JOBS = db.query(_SQL, "insert_jobs", _Owner)
_INSERT_BATCH = db.query(_SQL, "insert_batch")
_FIND_BY_KEY = db.query(_SQL, "find_by_key")
_GET_LIMIT = db.query(_SQL, "get_limit", _Limit)
_PUT_LIMIT = db.query(_SQL, "put_limit")
_DROP_LIMITS = db.query(_SQL, "drop_limits")
_CHARGE = db.query(_SQL, "charge")
_RELEASE = db.query(_SQL, "release")


class Common(msgspec.Struct, frozen=True, kw_only=True):
    """What the jobs of one call share."""

    kind: str
    variant: str
    queue: str
    project_id: int | None
    user_id: int | None
    batch: UUID | None
    keep_payload: bool
    priority: int
    max_attempts: int
    steps: list[str]
    run_after: datetime | None
    charged_to: datetime | None


async def insert_job(
    conn: db.Connection, common: Common, job: UUID, payload: str, dedupe: str | None
) -> str | None:
    """The owner; None when the key is taken."""
    given = msgspec.structs.asdict(common)
    return await db.fetch_value(  # type: ignore[no-any-return]
        conn, _INSERT_JOB, id=job, payload=payload, dedupe=dedupe, **given
    )


async def insert_jobs(
    conn: db.Connection, common: Common, jobs: list[UUID], payloads: list[str]
) -> str | None:
    """The owner they all have."""
    given = msgspec.structs.asdict(common)
    return await db.fetch_value(  # type: ignore[no-any-return]
        conn, _INSERT_JOBS, ids=jobs, payloads=payloads, **given
    )


async def insert_batch(conn: db.Connection, batch: UUID) -> None:
    await db.execute(conn, _INSERT_BATCH, id=batch)


async def find_by_key(conn: db.Connection, kind: str, dedupe: str) -> UUID | None:
    return await db.fetch_value(conn, _FIND_BY_KEY, kind=kind, dedupe=dedupe)  # type: ignore[no-any-return]


async def get_limit(conn: db.Connection, kind: str) -> Quota | None:
    """None: the settings say nothing about the kind."""
    found = await db.fetch_one(conn, _GET_LIMIT, _Limit, kind=kind)
    return Quota(found.most, timedelta(seconds=found.seconds)) if found else None


async def put_limits(conn: db.Connection, limits: Mapping[str, Quota]) -> None:
    """These, and no others."""
    await db.execute(conn, _DROP_LIMITS, kinds=list(limits))
    for kind, quota in limits.items():
        seconds = quota.period.total_seconds()
        await db.execute(conn, _PUT_LIMIT, kind=kind, most=quota.limit, seconds=seconds)


async def charge(
    conn: db.Connection, kind: str, user_id: int, start: datetime, count: int, limit: int
) -> bool:
    """False when the quota does not reach; then nothing was counted."""
    if count > limit:
        return False
    used = await db.fetch_value(
        conn, _CHARGE, kind=kind, user_id=user_id, period_start=start, count=count, limit=limit
    )
    return used is not None


async def release(conn: db.Connection, owner: str, queue: str) -> int:
    return int(await db.fetch_value(conn, _RELEASE, owner=owner, queue=queue))
