"""On a connection of its own: keep this worker's leases, and clear up after workers that died."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from trailpost import db
from trailpost.base import log
from trailpost.jobs.engine.attempt import Why
from trailpost.jobs.outage import Outage
from trailpost.jobs.store import running

if TYPE_CHECKING:
    from trailpost.jobs.engine import Engine

_log = log.get(__name__)
_GONE = "its worker died or stood still"


async def run(engine: Engine) -> None:
    """Every quarter of a lease, until cancelled."""
    beat = engine.settings.job_lease_seconds / 4
    # After an outage every lease looks old: others get the time to renew theirs first.
    patience = 0.0
    # Soon again: leases run out meanwhile.
    away = Outage(_log, "leases cannot be renewed", longest=min(1.0, beat))
    while True:
        reason: db.Error | str = "the connection ended"
        try:
            async with await db.connect(
                engine.settings.database_url, application="trailpost keeper"
            ) as conn:
                away.over()
                await _keep(engine, conn, beat, patience)
        except db.Error as e:
            if not db.is_away(e):
                raise
            reason = e
        patience = 2 * beat
        await asyncio.sleep(away.pause(reason))


async def leave(engine: Engine, seconds: float) -> None:
    """The last thing a worker does: nothing it fetched and did not start stays behind.

    What cannot be done in time, another worker's keeper does.
    """
    try:
        async with asyncio.timeout(seconds), engine.pool.connection() as conn:
            await clear_up(engine, conn)
    except TimeoutError:
        _log.warning("not everything was cleared up in time")
    except db.Error as e:
        if not db.is_away(e):
            raise


async def _keep(engine: Engine, conn: db.Connection, beat: float, patience: float) -> None:
    loop = asyncio.get_running_loop()
    expire_from = loop.time() + patience
    while True:
        await renew(engine, conn)
        if loop.time() >= expire_from:
            await expire(engine, conn)
        await clear_up(engine, conn)
        await asyncio.sleep(beat)


async def renew(engine: Engine, conn: db.Connection) -> None:
    """A job that is ours no more is stopped here; its end would not be stored anyway."""
    mine = list(engine.live.values())
    if not mine:
        return
    found = await running.renew_leases(
        conn,
        [live.held.id for live in mine],
        [live.held.token for live in mine],
        engine.settings.job_lease_seconds,
    )
    kept = {renewed.token: renewed.cancel_requested for renewed in found}
    for live in mine:
        if live.held.token not in kept:
            # Also when it ended this very moment; then stopping it does nothing.
            live.stop(Why.LOST)
        elif kept[live.held.token]:
            live.stop(Why.CANCEL)


async def expire(engine: Engine, conn: db.Connection) -> None:
    """A crash costs an attempt, so a job that kills its worker does not go round for ever."""
    for lost in await running.expired_leases(conn):
        job = engine.jobs.get(lost.kind)
        async with conn.transaction():
            status = await running.end_attempt(conn, lost.id, lost.token, "LOST", error=_GONE)
            if status:
                capped = job is not None and job.concurrency is not None
                await running.settle(conn, lost.owner, lost.queue, lost.kind, capped=capped)
                _log.warning("lease ran out", job=str(lost.id), kind=lost.kind, status=status)


async def clear_up(engine: Engine, conn: db.Connection) -> None:
    """Tickets of the dead, owners whose time has come, kinds that have places again."""
    await running.sweep(conn, engine.settings.job_lease_seconds)
    await release_due(conn)
    for job in engine.jobs.values():
        if job.concurrency is not None:
            await running.unpark(conn, job.kind, job.concurrency)


async def release_due(conn: db.Connection) -> None:
    for due in await running.due_owners(conn):
        await running.settle(conn, due.owner, due.queue, "", capped=False)
