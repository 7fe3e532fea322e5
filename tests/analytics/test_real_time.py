"""Figures of this moment, each with its edge."""

from datetime import timedelta

import pytest

from tests.analytics import log
from tests.analytics.log import at, event
from trailpost.analytics import REPORTS

NOW = at("2026-03-10 12:00:30")


@pytest.fixture
def real_time(db, database_url, run):
    log.project(db)

    def ask(**given):
        params = given.pop("params", {})
        return run(log.ask(database_url, "real_time", params, now=NOW, **given))

    return ask


def test_active_is_whoever_did_something_in_the_last_five_minutes(real_time, database_url, run):
    run(log.store(database_url, [
        event(1, "just", at("2026-03-10 11:55:31")),
        event(2, "past", at("2026-03-10 11:55:30")),
        event(3, "bot", NOW, bot=True),
        event(4, "future", at("2026-03-12 00:00"), received=NOW),
    ]))  # fmt: skip
    assert real_time().rows[0].active_sessions == 1
    assert real_time(params={"bots": "true"}).rows[0].active_sessions == 2


def test_events_per_second_span_the_last_full_minute_and_the_running_one(real_time, db):
    db.execute("""insert into ingest_ledger (minute, project_id, received, stored) values
        ('2026-03-10 12:00Z', 1, 30, 30), ('2026-03-10 11:59Z', 1, 150, 150),
        ('2026-03-10 11:58Z', 1, 999, 999), ('2026-03-10 12:00Z', 2, 999, 999)""")
    assert real_time().rows[0].events_per_second == 2.0  # 180 in 90 s


def test_our_own_server_is_judged_by_its_last_five_minutes(real_time, db):
    db.execute("""insert into request_timings values
        ('2026-03-10 12:00Z', 'GET', '/a', 200, 3, 30, 20),
        ('2026-03-10 11:56Z', 'GET', '/a', 404, 4, 40, 15),
        ('2026-03-10 11:58Z', 'POST', '/b', 500, 1, 90, 90),
        ('2026-03-10 11:55Z', 'POST', '/b', 500, 100, 9999, 999)""")
    found = real_time().rows[0]
    assert (found.requests, found.average_response_ms, found.slowest_response_ms) == (8, 20.0, 90.0)
    assert found.error_rate == 12.5


def test_what_is_not_known_is_null(real_time):
    found = real_time().rows[0]
    assert (found.average_response_ms, found.slowest_response_ms, found.error_rate) == (
        None, None, None,
    )  # fmt: skip
    assert (found.events_per_second, found.requests, found.cache_hit_rate) == (0.0, 0, None)
    assert real_time(cache_hit_rate=92.5).rows[0].cache_hit_rate == 92.5


def test_the_last_twenty_events_come_from_any_number_of_sessions(real_time, database_url, run):
    begin = at("2026-03-10 11:00")
    made = [event(n, f"s{n % 30}", begin + timedelta(seconds=n)) for n in range(60)]
    made.append(event("b", "bot", NOW, bot=True))
    run(log.store(database_url, made))
    found = real_time().parts["events"]
    assert [e.event_id for e in found] == [log.uuid(n) for n in range(59, 39, -1)]
    assert real_time(params={"bots": "true"}).parts["events"][0].is_bot is True


def test_every_figure_says_what_it_is():
    assert REPORTS["real_time"].chart == "figures"
