"""Workers are killed, frozen, cut off; a job still ends once, and its effect is there once."""

import asyncio
import random
import signal

import pytest

from tests.jobs import samples
from tests.jobs.engine import (
    EFFECT,
    finished,
    look,
    no_tickets,
    put,
    reached,
    until,
    working,
)
from tests.jobs.postgres import Server
from tests.jobs.processes import Worker, worker
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import Conflict

pytestmark = pytest.mark.timeout(300)
POINTS = ["fetched", "started", *(f"step:{n}" for n, _ in samples.STEPS), "ran", "ending", "ended"]


@pytest.fixture
def effects(db):
    db.execute(EFFECT)
    return lambda: db.execute("select job, attempt from effect").fetchall()


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_there_costs_no_result_and_doubles_none(
    point, database_url, db, effects, run
):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = await put(pool, samples.storing, Work("x"), user=1)
            with worker(database_url, die_at=point) as dying:
                await asyncio.to_thread(dying.died)
            assert len(effects()) == (point == "ended")
            with worker(database_url):
                row = await finished(pool, made)
                await no_tickets(pool)
            assert row.status == "COMPLETED"
            assert effects() == [(made, row.attempt)]
            assert row.lost == (point not in ("fetched", "ended"))

    run(main())


def test_a_frozen_worker_that_wakes_up_completes_nothing_a_second_time(database_url, effects, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            with worker(database_url) as first:
                made = await put(pool, samples.storing, Work(seconds=0.4))
                await reached(pool, made, step="thinking")
                first.send(signal.SIGSTOP)
                with worker(database_url) as second:
                    row = await finished(pool, made)
                    assert (row.status, row.attempt, row.lost) == ("COMPLETED", 2, 1)
                    first.send(signal.SIGCONT)
                    await asyncio.sleep(1.0)
                    assert effects() == [(made, 2)]
                    assert (await look(pool, made)).version == row.version
                    second.stop()
                # It is of use again.
                again = await put(pool, samples.storing)
                assert (await finished(pool, again)).status == "COMPLETED"
            assert len(effects()) == 2

    run(main())


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "crash"])
def test_a_job_survives_a_restart_of_postgres_in_its_middle(how, scratch, run):
    server = Server(scratch / f"pg{how}")

    async def main():
        async with working(server.url, job_lease_seconds=6) as pool:
            async with pool.connection() as conn:
                await conn.execute(EFFECT)
            made = await put(pool, samples.storing, Work(seconds=0.4))
            await reached(pool, made, step="thinking")
            await asyncio.to_thread(server.stop, how)
            await asyncio.sleep(1.0)
            await asyncio.to_thread(server.start)
            row = await finished(pool, made, seconds=90)
            assert (row.status, row.attempt) == ("COMPLETED", 1)
            # And tickets come again.
            assert (await finished(pool, await put(pool, samples.noop))).status == "COMPLETED"
            await no_tickets(pool)

    try:
        run(main())
        with server.connect("trailpost") as conn:
            assert conn.execute("select count(*) from effect").fetchone() == (1,)
    finally:
        server.stop()


class Chance:
    """Work at random, the same on every run."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    async def add(self, pool, count):
        return [await put(pool, **self.one()) for _ in range(count)]

    def one(self):
        pick = self.random.choice
        return {
            "job": pick([samples.storing, samples.four, samples.four]),
            "work": Work(seconds=0.002, fail=pick([0, 0, 0, 1, 99])),
            "user": self.random.randrange(20),
            "priority": jobs.Priority(self.random.randrange(4)),
        }

    async def cancel(self, pool, ids, count):
        for job in self.random.sample(ids, count):
            await cancelled(pool, job)


async def cancelled(pool, job):
    async with pool.connection() as conn:
        try:
            await jobs.cancel(conn, job)
        except Conflict:
            return False
    return True


def test_every_job_ends_in_exactly_one_way_whatever_happens(database_url, db, effects, run):
    """500 jobs of 20 users; failures, cancels and kills as they come."""
    unfinished = "select 1 from job where finished_at is null limit 1"
    chance = Chance(7)

    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            ids, crew = [], [Worker(database_url), Worker(database_url)]
            for _ in range(5):
                made = await chance.add(pool, 100)
                await chance.cancel(pool, made, 8)
                crew.pop(0).kill()
                crew.append(Worker(database_url))
                ids += made
            await until(lambda: not db.execute(unfinished).fetchall(), seconds=200)
            await no_tickets(pool)
            for one in crew:
                one.stop()
            return ids

    ids = run(main())
    rows = db.execute(
        """select status, kind, id, (select count(*) from job_attempt a where a.job_id = job.id
           and a.outcome in ('COMPLETED', 'FAILED', 'CANCELLED')) from job"""
    ).fetchall()
    assert len(rows) == len(ids) == 500
    completed = {i for status, kind, i, _ in rows if (status, kind) == ("COMPLETED", "storing")}
    assert sorted(completed) == sorted(job for job, _ in effects())
    # One that waited when it was cancelled never had an attempt that ended it.
    assert all(ended <= 1 for *_, ended in rows)
    assert all(ended == 1 for status, *_, ended in rows if status == "COMPLETED")


def test_of_cancel_and_finish_exactly_one_wins(database_url, db, effects, run):
    """A thousand times; sometimes the one, sometimes the other."""

    async def race(pool, told, n):
        made = await put(pool, samples.storing, user=n % 5)
        await asyncio.sleep(random.random() * 0.15)
        told[made] = await cancelled(pool, made)

    async def main():
        told = {}
        async with working(database_url, job_lease_seconds=20) as pool:
            for start in range(0, 1000, 10):
                await asyncio.gather(*(race(pool, told, start + i) for i in range(10)))
            rows = {i: (await finished(pool, i)).status for i in told}
            await no_tickets(pool)
        return told, rows

    told, rows = run(main())
    assert {(told[i], rows[i]) for i in told} == {(True, "CANCELLED"), (False, "COMPLETED")}
    assert {job for job, _ in effects()} == {i for i, s in rows.items() if s == "COMPLETED"}
    assert len(effects()) == len({job for job, _ in effects()})
