"""Closed days: kept once, kept true, and the same as what is read live."""

import asyncio
import math
import random
from datetime import date, timedelta

import ddsketch
import pytest

from tests.analytics import closing, log
from tests.analytics.closing import visit, waiting_for_lock
from tests.analytics.log import at, end, event
from trailpost import analytics
from trailpost import db as database
from trailpost.analytics import store
from trailpost.analytics.reports import REPORTS
from trailpost.analytics.rules import days, periods
from trailpost.analytics.rules.reports import Family

FAMILY = REPORTS["funnel"].families
NOW = at("2026-03-12 10:00")
ASKED = {"range": "7d"}


@pytest.fixture
def written(db, database_url, run):
    """A session on each of three days; the last is today."""
    log.project(db)
    run(
        log.store(
            database_url,
            visit("a", at("2026-03-10 12:00")),
            visit("b", at("2026-03-11 12:00")),
            visit("c", at("2026-03-12 09:00")),
        )
    )
    return database_url  # fmt: skip


def kept(db, what="*"):
    return db.execute(
        f"select {what} from daily_analytics order by project_id, date, metric_type, is_bot, "
        "category, value_text"
    ).fetchall()


def built(db):
    return [
        day for (day,) in db.execute(
            """select c.date from closed_days c join built_days b using (project_id, date)
               where b.mark = c.marked order by 1"""
        )
    ]  # fmt: skip


def funnel(run, url, now=NOW, **asked):
    return closing.told(run(log.ask(url, "funnel", ASKED | asked, now=now)))


def test_days_that_are_over_are_kept_and_today_is_not(written, db, run):
    live = funnel(run, written)
    assert run(log.close(written, NOW)) == 2
    assert built(db) == [date(2026, 3, 10), date(2026, 3, 11)]
    assert {day for (day,) in kept(db, "date")} == {date(2026, 3, 10), date(2026, 3, 11)}
    assert funnel(run, written) == live


def test_what_is_kept_is_what_is_read(written, db, run):
    run(log.close(written, NOW))
    db.execute("update daily_analytics set count = count * 100 where metric_type like 'funnel_%'")
    assert funnel(run, written)[0][0].sessions == 201
    # Hours, other zones and filters are read from the sessions themselves.
    assert funnel(run, written, tz="Europe/Vienna")[0][0].sessions == 3
    assert funnel(run, written, converted="false")[0][0].sessions == 3


def test_closing_again_changes_nothing(written, db, run):
    run(log.close(written, NOW))
    before = kept(db)
    assert run(log.close(written, NOW)) == 0
    db.execute("update closed_days set marked = marked + 1")
    assert run(log.close(written, NOW)) == 2
    assert kept(db) == before


def test_days_missed_while_nothing_ran_are_caught_up_with(written, db, run):
    run(log.close(written, at("2026-03-11 10:00")))
    assert built(db) == [date(2026, 3, 10)]
    assert run(log.close(written, at("2026-03-20 10:00"))) == 9
    assert built(db)[-1] == date(2026, 3, 19)


def test_a_late_event_makes_its_day_anew(written, db, run):
    run(log.close(written, NOW))
    run(log.store(written, [end("late", "a", at("2026-03-10 12:02"), "converted")]))
    assert built(db) == [date(2026, 3, 11)]
    assert funnel(run, written)[0][-1].sessions == 1
    assert run(log.close(written, NOW)) == 1
    assert funnel(run, written)[0][-1].sessions == 1


def test_an_event_of_today_leaves_closed_days_alone(written, db, run):
    run(log.close(written, NOW))
    run(log.store(written, [event("more", "c", at("2026-03-12 09:30"))]))
    assert len(built(db)) == 2


def test_a_session_that_turns_out_to_begin_a_day_earlier_touches_both(written, db, run):
    run(log.close(written, NOW))
    run(log.store(written, [event("early", "b", at("2026-03-10 23:59"))]))
    assert built(db) == []


def test_a_session_older_than_all_before_it_opens_its_day(written, db, run):
    run(log.close(written, NOW))
    run(log.store(written, visit("old", at("2026-03-08 12:00"))))
    assert run(log.close(written, NOW)) == 2
    assert built(db)[0] == date(2026, 3, 8)


def test_each_project_has_days_of_its_own(written, db, run):
    log.project(db, "Asia/Tokyo", "other")
    run(log.store(written, visit("x", at("2026-03-10 16:00"), project=2)))
    run(log.close(written, NOW))
    found = db.execute("select project_id, date from daily_analytics group by 1, 2 order by 1, 2")
    assert found.fetchall() == [
        (1, date(2026, 3, 10)), (1, date(2026, 3, 11)), (2, date(2026, 3, 11)),
    ]  # fmt: skip
    run(log.store(written, [event("late", "x", at("2026-03-10 17:00"), project=2)]))
    assert len(built(db)) == 2


def test_another_time_zone_cuts_the_days_anew(written, db, run):
    run(log.close(written, NOW))
    db.execute("update projects set time_zone = 'America/New_York'")
    live = funnel(run, written)
    assert run(log.close(written, NOW)) == 2
    assert funnel(run, written) == live
    starts = db.execute("select starts_at from closed_days order by date").fetchall()
    assert starts[0] == (at("2026-03-10 04:00"),)


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-07-01", 24)]
)
def test_a_day_is_as_long_as_its_time_zone_makes_it(db, database_url, run, day, hours):
    log.project(db, "Europe/Vienna")
    noon = at(f"{day} 12:00")
    starts = periods.midnight(date.fromisoformat(day), periods.find_zone("Europe/Vienna"))
    ends = starts + timedelta(hours=hours)
    second = timedelta(seconds=1)
    for n, moment in enumerate((starts - second, starts, ends - second, ends)):
        run(log.store(database_url, visit(f"s{n}", moment)))
    now = noon + timedelta(days=3)
    live = funnel(run, database_url, now)
    run(log.close(database_url, now))
    assert funnel(run, database_url, now) == live
    found = db.execute(
        "select count from daily_analytics where date = %s and metric_type = 'funnel_ordered' "
        "and category = 'session'", (day,)
    ).fetchall()  # fmt: skip
    assert found == [(2,)]


def test_other_required_categories_make_every_day_anew(written, db, run):
    run(log.close(written, NOW))
    before = funnel(run, written)

    async def require(categories):
        async with database.open_pool(written, size=1) as pool, database.transaction(pool) as conn:
            await analytics.set_required_categories(conn, 1, categories)
            return await analytics.required_categories(conn, 1)

    assert run(require(["nest"])) == ["nest"]
    assert built(db) == []
    live = funnel(run, written)
    assert live != before
    assert ("decided", "nest", 3) in [(r.step, r.category, r.sessions) for r in live[0]]
    assert run(log.close(written, NOW)) == 2
    assert funnel(run, written) == live


def test_days_without_raw_events_are_made_anew_from_sessions_alone(written, db, run):
    """What was made of raw events stays: they are gone, the sessions are not."""
    raw = Family(name="raw", metrics=("x",), close=(), raw=True)
    run(log.close(written, NOW, (*FAMILY, raw)))
    db.execute(
        "insert into daily_analytics (project_id, date, is_bot, metric_type, count, "
        "unique_sessions) values (1, '2026-03-10', false, 'x', 5, 5)"
    )
    run(log.store(written, [end("late", "a", at("2026-03-10 12:02"), "converted")]))
    run(log.close(written, NOW, (*FAMILY, raw), retention_days=1))
    assert db.execute("select count from daily_analytics where metric_type = 'x'").fetchall() == [
        (5,)
    ]
    assert len(built(db)) == 2
    assert funnel(run, written)[0][-1].sessions == 1


def test_of_days_without_raw_events_what_was_made_of_them_is_read_even_if_a_late_event_came(
    written, db, run
):
    run(log.close(written, NOW))
    run(log.store(written, [event("late", "a", at("2026-03-10 12:02"))]))
    db.execute("update closed_days set frozen = true where date = '2026-03-10'")
    span = periods.Span(at("2026-03-10 00:00"), at("2026-03-12 00:00"))

    async def clean(raw):
        async with await database.connect(written) as conn:
            project = await store.find_project(conn, "default")
            return await store.clean_days(conn, project, span, raw=raw)

    assert run(clean(True)) == [date(2026, 3, 10), date(2026, 3, 11)]
    assert run(clean(False)) == [date(2026, 3, 11)]


def test_what_a_writer_commits_while_a_day_is_closed_is_not_missed(written, db, run):
    """It began before the day was known to be over, and ends after the day was read."""
    late = end("late", "a", at("2026-03-10 12:02"), "converted")

    async def interleaved():
        conn = await log.writer(written)
        stored, go_on = asyncio.Event(), asyncio.Event()

        async def hook(conn):
            await analytics.roll_up(conn)
            stored.set()
            await go_on.wait()

        write = asyncio.create_task(log.write(conn, [late], hooks=(hook,)))
        await stored.wait()
        close = asyncio.create_task(log.close(written, NOW))
        await waiting_for_lock(db, "advisory")
        go_on.set()
        await asyncio.gather(write, close)
        await conn.close()

    run(interleaved())
    assert len(built(db)) == 2
    assert funnel(run, written)[0][-1].sessions == 1


def test_what_a_writer_commits_between_the_reading_of_a_day_and_its_end_marks_it_again(
    written, db, database_url, run
):
    late = end("late", "b", at("2026-03-11 12:02"), "converted")

    async def interleaved():
        async with await database.connect(database_url) as other:
            async with other.transaction():
                # The closing has its moment, and waits to write down what it will have read.
                await other.execute(b"lock table daily_analytics in share mode")
                close = asyncio.create_task(log.close(written, NOW))
                await waiting_for_lock(db, "relation")
                await log.store(written, [late])
            await close

    run(interleaved())
    assert built(db) == [date(2026, 3, 10)]
    assert db.execute("select count(*) from built_days").fetchone() == (2,)
    assert funnel(run, written)[0][-1].sessions == 1
    assert run(log.close(written, NOW)) == 1
    assert funnel(run, written)[0][-1].sessions == 1


def test_the_job_closes_the_days_of_every_project():
    kinds = [one.kind for one in analytics.FEATURE.jobs]
    assert kinds.count("close_days") == 1


# Splitting a period


def test_a_period_is_split_at_the_days_that_are_kept():
    zone = periods.find_zone("Europe/Vienna")
    span = periods.Span(at("2026-03-27 23:00"), at("2026-03-31 10:00"))
    found = days.split(span, zone, [date(2026, 3, 30), date(2026, 3, 28)])
    assert found.closed == [date(2026, 3, 28), date(2026, 3, 30)]
    assert list(zip(found.live_from, found.live_until, strict=True)) == [
        (at("2026-03-28 23:00"), at("2026-03-29 22:00")),
        (at("2026-03-30 22:00"), at("2026-03-31 10:00")),
    ]


def test_a_period_of_which_nothing_is_kept_is_live():
    span = periods.Span(at("2026-03-10 00:00"), at("2026-03-11 00:00"))
    found = days.split(span, periods.find_zone("UTC"), [])
    assert (found.closed, found.live_from, found.live_until) == ([], [span.start], [span.end])


def test_no_more_than_400_days_are_kept():
    zone = periods.find_zone("UTC")
    found = days.days_over(at("2020-01-01 00:00"), NOW, zone)
    assert (len(found), found[-1].date) == (400, date(2026, 3, 11))
    assert days.days_over(at("2026-03-12 00:00"), NOW, zone) == []


def test_a_day_that_a_zone_skipped_is_not_closed():
    found = days.days_over(
        at("2011-12-29 12:00"), at("2012-01-01 12:00"), periods.find_zone("Pacific/Apia")
    )
    assert [day.date.day for day in found] == [29, 31, 1]


# Quantiles from sums


@pytest.mark.parametrize("seed", range(5))
def test_bins_and_quantiles_are_those_of_ddsketch(db, seed):
    chance = random.Random(seed)
    values = [chance.choice((0.0, chance.lognormvariate(3, 4), chance.uniform(0, 10)))
              for _ in range(400)]  # fmt: skip
    sketch = ddsketch.DDSketch(0.01)
    for value in values:
        sketch.add(value)
    for q in (0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1):
        found = db.execute(
            """select bin_quantile(array_agg(bin), array_agg(n), %s)
               from (select log_bin(v) as bin, count(*) as n from unnest(%s::float8[]) v group by 1)
               as binned""",
            (q, values),
        ).fetchone()[0]  # fmt: skip
        assert found == pytest.approx(sketch.get_quantile_value(q), rel=1e-9)
        exact = sorted(values)[math.floor(q * (len(values) - 1))]
        assert found == pytest.approx(exact, rel=0.01 + 1e-9)


def test_bins_of_many_days_add_up(db):
    found = db.execute("select bin_quantile(array[5, 9, 5], array[1, 4, 2]::bigint[], 0.4)")
    alone = db.execute("select bin_quantile(array[5, 9], array[3, 4]::bigint[], 0.4)")
    assert found.fetchone() == alone.fetchone()


def test_nothing_has_no_bin_and_no_quantile(db):
    assert db.execute("select log_bin(null), bin_quantile(null, null, 0.5)").fetchone() == (
        None, None,
    )  # fmt: skip
    assert db.execute("select log_bin(0), bin_value(log_bin(-3))").fetchone() == (-100000, 0)
