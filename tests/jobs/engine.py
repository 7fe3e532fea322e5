"""A worker inside the test, and what a test asks of the tables."""

import asyncio
import contextlib

from tests.jobs import samples
from trailpost import db as database
from trailpost import jobs
from trailpost.base.settings import Settings

EFFECT = "create table effect (job uuid, attempt int)"


def settings(url, **changed):
    given = {"job_lease_seconds": 2.0, "job_grace_seconds": 0.2} | changed
    return Settings(database_url=url, **given)


@contextlib.asynccontextmanager
async def working(url, declared=samples.JOBS, workers=1, **changed):
    """Engines in this process; yields a pool for the test's own calls."""
    stop = asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(database.open_pool(url, size=20))
        engines = [
            jobs.Engine(
                declared,
                settings(url, **changed),
                await stack.enter_async_context(database.open_pool(url, size=10)),
            )
            for _ in range(workers)
        ]
        tasks = [asyncio.create_task(engine.run(stop)) for engine in engines]
        pool.tasks = tasks
        pool.stop = stop
        try:
            yield pool
        finally:
            stop.set()
            await asyncio.gather(*tasks)


async def put(pool, job, work=None, **given):
    async with database.transaction(pool) as conn:
        return (await jobs.enqueue(conn, job, work or samples.Work(), **given)).id


async def look(pool, job):
    async with pool.connection() as conn:
        return await jobs.get(conn, job)


async def until(check, seconds=60):
    """`check()` may be a coroutine function."""
    async with asyncio.timeout(seconds):
        while True:
            found = check()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.01)


async def finished(pool, *ids, seconds=60):
    async def check():
        rows = [await look(pool, i) for i in ids]
        return rows if all(r.finished for r in rows) else None

    rows = await until(check, seconds)
    return rows if len(rows) > 1 else rows[0]


async def reached(pool, job, **wanted):
    async def check():
        row = await look(pool, job)
        return row if all(getattr(row, k) == v for k, v in wanted.items()) else None

    return await until(check)


def most_at_once(db):
    """Of all attempts that ended."""
    return db.execute(
        """select max((select count(*) from job_attempt other
                       where other.started_at <= one.started_at
                         and one.started_at < other.finished_at))
           from job_attempt one"""
    ).fetchone()[0]


async def no_tickets(pool):
    """Nothing is left on the road."""

    async def check():
        async with pool.connection() as conn:
            cursor = await conn.execute("select count(*) from procrastinate_jobs")
            return (await cursor.fetchone()) == (0,)

    await until(check)
