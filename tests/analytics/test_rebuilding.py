"""Rebuild and verify: what they find, what they mend, and what they leave alone."""

from datetime import date

import pytest

from tests.analytics import log
from tests.analytics.log import at, choice, end, event
from trailpost.tracking.rules.fold import mark

NOON = at("2026-03-10 12:00")
DAY = date(2026, 3, 10)
CHOSEN = (
    f'{{"nest": {{"at": "{mark(log.micros(NOON), log.uuid(1).bytes)}", "seen": ["nest80"], '
    f'"count": 1, "first": {log.micros(NOON)}, "price": 15550000, "value": "nest80"}}}}'
)


@pytest.fixture
def written(db, database_url, run):
    for day in ("2026-03-09", "2026-03-10", "2026-03-11"):
        db.execute("select ensure_event_partition(%s)", (day,))
    run(log.store(database_url, [
        choice(1, "s", NOON, "nest", "nest80", price=155500),
        event(2, "s", at("2026-03-10 12:01"), "timing", metric_name="LCP", metric_value=1.5),
        end(5, "s", at("2026-03-10 12:02"), "in_cart"),
        event(3, "t", at("2026-03-11 12:00")),
        event(4, "r", at("2026-03-09 12:00")),
    ]))  # fmt: skip
    return database_url


def test_what_the_writer_added_up_needs_no_mending(written, run):
    assert run(log.differences(written)) == []


@pytest.mark.parametrize(
    ("broken", "table", "column", "stored", "recomputed"),
    [
        ("update rollup_sessions set converted = 9 where engaged = 1",
         "rollup_sessions", "converted", "9", "0"),
        ("update rollup_timings set total = 9", "rollup_timings", "total", "9", "1.5"),
        ("update user_sessions set total_price = 1 where total_choices = 1",
         "user_sessions", "total_price", "1.00", "155500.00"),
        ("update user_sessions set start_time = start_time + interval '1 s', visitor = 5 "
         "where total_choices = 1",
         "user_sessions", "start_time", "2026-03-10T12:00:01+00:00", "2026-03-10T12:00:00+00:00"),
        ("update user_sessions set choices = '{}' where total_choices = 1",
         "user_sessions", "choices", "{}", CHOSEN),
        ("update user_sessions set choices = jsonb_set(choices, '{nest,first}', '1') "
         "where total_choices = 1",
         "user_sessions", "choices", CHOSEN.replace(str(log.micros(NOON)), "1"), CHOSEN),
        ("update user_sessions set exposed = '{pv}' where total_choices = 1",
         "user_sessions", "exposed", '["pv"]', '["nest"]'),
        ("update user_sessions set reached = '{}' where conversion_status = 'in_cart'",
         "user_sessions", "reached", "{}", f'{{"in_cart": {log.micros(at("2026-03-10 12:02"))}}}'),
    ],
)  # fmt: skip
def test_a_wrong_value_is_found_and_named(
    written, db, run, broken, table, column, stored, recomputed
):
    db.execute(broken)
    found = {(d.table, d.column): d for d in run(log.differences(written))}
    assert found[table, column].stored == stored
    assert found[table, column].recomputed == recomputed


def test_a_session_that_is_not_there_is_found(written, db, run):
    db.execute("delete from user_sessions where session_id = %s", (log.uuid("t"),))
    found = [d for d in run(log.differences(written)) if d.table == "user_sessions"]
    assert {d.key for d in found} == {f"1 {log.uuid('t')}"}
    assert all(d.stored is None for d in found)


def test_an_event_too_few_is_found(written, db, run):
    db.execute("delete from events where event_id = %s", (log.uuid(3),))
    found = {(d.table, d.column): (d.stored, d.recomputed) for d in run(log.differences(written))}
    assert found["rollup_events", "events"] == ("1", None)
    assert found["rollup_sessions", "sessions"] == ("1", None)
    assert found["user_sessions", "total_events"] == ("1", None)


def test_a_rebuild_mends_the_rollups(written, db, run):
    before = log.rollups(db)
    db.execute("update rollup_sessions set sessions = 99, visitors = 0")
    db.execute("delete from rollup_events")
    db.execute("insert into rollup_timings values (1, now(), false, 'x', '', 1, 1, 1, 1)")
    run(log.rebuild(written))
    assert log.rollups(db) == before
    assert run(log.differences(written)) == []


def test_a_rebuild_of_some_days_leaves_the_others(written, db, run):
    db.execute("update rollup_sessions set sessions = 99")
    run(log.rebuild(written, DAY, DAY))
    assert db.execute("select sessions from rollup_sessions order by bucket").fetchall() == [
        (99,), (1,), (99,),
    ]  # fmt: skip
    assert {d.key for d in run(log.differences(written))} == {
        "1 2026-03-09 12:00:00+00 f", "1 2026-03-11 12:00:00+00 f",
    }  # fmt: skip
    assert run(log.differences(written, DAY, DAY)) == []


def test_days_that_retention_dropped_keep_the_rollups_they_have(written, db, run):
    before = log.rollups(db)
    db.execute("select drop_event_partitions('2026-03-10')")
    run(log.rebuild(written))
    assert log.rollups(db) == before
    assert run(log.differences(written)) == []


def test_a_session_that_lost_its_first_day_is_left_alone(written, db, run):
    run(log.store(written, [event(6, "r", at("2026-03-10 00:10"))]))
    db.execute("select drop_event_partitions('2026-03-10')")
    before = log.rollups(db)["sessions"]
    run(log.rebuild(written))
    assert log.rollups(db)["sessions"] == before
    assert run(log.differences(written)) == []


def test_days_before_the_retention_setting_are_left_alone_though_a_partition_is_there(
    written, db, run
):
    db.execute("update rollup_sessions set sessions = 99")
    run(log.rebuild(written, since=DAY))
    assert db.execute("select sessions from rollup_sessions order by bucket").fetchall() == [
        (99,), (1,), (1,),
    ]  # fmt: skip


def test_progress_is_told_step_by_step(written, run):
    told = []
    run(log.rebuild(written, None, None, lambda done, steps, what: told.append((done, steps))))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    run(log.differences(written, DAY, DAY, lambda done, steps, what: told.append((done, steps))))
    assert told[-1] == (4, 4)
