"""Owners take turns, whatever the length of their queues; priorities go first and starve nobody."""

from collections import Counter

from tests.jobs import samples
from tests.jobs.engine import finished, look, most_at_once, put, until, working
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs
from trailpost.jobs import Priority


def order(db):
    """Users in the order in which their jobs were started."""
    return [u for (u,) in db.execute("select user_id from job order by started_at").fetchall()]


async def drain(pool, db):
    await until(
        lambda: db.execute("select count(*) from job where finished_at is null").fetchone() == (0,)
    )


def test_users_with_long_queues_get_no_more_than_those_with_short_ones(db, database_url, run):
    users, least = 10, 20

    async def main():
        async with (
            database.open_pool(database_url, size=4) as pool,
            database.transaction(pool) as c,
        ):
            for user in range(users):
                payloads = [Work(seconds=0.002)] * (least + 10 * user)
                await jobs.enqueue_many(c, samples.noop, payloads, user=user)
        async with working(database_url, workers=2) as pool:
            await drain(pool, db)

    run(main())
    # As long as everybody has something to do.
    turns = Counter(order(db)[: users * (least - 5)])
    ideal = least - 5
    assert all(abs(turns[user] - ideal) <= 0.2 * ideal for user in range(users)), turns


def test_a_single_job_does_not_wait_for_anothers_three_hundred(db, database_url, run):
    async def main():
        async with working(database_url, job_concurrency=2) as pool:
            async with database.transaction(pool) as conn:
                await jobs.enqueue_many(conn, samples.four, [Work(seconds=0.005)] * 300, user=1)

            def begun():
                return (
                    len([u for u in order(db)])
                    and db.execute(
                        "select count(*) >= 20 from job where finished_at is not null"
                    ).fetchone()[0]
                )

            await until(begun)
            single = await put(pool, samples.noop, user=2)
            row = await finished(pool, single)
            before = db.execute(
                "select count(*) from job where started_at between %s and %s and user_id = 1",
                [row.created_at, row.started_at],
            ).fetchone()[0]
            # Those that were fetched before it came, and no more.
            assert before <= 4

    run(main())


def test_the_more_urgent_job_goes_first_within_a_user_and_between_users(db, database_url, run):
    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            for user in (1, 2):
                for priority in Priority:
                    await put(pool, samples.noop, user=user, priority=priority)
        async with working(database_url, job_concurrency=1) as pool:
            await drain(pool, db)

    run(main())
    rows = db.execute("select priority from job order by started_at").fetchall()
    assert [Priority(p).name for (p,) in rows] == [
        *["URGENT"] * 2,
        *["HIGH"] * 2,
        *["NORMAL"] * 2,
        *["LOW"] * 2,
    ]


def test_no_priority_outweighs_three_minutes_of_waiting(db):
    assert db.execute(
        """select job_rank(now(), 0::smallint) < job_rank(now() + interval '181 s', 3::smallint),
                  job_rank(now(), 0::smallint) > job_rank(now() + interval '179 s', 3::smallint)"""
    ).fetchone() == (True, True)


def test_of_one_user_at_most_a_share_is_on_its_way(db, database_url, run):
    async def main():
        async with working(database_url, job_share=3, job_concurrency=10) as pool:
            async with database.transaction(pool) as conn:
                await jobs.enqueue_many(conn, samples.four, [Work(seconds=0.01)] * 30, user=1)
            await drain(pool, db)

    run(main())
    assert most_at_once(db) == 3


def test_every_job_of_a_delayed_user_starts_when_its_time_has_come(db, database_url, run):
    async def main():
        async with working(database_url) as pool:
            (later,) = db.execute("select now() + interval '0.5 s'").fetchone()
            made = await put(pool, samples.noop, run_after=later)
            assert (await look(pool, made)).status == "PENDING"
            row = await finished(pool, made)
            assert row.started_at >= later

    run(main())
