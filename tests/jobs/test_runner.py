import asyncio
from datetime import timedelta

import pytest

from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import Unavailable
from trailpost.base.feature import Job
from trailpost.base.settings import Settings


def worker(url):
    return jobs.Worker(settings=Settings(database_url=url), pool=None)


async def until(check, seconds=20):
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(0.01)


def job(name, run, every=timedelta(milliseconds=10)):
    return Job(name=name, every=every, run=run)


def test_a_job_runs_at_once_and_again_at_its_interval(database_url, run):
    seen = []

    async def note(worker):
        seen.append(worker.settings.database_url)

    async def main():
        stop = asyncio.Event()
        task = asyncio.create_task(jobs.run([job("note", note)], worker(database_url), stop))
        await until(lambda: len(seen) >= 3)
        stop.set()
        await task

    run(main())
    assert set(seen) == {database_url}


def test_a_second_worker_stands_by_and_takes_over(database_url, run):
    seen = []

    def noting(name):
        async def note(_):
            seen.append(name)

        return [job("note", note)]

    async def main():
        first, second = asyncio.Event(), asyncio.Event()
        one = asyncio.create_task(jobs.run(noting("one"), worker(database_url), first))
        await until(lambda: seen)
        two = asyncio.create_task(jobs.run(noting("two"), worker(database_url), second))
        await asyncio.sleep(0.2)
        assert set(seen) == {"one"}
        first.set()
        await one
        await until(lambda: "two" in seen)
        second.set()
        await two

    run(main())


@pytest.mark.parametrize("fault", [Unavailable("no"), OSError("disk"), database.Error("sql")])
def test_a_job_that_fails_is_due_again_and_disturbs_no_other(database_url, run, fault):
    failed, fine = [], []

    async def fail(_):
        failed.append(1)
        raise fault

    async def well(_):
        fine.append(1)

    async def main():
        stop = asyncio.Event()
        both = [job("fail", fail), job("well", well)]
        task = asyncio.create_task(jobs.run(both, worker(database_url), stop))
        await until(lambda: len(failed) >= 2 and len(fine) >= 2)
        stop.set()
        await task

    run(main())


def test_a_fault_nobody_foresaw_ends_the_worker(database_url, run):
    async def wrong(_):
        raise KeyError("bug")

    with pytest.raises(KeyError):
        run(jobs.run([job("wrong", wrong)], worker(database_url), asyncio.Event()))


def test_a_worker_that_lost_its_connection_takes_its_turn_again(db, database_url, run):
    began = []

    async def note(_):
        began.append(1)
        await asyncio.sleep(3600)

    async def main():
        stop = asyncio.Event()
        task = asyncio.create_task(jobs.run([job("note", note)], worker(database_url), stop))
        await until(lambda: began)
        db.execute(
            """select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'trailpost work' and datname = current_database()"""
        )
        await until(lambda: len(began) == 2)
        stop.set()
        await task

    run(main())


def test_a_worker_waits_for_a_database_that_is_away(run, tmp_path):
    async def main():
        stop = asyncio.Event()
        url = f"postgresql:///trailpost?host={tmp_path}&user=postgres"
        task = asyncio.create_task(jobs.run([], worker(url), stop))
        await asyncio.sleep(0.3)
        assert not task.done()
        stop.set()
        await task

    run(main())
