"""A job's life on a worker, and what keepers do for workers that died."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.jobs.wire import Ending, Started

_SQL = "trailpost.jobs.sql"


class Renewed(msgspec.Struct, frozen=True):
    token: int
    cancel_requested: bool


class Expired(msgspec.Struct, frozen=True):
    id: UUID
    token: int
    owner: str
    queue: str
    kind: str


class DueOwner(msgspec.Struct, frozen=True):
    owner: str
    queue: str


_START_JOB = db.query(_SQL, "start_job", Started)
_MOVE_JOB = db.query(_SQL, "move_job")
_END_ATTEMPT = db.query(_SQL, "end_attempt")
_SETTLE = db.query(_SQL, "settle")
_RENEW_LEASES = db.query(_SQL, "renew_leases", Renewed)
_EXPIRED_LEASES = db.query(_SQL, "expired_leases", Expired)
_SWEEP = db.query(_SQL, "sweep")
_DUE_OWNERS = db.query(_SQL, "due_owners", DueOwner)
_UNPARK = db.query(_SQL, "unpark")
_PUT_OFF = db.query(_SQL, "put_off")
_REGISTER_QUEUE = db.query(_SQL, "register_queue")


async def start_job(
    conn: db.Connection,
    job: UUID,
    ticket: int,
    *,
    kind: str,
    concurrency: int | None,
    lease: float,
    worker: str,
) -> Started | None:
    return await db.fetch_one(
        conn,
        _START_JOB,
        Started,
        id=job,
        ticket=ticket,
        kind=kind,
        concurrency=concurrency,
        lease=lease,
        worker=worker,
    )


async def move_job(
    conn: db.Connection, held: Started, step: str, within: float, progress: float, lease: float
) -> bool:
    """False: cancelled, or held by somebody else."""
    moved = await db.execute(
        conn,
        _MOVE_JOB,
        id=held.id,
        token=held.token,
        step=step,
        within=within,
        progress=progress,
        lease=lease,
    )
    return moved == 1


async def end_attempt(
    conn: db.Connection,
    job: UUID,
    token: int,
    wish: Ending,
    *,
    result: str | None = None,
    error: str | None = None,
    again: float = 0.0,
    seconds: Sequence[float] = (),
) -> str | None:
    """`again`: seconds until the next attempt. Returns the status; None when the token is stale."""
    return await db.fetch_value(  # type: ignore[no-any-return]
        conn,
        _END_ATTEMPT,
        id=job,
        token=token,
        wish=wish,
        result=result,
        error=error,
        again=again,
        seconds=list(seconds),
    )


async def settle(conn: db.Connection, owner: str, queue: str, kind: str, *, capped: bool) -> int:
    return int(
        await db.fetch_value(conn, _SETTLE, owner=owner, queue=queue, kind=kind, capped=capped)
    )


async def renew_leases(
    conn: db.Connection, jobs: list[UUID], tokens: list[int], lease: float
) -> list[Renewed]:
    return await db.fetch(conn, _RENEW_LEASES, Renewed, ids=jobs, tokens=tokens, lease=lease)


async def expired_leases(conn: db.Connection) -> list[Expired]:
    return await db.fetch(conn, _EXPIRED_LEASES, Expired)


async def sweep(conn: db.Connection, stalled: float) -> int:
    """`stalled`: seconds without a sign of life after which a worker counts as dead."""
    return int(await db.fetch_value(conn, _SWEEP, stalled=stalled))


async def due_owners(conn: db.Connection) -> list[DueOwner]:
    return await db.fetch(conn, _DUE_OWNERS, DueOwner)


async def unpark(conn: db.Connection, kind: str, concurrency: int) -> int:
    return int(await db.fetch_value(conn, _UNPARK, kind=kind, concurrency=concurrency))


async def put_off(conn: db.Connection, job: UUID, ticket: int) -> None:
    await db.execute(conn, _PUT_OFF, id=job, ticket=ticket)


async def register_queue(conn: db.Connection, name: str, share: int) -> None:
    await db.execute(conn, _REGISTER_QUEUE, name=name, share=share)
