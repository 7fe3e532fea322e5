"""Every second: the runs that schedules ask for, and the jobs whose waiting time is over."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.jobs.declare import Job
from trailpost.jobs.engine import keeper
from trailpost.jobs.enqueue import enqueue
from trailpost.jobs.outage import Outage
from trailpost.jobs.rules import cron
from trailpost.jobs.store import scheduling
from trailpost.jobs.wire import Enqueued, ScheduleRow

if TYPE_CHECKING:
    from trailpost.jobs.engine import Engine

_log = log.get(__name__)
_EVERY = 1.0
_LONGEST_PAUSE = 5.0
# A tick noticed later than this was missed, not late.
_LATE = timedelta(seconds=60)
# More runs than this are not made up for, however long everything was down.
_MOST = 1000


async def run(engine: Engine) -> None:
    """Until cancelled."""
    away = Outage(_log, "schedules wait", longest=_LONGEST_PAUSE)
    while True:
        pause = _EVERY
        try:
            await tick(engine)
            async with engine.pool.connection() as conn:
                await keeper.release_due(conn)
            away.over()
        except (db.Error, Unavailable) as e:
            if isinstance(e, db.Error) and not db.is_away(e):
                raise
            pause = away.pause(e)
        await asyncio.sleep(pause)


async def declare(engine: Engine, conn: db.Connection) -> None:
    """Make the table say what the code says. Ticks that were missed meanwhile stay due."""
    now = engine.now()
    for job in engine.jobs.values():
        if job.schedule:
            following = cron.next_tick(job.schedule.cron, job.schedule.time_zone, now)
            first = now if job.schedule.at_once else following
            await scheduling.put_schedule(conn, job.kind, job.schedule, first, following)
    await scheduling.drop_schedules(conn, [j.kind for j in engine.jobs.values() if j.schedule])


async def tick(engine: Engine) -> int:
    """Make the runs that are due now; each tick's is made by one worker. Returns how many."""
    made = 0
    async with db.transaction(engine.pool) as conn:
        for row in await scheduling.due_schedules(conn, engine.now()):
            job = engine.jobs.get(row.kind)
            if job:
                made += await _make(engine, conn, row, job)
    return made


async def _make(engine: Engine, conn: db.Connection, row: ScheduleRow, job: Job[Any, Any]) -> int:
    now = engine.now()
    # After a year's pause a minute's schedule has missed half a million.
    due = await asyncio.to_thread(cron.ticks, row.cron, row.time_zone, row.next_tick, now)
    wanted = {
        "each": due[-_MOST:],
        "once": due[-1:],
        "skip": [t for t in due[-1:] if now - t < _LATE],
    }[row.catch_up]
    runs = [
        await enqueue(
            conn,
            job,
            job.payload(),
            # Without catching up each, a run that is still going on is this tick's run as well.
            key=f"tick {t.isoformat()}" if row.catch_up == "each" else "tick",
        )
        for t in wanted
    ]
    new: list[Enqueued] = [r for r in runs if r.new]
    await scheduling.move_schedule(
        conn,
        row.name,
        last=due[-1],
        following=cron.next_tick(row.cron, row.time_zone, due[-1]),
        job=new[-1].id if new else None,
        skipped=len(due) - len(new),
    )
    return len(new)
