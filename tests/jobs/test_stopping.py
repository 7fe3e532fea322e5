"""A worker that is asked to stop does, whatever its jobs do, and within a time that is known."""

import asyncio
import os
import random
import signal
import time

import pytest

from tests.jobs import samples
from tests.jobs.engine import EFFECT, finished, look, no_tickets, put, reached
from tests.jobs.processes import Worker, worker
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs

pytestmark = pytest.mark.timeout(600)
GRACE = 0.2
# As tests/jobs/worker.py sets it, and what a loaded machine needs on top.
LIMIT = GRACE + 8 + 20


def stopped(process):
    """Its exit status, and that it came in time."""
    process.send(signal.SIGTERM)
    began = time.monotonic()
    status = process.process.wait(LIMIT)
    assert time.monotonic() - began < LIMIT
    return status


@pytest.mark.parametrize(
    ("job", "status"),
    [
        (samples.four, 0),
        (samples.computing, 0),
        # What cannot be cancelled can only be ended with the process.
        (samples.deaf, 1),
        (samples.threaded, 1),
        (samples.blocking, 1),
    ],
    ids=lambda v: getattr(v, "kind", v),
)
def test_no_job_keeps_a_worker_from_stopping(job, status, database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = await put(pool, job, Work(seconds=600))
            with worker(database_url, job_grace_seconds=GRACE) as one:
                await reached(pool, made, status="PROCESSING", step=job.step_names[0])
                assert await asyncio.to_thread(stopped, one) == status
            if job in (samples.deaf, samples.blocking):
                # It never let go: the lease runs out, and that costs an attempt.
                assert (await look(pool, made)).status == "PROCESSING"
            else:
                row = await look(pool, made)
                assert (row.status, row.attempt) == ("PENDING", 0)

    run(main())


def test_what_a_stopped_worker_left_another_takes_up(database_url, db, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = await put(pool, samples.four, Work(seconds=0.3))
            with worker(database_url, job_grace_seconds=0) as one:
                await reached(pool, made, step="parsing")
                await asyncio.to_thread(one.stop)
            with worker(database_url):
                row = await finished(pool, made)
            assert (row.status, row.attempt, row.lost) == ("COMPLETED", 1, 0)
            outcomes = "select outcome from job_attempt order by number"
            assert db.execute(outcomes).fetchall() == [("RELEASED",), ("COMPLETED",)]

    run(main())


def test_a_worker_under_load_stops_at_any_moment(database_url, db, run, request):
    """While it imports, connects, fetches, starts, computes, ends; jobs lose no attempt by it."""
    rounds = 50 if request.config.getoption("soak") else 6
    luck = random.Random(11)
    db.execute(EFFECT)
    kinds = (samples.noop, samples.storing, samples.capped, samples.computing)

    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            for _ in range(rounds):
                async with database.transaction(pool) as conn:
                    for user, kind in enumerate(kinds):
                        work = [Work(seconds=luck.choice([0, 0.01, 0.2]))] * 10
                        await jobs.enqueue_many(conn, kind, work, user=user)
                one = Worker(database_url, job_grace_seconds=GRACE)
                try:
                    await asyncio.sleep(luck.random() * 2.5)
                    # Before it listens to the signal at all, the signal itself ends it.
                    assert await asyncio.to_thread(stopped, one) in (0, -signal.SIGTERM)
                finally:
                    one.kill()
            with worker(database_url):
                await drained(db)
                await no_tickets(pool)

    run(main())
    assert db.execute("select distinct status, attempt, lost from job").fetchall() == [
        ("COMPLETED", 1, 0)
    ]
    assert db.execute("select count(*), count(distinct job) from effect").fetchone() == (
        10 * rounds,
        10 * rounds,
    )


async def drained(db):
    async with asyncio.timeout(300):
        while db.execute("select 1 from job where finished_at is null limit 1").fetchone():
            await asyncio.sleep(0.05)


def test_sigint_stops_it_as_well(database_url):
    with worker(database_url) as one:
        time.sleep(1.5)
        os.kill(one.process.pid, signal.SIGINT)
        assert one.process.wait(LIMIT) in (0, -signal.SIGINT, 130)
