"""Processes that compute: what becomes of them, of their errors, and of those nobody waits for."""

import asyncio
import contextlib
import os
import signal
import time
from functools import partial

import psutil
import pytest

from tests.jobs.engine import finished, put, reached, until, working
from tests.jobs.samples import Work, computing
from trailpost import jobs
from trailpost.base.errors import TrailpostError
from trailpost.jobs.engine.crunch import Crunch


def refuse():
    raise ValueError("no good")


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def slow_pid(path):
    path.write_text(str(os.getpid()))
    time.sleep(600)


async def pid_in(path):
    return int(await until(lambda: path.exists() and path.read_text()))


def gone(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@pytest.fixture
def crunch(run):
    """Call it with a coroutine function that takes one."""

    def go(use, places=2):
        async def main():
            made = Crunch(places)
            try:
                return await use(made)
            finally:
                made.close()

        return run(main())

    return go


def test_results_and_errors_come_from_another_process_that_is_used_again(crunch):
    async def use(made):
        first = await made.run(os.getpid)
        with pytest.raises(ValueError, match="no good"):
            await made.run(refuse)
        return first, await made.run(os.getpid)

    first, second = crunch(use)
    assert first == second != os.getpid()


def test_no_more_compute_at_once_than_there_are_places(crunch):
    async def use(made):
        return await asyncio.gather(*(made.run(os.getpid) for _ in range(10)))

    assert len(set(crunch(use, places=2))) <= 2


def test_work_that_kills_its_process_harms_no_other(crunch):
    async def use(made):
        with pytest.raises(TrailpostError, match="the process that computed it died"):
            await made.run(die)
        return await made.run(os.getpid)

    assert crunch(use, places=1)


def test_a_process_that_died_while_nobody_needed_it_is_replaced(crunch):
    async def use(made):
        first = await made.run(os.getpid)
        os.kill(first, signal.SIGKILL)
        await until(lambda: gone(first))
        assert await made.run(os.getpid) != first

    crunch(use)


def test_cancelled_work_ends_and_its_place_is_free(crunch, tmp_path):
    async def use(made):
        work = asyncio.create_task(made.run(partial(slow_pid, tmp_path / "pid")))
        pid = await pid_in(tmp_path / "pid")
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await until(lambda: gone(pid))
        return await made.run(os.getpid)

    assert crunch(use, places=1)


def test_closing_ends_what_still_computes(crunch, tmp_path):
    async def use(made):
        work = asyncio.create_task(made.run(partial(slow_pid, tmp_path / "pid")))
        pid = await pid_in(tmp_path / "pid")
        made.close()
        with pytest.raises(TrailpostError):
            await work
        await until(lambda: gone(pid))

    crunch(use)


def test_a_cancelled_job_computes_no_longer(database_url, run):
    """On every place that there is, so that the next job would wait for ever."""
    places = os.cpu_count()

    async def main():
        async with working(database_url, job_concurrency=places + 1) as pool:
            made = [await put(pool, computing, Work(seconds=600)) for _ in range(places)]
            for one in made:
                await reached(pool, one, step="burning")
            await until(lambda: len(spawned()) == places)
            async with pool.connection() as conn:
                for one in made:
                    await jobs.cancel(conn, one)
            assert {r.status for r in await finished(pool, *made, made[0])} == {"CANCELLED"}
            await until(lambda: not spawned())
            row = await finished(pool, await put(pool, computing, Work(seconds=0.01)))
            assert row.status == "COMPLETED"

    run(main())


def spawned():
    """Processes that compute for this one."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
            if "spawn_main" in " ".join(child.cmdline()):
                found.append(child.pid)
    return found
