"""From enqueue to the end: states, attempts, results."""

import asyncio
import os
import uuid

import msgspec
import pytest

from tests.jobs import samples
from tests.jobs.engine import (
    finished,
    look,
    most_at_once,
    no_tickets,
    put,
    reached,
    until,
    working,
)
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import Conflict, NotFound


def test_a_job_runs_and_its_result_is_kept(database_url, run):
    async def main():
        async with working(database_url) as pool:
            row = await finished(pool, await put(pool, samples.noop, Work("a"), user=7, project=1))
            assert (row.status, row.result, row.progress) == (
                "COMPLETED",
                '{"name": "a", "attempt": 1}',
                1.0,
            )
            await no_tickets(pool)

    run(main())


def test_a_job_of_a_transaction_that_rolls_back_never_was(db, database_url, run):
    async def main():
        conn = await database.connect(database_url)
        async with conn, conn.transaction(force_rollback=True):
            await jobs.enqueue(conn, samples.noop, Work())

    run(main())
    for table in ("job", "procrastinate_jobs"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,)


def test_a_job_that_fails_is_tried_again_until_it_works(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.four, Work(fail=2))
            row = await finished(pool, made)
            assert (row.status, row.attempt) == ("COMPLETED", 3)
            async with pool.connection() as conn:
                tries = await jobs.history(conn, made)
            assert [(t.outcome, t.attempt) for t in tries] == [
                ("RETRIED", 1),
                ("RETRIED", 2),
                ("COMPLETED", 3),
            ]
            assert tries[0].error == "Unavailable: not now"
            assert len(tries[2].seconds) == 4

    run(main())


def test_after_its_last_attempt_a_job_has_failed(database_url, run):
    async def main():
        async with working(database_url) as pool:
            row = await finished(pool, await put(pool, samples.four, Work(fail=99)))
            assert (row.status, row.attempt, row.error) == ("FAILED", 5, "Unavailable: not now")

    run(main())


def test_a_permanent_error_is_not_tried_again(database_url, run):
    async def main():
        async with working(database_url) as pool:
            row = await finished(pool, await put(pool, samples.four, Work(fail=9, permanent=True)))
            assert (row.status, row.attempt, row.error) == ("FAILED", 1, "Wrong: no good")

    run(main())


def test_what_the_other_side_asks_for_decides_when_it_is_tried_again(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.four, Work(fail=1, retry_after=3600))
            row = await reached(pool, made, status="PENDING", attempt=1)
            assert 3590 < (row.run_after - row.created_at).total_seconds() < 4000

    run(main())


def test_a_step_that_takes_too_long_fails_the_attempt(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.slow_step, Work(seconds=30))
            other = await put(pool, samples.slow, Work(seconds=30))
            row, whole = await finished(pool, made, other)
            assert (row.status, row.attempt) == ("FAILED", 2)
            assert row.error == "TimeoutError: took too long in first"
            assert (whole.status, whole.error) == ("FAILED", "TimeoutError: took too long")

    run(main())


def test_a_waiting_job_is_cancelled_at_once(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = await put(pool, samples.noop, user=1)
            async with pool.connection() as conn:
                row = await jobs.cancel(conn, made, user=1)
                assert row.status == "CANCELLED"
                with pytest.raises(Conflict):
                    await jobs.cancel(conn, made)
            await no_tickets(pool)

    run(main())


def test_a_running_job_is_cancelled_in_the_middle_of_a_step(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.four, Work(seconds=600))
            await reached(pool, made, step="parsing")
            async with pool.connection() as conn:
                await jobs.cancel(conn, made)
            row = await finished(pool, made)
            assert (row.status, row.attempt, row.result) == ("CANCELLED", 1, None)
            await no_tickets(pool)

    run(main())


def test_only_the_owner_may_look_and_cancel(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = await put(pool, samples.noop, user=1)
            async with pool.connection() as conn:
                for call in (jobs.get, jobs.cancel, jobs.retry):
                    with pytest.raises(NotFound):
                        await call(conn, made, user=2)
                with pytest.raises(NotFound):
                    await jobs.get(conn, uuid.uuid4())

    run(main())


def test_a_key_is_held_by_one_job_until_it_ends(database_url, run):
    async def main():
        async with working(database_url) as pool:
            first = await put(pool, samples.four, Work(seconds=0.1), key="k")
            assert await put(pool, samples.four, key="k") == first
            await finished(pool, first)
            assert await put(pool, samples.four, key="k") != first

    run(main())


def test_a_failed_job_can_be_run_again(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.four, Work(fail=1, permanent=True))
            assert (await finished(pool, made)).status == "FAILED"
            async with pool.connection() as conn:
                await jobs.retry(conn, made)
            row = await finished(pool, made)
            assert (row.status, row.attempt) == ("COMPLETED", 2)

    run(main())


@pytest.mark.parametrize("ending", ["FAILED", "CANCELLED"])
def test_a_kind_that_drops_its_payload_says_so_when_it_is_to_be_run_again(
    ending, db, database_url, run
):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, DROPPING[ending], Work("secret", seconds=30))
            async with pool.connection() as conn:
                if ending == "CANCELLED":
                    await jobs.cancel(conn, made)
                assert (await finished(pool, made)).status == ending
                with pytest.raises(Conflict, match="drops its payload when it ends"):
                    await jobs.retry(conn, made)

    run(main())
    assert db.execute("select payload from job").fetchall() == [(None,)]


DROPPING = {
    "FAILED": samples.slow,
    "CANCELLED": msgspec.structs.replace(samples.four, keep_payload=False),
}


def test_a_payload_is_kept_unless_its_kind_says_otherwise(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.slow_step, Work(seconds=30))
            assert (await finished(pool, made)).status == "FAILED"
            async with pool.connection() as conn:
                assert (await jobs.retry(conn, made, attempts=1)).status == "PENDING"
            row = await finished(pool, made)
            assert (row.status, row.attempt) == ("FAILED", 3)

    run(main())


def test_why_a_job_cannot_be_run_again_is_said(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            first = await put(pool, samples.four, key="k")
            async with pool.connection() as conn:
                with pytest.raises(Conflict, match="only a job that failed or was cancelled"):
                    await jobs.retry(conn, first)
                await jobs.cancel(conn, first)
                await put(pool, samples.four, key="k")
                with pytest.raises(Conflict, match="another job with the same key"):
                    await jobs.retry(conn, first)
                assert (await jobs.get(conn, first)).status == "CANCELLED"

    run(main())


def test_a_batch_knows_how_far_it_is(database_url, run):
    async def main():
        async with working(database_url) as pool:
            async with database.transaction(pool) as conn:
                batch = await jobs.enqueue_many(
                    conn, samples.noop, [Work(str(i)) for i in range(50)]
                )

            async def done():
                async with pool.connection() as conn:
                    found = await jobs.batch_progress(conn, batch)
                return found if found.completed == 50 else None

            assert (await until(done)).progress == 1.0

    run(main())


def test_the_kinds_limit_holds_over_all_workers(db, database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            work = Work(seconds=0.03)
            ids = [await put(pool, samples.capped, work, user=i % 5) for i in range(40)]
        async with working(database_url, workers=2) as pool:
            await finished(pool, *ids)
            await no_tickets(pool)

    run(main())
    assert most_at_once(db) == 3


def test_a_paused_queue_starts_nothing_even_with_tickets_out(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            early = await put(pool, samples.noop)
            async with pool.connection() as conn:
                await jobs.pause(conn, "default")
            late = await put(pool, samples.noop)
        async with working(database_url) as pool:
            await asyncio.sleep(0.3)
            assert [(await look(pool, i)).status for i in (early, late)] == ["PENDING"] * 2
            async with pool.connection() as conn:
                await jobs.resume(conn, "default")
            rows = await finished(pool, early, late)
            assert {r.status for r in rows} == {"COMPLETED"}

    run(main())


def test_a_pause_outlives_the_workers_and_lets_running_jobs_end(database_url, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            async with working(database_url, job_grace_seconds=60) as inside:
                running = await put(inside, samples.four, Work(seconds=0.2))
                await reached(inside, running, step="parsing")
                async with inside.connection() as conn:
                    await jobs.pause(conn, "default")
                waiting = await put(inside, samples.noop)
                assert (await finished(inside, running)).status == "COMPLETED"
            async with working(database_url):
                await asyncio.sleep(1.5)
                assert (await look(pool, waiting)).status == "PENDING"
                async with pool.connection() as conn:
                    assert (await jobs.figures(conn))[0].paused
                    await jobs.resume(conn, "default")
                assert (await finished(pool, waiting)).status == "COMPLETED"

    run(main())


def test_work_for_the_processor_costs_no_lease(database_url, run):
    async def main():
        async with working(database_url, job_lease_seconds=1) as pool:
            row = await finished(pool, await put(pool, samples.computing, Work(seconds=2)))
            assert (row.status, row.attempt, row.lost) == ("COMPLETED", 1, 0)
            assert str(os.getpid()) not in row.result

    run(main())


def test_a_stopping_worker_hands_its_job_back_without_costing_an_attempt(database_url, run):
    async def main():
        async with working(database_url) as pool:
            made = await put(pool, samples.four, Work(seconds=600))
            await reached(pool, made, step="parsing")
            pool.stop.set()
            await asyncio.gather(*pool.tasks)
            row = await look(pool, made)
            assert (row.status, row.attempt, row.lost) == ("PENDING", 0, 0)

    run(main())


def test_a_stopping_worker_lets_a_job_end_within_the_grace_period(database_url, run):
    async def main():
        async with working(database_url, job_grace_seconds=60) as pool:
            made = await put(pool, samples.four, Work(seconds=0.1))
            await reached(pool, made, step="parsing")
            pool.stop.set()
            await asyncio.gather(*pool.tasks)
            assert (await look(pool, made)).status == "COMPLETED"

    run(main())


@pytest.mark.parametrize("after", [0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.15])
def test_a_worker_can_be_stopped_while_it_starts(after, database_url, run):
    async def main():
        async with working(database_url) as pool:
            await asyncio.sleep(after)
            pool.stop.set()
            async with asyncio.timeout(30):
                await asyncio.gather(*pool.tasks)

    run(main())
