"""How many jobs one user may enqueue: as the code says, as the settings say, and until when."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.jobs import samples
from tests.jobs.engine import put, settings, until, working
from tests.jobs.samples import Work
from trailpost import db as database
from trailpost import jobs
from trailpost.base import settings as configuration
from trailpost.base.errors import StartupError, TooManyRequests
from trailpost.jobs import Quota
from trailpost.jobs.rules import quotas

COUNTED = "select kind, user_id, used from job_quota order by 1, 2"


def test_over_the_quota_is_refused_and_a_cancelled_wait_is_given_back(database_url, db, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            made = [await put(pool, samples.charged, user=1) for _ in range(3)]
            with pytest.raises(TooManyRequests, match="kind charged: at most 3 in ") as refused:
                await put(pool, samples.charged, user=1)
            assert refused.value.retry_after > 0
            await put(pool, samples.charged, user=2)
            await put(pool, samples.charged)
            async with pool.connection() as conn:
                await jobs.cancel(conn, made[0])
            await put(pool, samples.charged, user=1)

    run(main())
    assert db.execute(COUNTED).fetchall() == [("charged", 1, 3), ("charged", 2, 1)]
    assert db.execute("select count(*) from job").fetchone() == (6,)


def test_a_batch_is_within_the_quota_as_a_whole_or_not_at_all(database_url, db, run):
    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            for count in (4, 2):
                async with pool.connection() as conn:
                    work = [Work()] * count
                    if count > 3:
                        with pytest.raises(TooManyRequests):
                            await jobs.enqueue_many(conn, samples.charged, work, user=1)
                    else:
                        await jobs.enqueue_many(conn, samples.charged, work, user=1)

    run(main())
    assert db.execute(COUNTED).fetchall() == [("charged", 1, 2)]
    assert db.execute("select count(*) from job").fetchone() == (2,)


def test_a_setting_wins_over_the_code_and_is_gone_when_it_is_no_more(database_url, db, run):
    async def enqueued(pool, job):
        """How many until it is refused; at most 5."""
        for n in range(5):
            try:
                await put(pool, job, user=1)
            except TooManyRequests:
                return n
        return 5

    async def known(declared):
        rows = "select kind, most, period from job_limit order by kind"
        await until(lambda: db.execute(rows).fetchall() == declared)

    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            async with working(database_url, job_quotas="four=2/week,charged=0/hour"):
                await known([("charged", 0, timedelta(hours=1)), ("four", 2, timedelta(weeks=1))])
                assert [await enqueued(pool, j) for j in (samples.four, samples.charged)] == [2, 5]
            async with working(database_url, job_quotas="four=4/week"):
                await known([("four", 4, timedelta(weeks=1))])
                assert [await enqueued(pool, j) for j in (samples.four, samples.charged)] == [2, 3]

    run(main())


@pytest.mark.parametrize("wrong", ["analyse", "analyse=5", "a=5/year", "a=-1/day", "a=1/day,"])
def test_a_setting_that_makes_no_sense_stops_the_start(wrong):
    with pytest.raises(StartupError, match="TRAILPOST_JOB_QUOTAS is wrong"):
        configuration.load({"TRAILPOST_JOB_QUOTAS": wrong})


def test_a_kind_that_nobody_declared_stops_the_start():
    with pytest.raises(StartupError, match="no kind of job is called chargd; did you mean charged"):
        jobs.Engine(samples.JOBS, settings("", job_quotas="chargd=5/day"), None)


@given(
    now=st.integers(0, 2**32).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    period=st.sampled_from([timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)]),
)
def test_a_period_holds_now_and_begins_where_people_expect_it(now, period):
    start = quotas.period_start(Quota(1, period), now)
    assert start <= now < start + period
    assert (start.minute, start.second, start.microsecond) == (0, 0, 0)
    if period > timedelta(hours=1):
        assert start.hour == 0
    if period > timedelta(days=1):
        assert start.weekday() == 0


def test_counters_are_forgotten_when_their_period_is_surely_over(database_url, db, run):
    db.execute(
        """insert into job_quota (kind, user_id, period_start, used)
           select 'k', u, now() - make_interval(days => days), 1
           from (values (1, 500), (1, 40), (1, 3), (2, 40), (3, 500)) as t (u, days)"""
    )

    async def main():
        async with database.open_pool(database_url, size=2) as pool:
            purge = jobs.FEATURE.jobs[0]
            await jobs.rehearse(purge, jobs.Nothing(), settings=settings(""), pool=pool)

    run(main())
    # The last of each user may be one that still counts.
    left = "select user_id, (now()::date - period_start::date) from job_quota order by 1"
    assert db.execute(left).fetchall() == [(1, 3), (2, 40)]
