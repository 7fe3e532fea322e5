"""What the writer adds up, batch by batch, against what raw events say."""

import asyncio

import pytest

from tests.analytics import log
from tests.analytics.log import at, choice, end, event, snapshot
from trailpost import analytics

NOON = at("2026-03-10 12:00")


def sessions(db, *columns):
    return db.execute(
        f"select {', '.join(columns)} from rollup_sessions where sessions <> 0 or visitors <> 0 "
        "order by bucket, is_bot"
    ).fetchall()


def test_a_session_counts_once_in_the_bucket_it_began_in(db, database_url, run):
    first = event(1, "s", at("2026-03-10 12:14:59"))
    later = event(2, "s", at("2026-03-10 12:15:00"))
    run(log.store(database_url, [first], [later]))
    assert sessions(db, "bucket", "sessions", "duration") == [(NOON, 1, 1)]


def test_an_event_that_arrives_late_moves_its_session_to_an_earlier_bucket(db, database_url, run):
    known = choice(1, "s", at("2026-03-10 13:00"), "nest", "nest80", price=155500)
    late = event(2, "s", at("2026-03-10 12:59"))
    run(log.store(database_url, [known], [late]))
    bucket = at("2026-03-10 12:45")
    assert sessions(db, "bucket", "sessions", "visitors", "duration", "configured_value") == [
        (bucket, 1, 1, 60, 155500)
    ]


def test_a_status_counts_in_every_stage_it_has_reached(db, database_url, run):
    run(log.store(database_url, [end(1, "s", NOON, "completed")], [end(2, "s", NOON, "in_cart")]))
    assert sessions(db, "in_cart", "completed", "converted") == [(1, 1, 0)]
    run(log.store(database_url, [end(3, "s", NOON, "converted")]))
    assert sessions(db, "in_cart", "completed", "converted") == [(1, 1, 1)]


def test_a_price_without_a_choice_of_the_visitor_is_no_configured_value(db, database_url, run):
    default = choice(1, "s", NOON, "nest", "nest80", source="default", price=155500)
    run(log.store(database_url, [default]))
    assert sessions(db, "engaged", "configured", "configured_value") == [(0, 0, 0)]
    run(log.store(database_url, [choice(2, "s", NOON, "nest", "nest100", price=189100)]))
    assert sessions(db, "engaged", "configured", "configured_value") == [(1, 1, 189100)]


def test_the_same_event_again_changes_nothing(db, database_url, run):
    made = [choice(1, "s", NOON, "nest", "nest80", price=155500), event(2, "s", NOON)]
    run(log.store(database_url, made))
    before = log.rollups(db)
    run(log.store(database_url, made, [*made, *made]))
    assert log.rollups(db) == before


def test_a_visitor_counts_once_a_day_where_the_first_session_began(db, database_url, run):
    run(log.store(
        database_url,
        [event(1, "noon", NOON, visitor=7), event(2, "evening", at("2026-03-10 20:00"), visitor=7)],
        [event(3, "tomorrow", at("2026-03-11 00:00"), visitor=7)],
    ))  # fmt: skip
    assert sessions(db, "bucket", "visitors") == [
        (NOON, 1), (at("2026-03-10 20:00"), 0), (at("2026-03-11 00:00"), 1),
    ]  # fmt: skip


def test_an_earlier_session_that_arrives_later_takes_the_visitor_over(db, database_url, run):
    run(log.store(
        database_url,
        [event(1, "noon", NOON, visitor=7)],
        [event(2, "morning", at("2026-03-10 08:00"), visitor=7)],
    ))  # fmt: skip
    assert sessions(db, "bucket", "visitors") == [(at("2026-03-10 08:00"), 1), (NOON, 0)]


def test_a_session_that_turns_out_to_begin_yesterday_leaves_the_visitor_to_today(
    db, database_url, run
):
    early, later = at("2026-03-10 00:05"), at("2026-03-10 09:00")
    run(log.store(database_url, [event(1, "a", early, visitor=7), event(2, "b", later, visitor=7)]))
    run(log.store(database_url, [event(3, "a", at("2026-03-09 23:59"), visitor=7)]))
    assert sessions(db, "bucket", "sessions", "visitors") == [
        (at("2026-03-09 23:45"), 1, 1), (later, 1, 1),
    ]  # fmt: skip


def test_bots_are_counted_apart(db, database_url, run):
    run(log.store(
        database_url, [event(1, "s", NOON, visitor=7), event(2, "b", NOON, visitor=7, bot=True)]
    ))  # fmt: skip
    assert sessions(db, "is_bot", "sessions", "visitors") == [(False, 1, 1), (True, 1, 1)]
    assert db.execute("select is_bot, events from rollup_events order by 1").fetchall() == [
        (False, 1), (True, 1),
    ]  # fmt: skip


def test_a_timing_of_no_session_is_counted_as_nobodys(db, database_url, run):
    timing = event(1, "", NOON, "timing", metric_name="LCP", metric_value=2.5)
    run(log.store(database_url, [timing]))
    assert db.execute("select is_bot, metric_name, events, total from rollup_timings").fetchall() \
        == [(False, "LCP", 1, 2.5)]  # fmt: skip
    assert sessions(db, "sessions") == []
    assert run(log.differences(database_url)) == []


def test_timings_keep_sum_and_extremes_by_metric_and_endpoint(db, database_url, run):
    values = [("a", 3.0, "/x"), ("b", 1.0, "/x"), ("c", 7.0, None)]
    lots = [
        [event(n, "s", NOON, "timing", metric_name="api", metric_value=value, endpoint=endpoint)]
        for n, value, endpoint in values
    ]
    run(log.store(database_url, *lots))
    found = db.execute(
        "select endpoint, events, total, lowest, highest from rollup_timings order by 1"
    ).fetchall()
    assert found == [("", 1, 7.0, 7.0, 7.0), ("/x", 2, 4.0, 1.0, 3.0)]


def test_two_writers_at_once_count_a_visitor_they_share_once(db, database_url, run):
    async def together():
        one, other = await log.writer(database_url), await log.writer(database_url)
        async with one, other:
            mine = [[event(f"a{n}", f"a{n}", NOON, visitor=n % 5)] for n in range(20)]
            yours = [[event(f"b{n}", f"b{n}", NOON, visitor=n % 5)] for n in range(20)]
            await asyncio.gather(log.write(one, *mine), log.write(other, *yours))

    run(together())
    assert sessions(db, "sessions", "visitors") == [(40, 5)]
    assert run(log.differences(database_url)) == []


def test_a_writer_waits_for_a_rebuild_and_nothing_is_lost(db, database_url, run):
    async def together():
        await log.store(database_url, [event(n, f"s{n}", NOON, visitor=n) for n in range(50)])
        async with await log.writer(database_url) as conn:
            more = [[event(f"m{n}", f"m{n}", NOON, visitor=n)] for n in range(30)]
            rebuilds = [log.rebuild(database_url) for _ in range(3)]
            await asyncio.gather(log.write(conn, *more), *rebuilds)

    run(together())
    assert sessions(db, "sessions", "visitors") == [(80, 50)]
    assert run(log.differences(database_url)) == []


def test_a_snapshot_carries_price_completion_and_status(db, database_url, run):
    made = snapshot(
        1, "s", NOON, {"nest": "nest80"}, price=165100.5, status="in_cart", completion=75
    )
    run(log.store(database_url, [made], [choice(2, "s", NOON, "nest", "nest80")]))
    assert sessions(db, "completion_known", "completion_sum", "configured_value", "in_cart") == [
        (1, 75, pytest.approx(165100.5), 1)
    ]


def test_the_hook_is_the_features_own():
    assert analytics.FEATURE.on_write == (analytics.roll_up,)
