"""Schedules: one run per tick, whoever is there to make it, whatever the clocks do."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.jobs import samples
from tests.jobs.engine import settings, until, working
from trailpost import db as database
from trailpost import jobs
from trailpost.base.errors import StartupError
from trailpost.jobs import Nothing, Run, job
from trailpost.jobs.engine import ticker
from trailpost.jobs.rules import cron

BERLIN = ZoneInfo("Europe/Berlin")


class Clock:
    def __init__(self, start):
        self.at = start

    def __call__(self):
        return self.at


def local(text, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("expression", "after", "then"),
    [
        ("30 2 * * *", local("2026-03-28 12:00"), local("2026-03-29 03:30")),  # 02:30 is left out
        ("30 2 * * *", local("2026-10-24 12:00"), local("2026-10-25 02:30")),
        ("30 2 * * *", local("2026-10-25 02:30"), local("2026-10-26 02:30")),  # not the second one
        ("0 * * * *", local("2026-03-29 01:00"), local("2026-03-29 03:00")),
        ("0 * * * *", local("2026-10-25 02:00"), local("2026-10-25 02:00", 1)),
        ("*/30 * * * *", local("2026-10-25 02:30"), local("2026-10-25 02:00", 1)),
        ("0 0 * * 0", local("2026-10-25 00:00"), local("2026-11-01 00:00")),
        ("0 0 29 2 *", local("2026-01-01 00:00"), local("2028-02-29 00:00")),
    ],
)
def test_the_next_tick_is_right_when_the_clock_changes(expression, after, then):
    assert cron.next_tick(expression, "Europe/Berlin", after) == then


@pytest.mark.parametrize("day", ["2026-03-26", "2026-10-22"])
@pytest.mark.parametrize(
    "expression", ["30 2 * * *", "15 * * * *", "*/20 1-4 * * *", "7 3 * * 1-6"]
)
def test_ticks_one_by_one_are_the_ticks_of_the_span(expression, day):
    first = cron.next_tick(expression, "Europe/Berlin", local(f"{day} 12:00"))
    last = first + timedelta(days=6)
    found = [first]
    while (following := cron.next_tick(expression, "Europe/Berlin", found[-1])) <= last:
        found.append(following)
    assert cron.ticks(expression, "Europe/Berlin", first, last) == found


@pytest.mark.parametrize(
    ("expression", "zone"), [("0 0 30 2 *", "UTC"), ("x", "UTC"), ("0 0 * * *", "Mars/Dust")]
)
def test_a_schedule_that_can_never_be_due_is_refused_when_it_is_declared(expression, zone):
    async def function(run: Run, _: Nothing) -> Nothing:
        return Nothing()

    with pytest.raises(StartupError):
        job(kind="never", schedule=expression, time_zone=zone)(function)


async def crew(stack_pool, url, clock, count=3):
    made = [
        jobs.Engine(samples.SCHEDULED, settings(url), stack_pool, now=clock) for _ in range(count)
    ]
    async with stack_pool.connection() as conn:
        for engine in made:
            await ticker.declare(engine, conn)
    return made


def runs(db, kind):
    return db.execute("select count(*) from job where kind = %s", [kind]).fetchone()[0]


@pytest.mark.parametrize(
    "start", ["2026-03-25 12:00", "2026-10-21 12:00"], ids=["spring", "autumn"]
)
def test_three_workers_make_one_run_per_tick_over_a_week_with_a_time_change(
    start, db, database_url, run
):
    clock = Clock(local(start))
    end = local(start) + timedelta(days=7)

    async def main():
        async with database.open_pool(database_url, size=8) as pool:
            engines = await crew(pool, database_url, clock)
            while clock.at < end:
                clock.at += timedelta(minutes=20)
                await asyncio.gather(*(ticker.tick(engine) for engine in engines))
                db.execute(
                    """update job set status = 'COMPLETED', finished_at = now(), ticket = null
                       where status = 'PENDING'"""
                )

    run(main())
    assert runs(db, "daily") == 7
    assert runs(db, "hourly_once") == runs(db, "hourly_skip") == 7 * 24
    assert db.execute("select sum(skipped)::int from job_schedule").fetchone() == (0,)


def test_what_was_missed_is_made_up_for_as_the_schedule_says(db, database_url, run):
    clock = Clock(local("2026-06-01 12:00"))

    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            engines = await crew(pool, database_url, clock)
            clock.at += timedelta(days=3, minutes=30)
            await asyncio.gather(*(ticker.tick(engine) for engine in engines))
            async with pool.connection() as conn:
                return {row.name: row for row in await jobs.schedules(conn)}

    rows = run(main())
    assert (runs(db, "daily"), runs(db, "hourly_once"), runs(db, "hourly_skip")) == (3, 1, 0)
    assert {n: r.skipped for n, r in rows.items()} == {
        "daily": 0,
        "hourly_once": 71,
        "hourly_skip": 72,
    }
    assert rows["hourly_skip"].next_tick == local("2026-06-04 13:00")
    assert rows["hourly_once"].last_tick == local("2026-06-04 12:00")
    assert rows["hourly_once"].last_job is not None


def test_a_run_that_is_still_going_on_is_the_next_ticks_run_too(db, database_url, run):
    clock = Clock(local("2026-06-01 12:00"))

    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            engines = await crew(pool, database_url, clock, 1)
            for _ in range(3):
                clock.at += timedelta(hours=1)
                await ticker.tick(engines[0])

    run(main())
    assert runs(db, "hourly_once") == 1


def test_a_schedule_that_is_declared_no_more_is_gone(db, database_url, run):
    async def main():
        async with database.open_pool(database_url, size=4) as pool:
            await crew(pool, database_url, Clock(local("2026-06-01 12:00")))
            engine = jobs.Engine(samples.SCHEDULED[:1], settings(database_url), pool)
            async with pool.connection() as conn:
                await ticker.declare(engine, conn)

    run(main())
    assert db.execute("select name from job_schedule").fetchall() == [("daily",)]


def test_a_scheduled_job_runs_by_itself_and_out_of_turn(db, database_url, run):
    async def main():
        async with working(database_url, samples.SCHEDULED, job_share=1) as pool:
            async with pool.connection() as conn:
                made = await jobs.run_now(conn, samples.daily)
            db.execute("update job_schedule set next_tick = now() where name = 'hourly_once'")

            def done():
                rows = db.execute("select kind from job where status = 'COMPLETED'").fetchall()
                return {("daily",), ("hourly_once",)} == set(rows)

            await until(done)
            assert made.new

    run(main())
