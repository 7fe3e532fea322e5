"""What people see: figures, history, pages of jobs, estimates, live progress."""

import asyncio
from datetime import timedelta

from tests.jobs import samples
from tests.jobs.engine import finished, look, put, reached, settings, until, working
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs


def test_there_is_no_estimate_before_five_runs_went_well(database_url, run):
    async def estimate(pool, job):
        async with pool.connection() as conn:
            return await jobs.eta(conn, await jobs.get(conn, job))

    async def main():
        async with working(database_url) as pool:
            for n in range(5):
                waiting = await put(pool, samples.four, Work(seconds=600), variant="m")
                await reached(pool, waiting, step="parsing")
                assert await estimate(pool, waiting) is None, n
                async with pool.connection() as conn:
                    await jobs.cancel(conn, waiting)
                done = await put(pool, samples.four, Work(seconds=0.05), variant="m")
                await finished(pool, done)
                assert await estimate(pool, done) is None
            running = await put(pool, samples.four, Work(seconds=600), variant="m")
            await reached(pool, running, step="parsing")
            found = await estimate(pool, running)
            assert timedelta(0) <= found.p50 <= found.p90
            assert found.p90 > timedelta(0)
            other = await put(pool, samples.four, Work(seconds=600), variant="another model")
            assert await estimate(pool, other) is None

    run(main())


def test_a_queues_figures_count_what_happened(database_url, run):
    async def main():
        async with working(database_url) as pool:
            for work in [Work()] * 3 + [Work(fail=1)] + [Work(fail=1, permanent=True)]:
                await finished(pool, await put(pool, samples.four, work))
            async with pool.connection() as conn:
                await jobs.pause(conn, "default")
                await put(pool, samples.four)
                (found,) = await jobs.figures(conn)
            assert (found.completed, found.failed, found.retries, found.lost) == (4, 1, 1, 0)
            assert (found.waiting, found.running, found.paused) == (1, 0, True)
            assert found.success_rate == 0.8
            assert found.oldest_waiting is not None
            assert found.wait_p50 <= found.wait_p95
            assert found.run_p50 <= found.run_p95

    run(main())


def test_a_queue_without_jobs_has_no_made_up_figures(database_url, run):
    async def main():
        async with working(database_url) as pool:

            async def figures():
                async with pool.connection() as conn:
                    return await jobs.figures(conn)

            (found,) = await until(figures)
            assert found.success_rate is found.wait_p50 is found.run_p95 is None

    run(main())


def test_jobs_are_listed_page_by_page_newest_first(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = [await put(pool, samples.noop, user=n % 2) for n in range(7)]
            async with pool.connection() as conn:
                first = await jobs.list_jobs(conn, limit=4)
                rest = await jobs.list_jobs(conn, limit=4, before=first[-1].id)
                mine = await jobs.list_jobs(conn, user=1, status="PENDING", kind="noop")
            assert sorted(made) == sorted(r.id for r in first + rest)
            assert len(first) == 4
            assert len(mine) == 3

    run(main())


def test_a_watcher_sees_every_step_and_the_end(database_url, run):
    async def main():
        async with working(database_url) as pool:
            watch = jobs.Watch(database_url, pool)
            listening = asyncio.create_task(watch.run())
            made = await put(pool, samples.four, Work(seconds=0.1))
            seen = [row async for row in watch.follow(made)]
            assert [r.version for r in seen] == sorted({r.version for r in seen})
            assert {"parsing", "thinking", "checking", "saving"} <= {r.step for r in seen}
            assert [r.progress for r in seen] == sorted(r.progress for r in seen)
            assert (seen[-1].status, seen[-1].progress) == ("COMPLETED", 1.0)
            # Who comes back with the last version is told nothing twice.
            assert [r async for r in watch.follow(made, seen[-1].version)] == []
            assert [r.version async for r in watch.follow(made, 0)] == [seen[-1].version]
            listening.cancel()

    run(main())


def test_new_jobs_are_heard_of_at_once_and_many_as_one(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            watch = jobs.Watch(database_url, pool)
            listening = asyncio.create_task(watch.run())
            await until(lambda: watch.heard)
            begin = watch.heard
            made = await put(pool, samples.noop)
            await until(lambda: watch.heard == begin + 1)
            async with database.transaction(pool) as conn:
                await jobs.enqueue_many(conn, samples.noop, [Work()] * 500, user=1)
            await until(lambda: watch.heard == begin + 2)
            async with pool.connection() as conn:
                await jobs.cancel(conn, made)
            await until(lambda: watch.heard == begin + 3)
            listening.cancel()

    run(main())


def test_a_watcher_goes_on_when_its_connection_is_cut(db, database_url, run):
    async def main():
        async with working(database_url) as pool:
            watch = jobs.Watch(database_url, pool)
            listening = asyncio.create_task(watch.run())
            made = await put(pool, samples.four, Work(seconds=0.3))
            await reached(pool, made, step="parsing")
            cut = """select pg_terminate_backend(pid) from pg_stat_activity
                     where application_name = 'trailpost watch' and datname = current_database()"""
            await until(lambda: db.execute(cut).fetchall())
            seen = [row async for row in watch.follow(made)]
            assert seen[-1].status == "COMPLETED"
            listening.cancel()

    run(main())


def test_finished_jobs_are_forgotten_after_their_time(db, database_url, run):
    async def main():
        async with working(database_url) as pool:
            old, new = await put(pool, samples.noop), await put(pool, samples.noop)
            await finished(pool, old, new)
            db.execute("update job set finished_at = now() - interval '31 d' where id = %s", [old])
            await jobs.rehearse(
                jobs.FEATURE.jobs[0], jobs.Nothing(), settings=settings(""), pool=pool
            )
            assert (await look(pool, new)).status == "COMPLETED"

    run(main())
    assert db.execute("select count(*) from job").fetchone() == (1,)
    assert db.execute("select count(*) from job_attempt").fetchone() == (1,)
