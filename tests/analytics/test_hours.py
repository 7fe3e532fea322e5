"""Closed hours: kept for the days that are not over, and the same as what is read live."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log
from tests.analytics.closing import visit, waiting_for_lock
from tests.analytics.log import at, end, event
from trailpost import analytics
from trailpost import db as database
from trailpost.analytics import store
from trailpost.analytics.reports import REPORTS
from trailpost.analytics.rules import days, periods
from trailpost.analytics.rules.days import ClosedSpan
from trailpost.analytics.rules.reports import Family
from trailpost.analytics.store import hours

FAMILY = REPORTS["funnel"].families
NOW = at("2026-03-12 10:20")
DAY = {"range": "24h"}
DAYS = {"range": "7d"}
HOUR = timedelta(hours=1)


@pytest.fixture
def written(db, database_url, run):
    """A session yesterday, and five this morning; of the hours from 9:00 on, none is kept."""
    log.project(db)
    run(
        log.store(
            database_url,
            visit("yesterday", at("2026-03-11 22:30")),
            visit("six", at("2026-03-12 06:10")),
            visit("seven", at("2026-03-12 07:10")),
            visit("eight", at("2026-03-12 08:10")),
            visit("nine", at("2026-03-12 09:10")),
            visit("ten", at("2026-03-12 10:10")),
        )
    )
    return database_url


def kept(db):
    return db.execute(
        "select * from hour_analytics order by starts_at, metric_type, is_bot, category, value_text"
    ).fetchall()


def stale(db):
    return [start for (start,) in db.execute(
        """select starts_at from closed_hours c left join built_hours b
               using (project_id, starts_at)
           where b.mark is distinct from c.marked order by 1"""
    )]  # fmt: skip


def hours_kept(db):
    """Those with a session in them."""
    return [start for (start,) in db.execute(
        "select distinct starts_at from hour_analytics order by 1"
    )]  # fmt: skip


def falsify(db):
    db.execute("update hour_analytics set count = count * 100")


def sessions(run, url, asked=DAY, now=NOW, **given):
    return run(log.ask(url, "funnel", asked | given, now=now)).rows[0].sessions


def test_hours_that_ended_an_hour_ago_are_kept(written, db, run):
    live = run(log.ask(written, "funnel", DAY, now=NOW))
    # From the hour of the first session to the one that ended at nine.
    assert run(log.close_hours(written, NOW, FAMILY)) == 11
    assert hours_kept(db) == [
        at("2026-03-11 22:00"), at("2026-03-12 06:00"), at("2026-03-12 07:00"),
        at("2026-03-12 08:00"),
    ]  # fmt: skip
    after = run(log.ask(written, "funnel", DAY, now=NOW))
    assert closing.told(after) == closing.told(live)
    (seven,) = [
        s for s in after.parts["series"]
        if s.starts_at == at("2026-03-12 07:00") and s.step == "session"
    ]  # fmt: skip
    assert seven.sessions == 1


def test_days_then_hours_then_sessions_are_read(written, db, run):
    run(log.close(written, NOW, FAMILY))
    run(log.close_hours(written, NOW, FAMILY))
    falsify(db)
    # Three hours of today, and of yesterday the day.
    assert sessions(run, written, DAYS) == 1 + 3 * 100 + 2
    assert sessions(run, written, DAY) == 4 * 100 + 2
    # Other zones and filters are read from the sessions themselves.
    assert sessions(run, written, DAYS, tz="Europe/Vienna") == 6
    assert sessions(run, written, DAY, converted="false") == 6


def test_every_report_that_keeps_hours_reads_them(written, db, run):
    named = {name for name, report in REPORTS.items() if any(f.hours for f in report.families)}
    assert named == {"funnel", "drop_off", "options", "journeys"}
    for name in sorted(named):
        live = run(log.ask(written, name, DAY, now=NOW))
        run(log.close_hours(written, NOW))
        assert closing.told(run(log.ask(written, name, DAY, now=NOW))) == closing.told(live)
    falsify(db)
    assert run(log.ask(written, "drop_off", DAY, now=NOW)).rows[0].sessions == 402
    assert run(log.ask(written, "options", DAY, now=NOW)).rows[0].chosen == 402
    assert run(log.ask(written, "journeys", DAY, now=NOW)).rows[0].sessions == 402


def test_closing_again_changes_nothing(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    before = kept(db)
    assert run(log.close_hours(written, NOW, FAMILY)) == 0
    db.execute("update closed_hours set marked = marked + 1")
    assert run(log.close_hours(written, NOW, FAMILY)) == 11
    assert kept(db) == before


def test_a_late_event_makes_its_hour_anew_and_until_then_that_one_is_read_live(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    falsify(db)
    run(log.store(written, [end("late", "seven", at("2026-03-12 07:12"), "converted")]))
    assert stale(db) == [at("2026-03-12 07:00")]
    answer = run(log.ask(written, "funnel", DAY, now=NOW))
    assert (answer.rows[0].sessions, answer.rows[-1].sessions) == (3 * 100 + 3, 1)
    assert run(log.close_hours(written, NOW, FAMILY)) == 1
    assert run(log.ask(written, "funnel", DAY, now=NOW)).rows[-1].sessions == 1


def test_an_event_of_a_session_that_began_just_now_leaves_closed_hours_alone(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    run(log.store(written, [event("more", "nine", at("2026-03-12 10:15"))]))
    assert stale(db) == []


def test_a_session_that_turns_out_to_begin_an_hour_earlier_touches_both(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    run(log.store(written, [event("early", "eight", at("2026-03-12 07:59"))]))
    assert stale(db) == [at("2026-03-12 07:00"), at("2026-03-12 08:00")]


def test_a_session_older_than_all_before_it_opens_its_hour(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    run(log.store(written, visit("old", at("2026-03-11 21:10"))))
    assert run(log.close_hours(written, NOW, FAMILY)) == 1
    assert hours_kept(db)[0] == at("2026-03-11 21:00")


def test_each_project_has_hours_of_its_own(written, db, run):
    log.project(db, "Asia/Tokyo", "other")
    run(log.store(written, visit("x", at("2026-03-12 07:20"), project=2)))
    run(log.close_hours(written, NOW, FAMILY))
    run(log.store(written, [event("late", "x", at("2026-03-12 07:25"), project=2)]))
    assert db.execute("select project_id, marked from closed_hours where marked > 0").fetchall() \
        == [(2, 1)]  # fmt: skip


def test_another_time_zone_cuts_the_hours_anew(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    db.execute("update projects set time_zone = 'Asia/Kolkata'")
    live = run(log.ask(written, "funnel", DAY, now=NOW))
    run(log.close_hours(written, NOW, FAMILY))
    assert closing.told(run(log.ask(written, "funnel", DAY, now=NOW))) == closing.told(live)
    # What was kept of the others goes with the next run.
    run(log.close_hours(written, NOW, FAMILY))
    assert {start.minute for start in hours_kept(db)} == {30}
    db.execute("update projects set time_zone = 'UTC'")
    live = run(log.ask(written, "funnel", DAY, now=NOW))
    run(log.close_hours(written, NOW, FAMILY))
    assert stale(db) == []
    assert closing.told(run(log.ask(written, "funnel", DAY, now=NOW))) == closing.told(live)


def test_other_required_categories_make_every_hour_anew(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))

    async def require(change, categories):
        async with database.open_pool(written, size=1) as pool, database.transaction(pool) as conn:
            await change(conn, 1, categories)

    run(require(analytics.suggest_required_categories, ["nest"]))
    assert len(stale(db)) == 11
    live = run(log.ask(written, "funnel", DAY, now=NOW))
    assert "decided" in [r.step for r in live.rows]
    run(log.close_hours(written, NOW, FAMILY))
    assert closing.told(run(log.ask(written, "funnel", DAY, now=NOW))) == closing.told(live)
    run(require(analytics.set_required_categories, ["boden"]))
    assert len(stale(db)) == 11


def test_hours_go_when_their_day_is_kept_and_nobody_asks_for_them_any_more(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    later = NOW + timedelta(hours=51)
    run(log.close_hours(written, later, FAMILY))
    # No day is kept yet.
    assert len(hours_kept(db)) == 4
    run(log.close(written, later, FAMILY))
    run(log.close_hours(written, later + HOUR, FAMILY))
    (first,) = db.execute("select min(starts_at) from closed_hours").fetchone()
    assert first == at("2026-03-12 12:00")
    # A report that has just begun may still read them.
    assert len(hours_kept(db)) == 4
    run(log.close_hours(written, later + HOUR, FAMILY))
    assert hours_kept(db) == []
    assert stale(db) == []
    assert db.execute("select count(*) from built_hours").fetchone() == (49,)


def test_an_hour_that_is_opened_again_is_not_taken_for_what_was_kept_of_it(written, db, run):
    run(log.close_hours(written, NOW, FAMILY))
    db.execute("delete from closed_hours")

    async def opened():
        async with database.open_pool(written, size=1) as pool:
            (project,) = await store.list_projects(pool)
            await hours.open_hours(pool, project, NOW)

    run(opened())
    assert len(stale(db)) == 11


# Writers beside it


def test_what_a_writer_commits_while_an_hour_is_closed_is_not_missed(written, db, run):
    """It began before the hour was known to be over, and ends after the hour was read."""
    late = end("late", "seven", at("2026-03-12 07:12"), "converted")

    async def interleaved():
        conn = await log.writer(written)
        stored, go_on = asyncio.Event(), asyncio.Event()

        async def hook(conn):
            await analytics.roll_up(conn)
            stored.set()
            await go_on.wait()

        write = asyncio.create_task(log.write(conn, [late], hooks=(hook,)))
        await stored.wait()
        close = asyncio.create_task(log.close_hours(written, NOW, FAMILY))
        await waiting_for_lock(db, "advisory")
        go_on.set()
        await asyncio.gather(write, close)
        await conn.close()

    run(interleaved())
    assert stale(db) == []
    assert run(log.ask(written, "funnel", DAY, now=NOW)).rows[-1].sessions == 1


def test_what_a_writer_commits_between_the_reading_of_an_hour_and_its_end_marks_it_again(
    written, db, run
):
    late = end("late", "eight", at("2026-03-12 08:12"), "converted")
    # The closing has its moment and has read the hour; now it waits before it writes it down.
    waits = database.Query("waits", "select pg_advisory_xact_lock(41)", None)
    slow = Family(name="slow", metrics=(), close=(), hours=(waits,))

    async def interleaved():
        async with await database.connect(written) as other:
            async with other.transaction():
                await other.execute(b"select pg_advisory_xact_lock(41)")
                close = asyncio.create_task(log.close_hours(written, NOW, (*FAMILY, slow)))
                await waiting_for_lock(db, "advisory")
                await log.store(written, [late])
            await close

    run(interleaved())
    assert stale(db) == [at("2026-03-12 08:00")]
    assert run(log.ask(written, "funnel", DAY, now=NOW)).rows[-1].sessions == 1
    assert run(log.close_hours(written, NOW, FAMILY)) == 1
    assert run(log.ask(written, "funnel", DAY, now=NOW)).rows[-1].sessions == 1


# Hours of odd length


@pytest.mark.parametrize(
    ("now", "starts", "minutes"),
    [
        # Clocks go from 2:00 back to 1:30: the hour from 1 to 2 lasts 90 minutes.
        ("2026-04-05 01:40", "2026-04-04 14:00", 90),
        # From 2:00 on to 2:30: the hour from 1 to 2 and what is left of the next are one.
        ("2026-10-04 01:40", "2026-10-03 14:30", 90),
    ],
)
def test_where_clocks_move_by_half_an_hour_an_hour_is_longer(
    db, database_url, run, now, starts, minutes
):
    log.project(db, "Australia/Lord_Howe")
    begun, asked = at(starts), DAY | {"ordered": "false"}
    for n, minute in enumerate((-1, 0, 59, 60, minutes - 1, minutes)):
        run(log.store(database_url, visit(f"s{n}", begun + timedelta(minutes=minute))))
    expected = {begun - HOUR: 1, begun: 4, begun + timedelta(minutes=minutes): 1}
    for _ in range(2):
        answer = run(log.ask(database_url, "funnel", asked, now=at(now)))
        series = [s for s in answer.parts["series"] if s.step == "session" and s.sessions]
        assert {s.starts_at: s.sessions for s in series} == expected
        run(log.close_hours(database_url, at(now), FAMILY))
        assert set(hours_kept(db)) == set(expected)


@settings(deadline=None, max_examples=50)
@given(
    st.sampled_from(sorted(closing.AT_A_CHANGE)),
    st.integers(0, 365 * 96).map(lambda n: at("2026-01-01 00:00") + n * periods.BUCKET),
)
def test_an_hour_holds_where_the_database_says_it_begins(zone, moment):
    begun = periods.hour_of(moment, periods.find_zone(zone))
    assert begun <= moment < begun + 2 * HOUR
    local = moment.astimezone(periods.find_zone(zone))
    # As date_trunc takes it: back by the minutes that the clock shows.
    assert begun <= moment - timedelta(minutes=local.minute) <= moment


# Which hours, and how a period is split at them


def hour(text, minutes=60):
    return ClosedSpan(at(text), at(text) + timedelta(minutes=minutes))


def test_hours_lie_within_fifty_hours_and_ended_an_hour_ago():
    zone = periods.find_zone("Asia/Kolkata")
    found = days.hours_over(at("2026-01-01 00:00"), NOW, zone)
    assert found[0] == hour("2026-03-10 07:30")
    assert found[-1] == hour("2026-03-12 07:30")
    assert all(a.ends_at == b.starts_at for a, b in zip(found, found[1:], strict=False))
    assert days.hours_over(at("2026-03-12 08:31"), NOW, zone) == []


def test_hours_fill_what_the_days_leave():
    span = periods.Span(at("2026-03-10 00:00"), at("2026-03-12 10:30"))
    hours = [
        hour("2026-03-12 03:00"), hour("2026-03-12 01:00"), hour("2026-03-12 02:00"),
        # One that its day answers for, one that does not lie inside, and one that another overlaps.
        hour("2026-03-11 05:00"), hour("2026-03-12 10:00"), hour("2026-03-12 02:30"),
    ]  # fmt: skip
    kept = [at("2026-03-10 00:00").date(), at("2026-03-11 00:00").date()]
    found = days.split(span, periods.find_zone("UTC"), kept, hours)
    assert found.closed == kept
    assert found.hours == [at(f"2026-03-12 0{n}:00") for n in (1, 2, 3)]
    assert list(zip(found.live_from, found.live_until, strict=True)) == [
        (at("2026-03-12 00:00"), at("2026-03-12 01:00")),
        (at("2026-03-12 04:00"), at("2026-03-12 10:30")),
    ]
