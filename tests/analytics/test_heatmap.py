"""Hours of the week: by hand, and against plain Python."""

from collections import Counter

import pytest
from hypothesis import given, settings

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, end, event
from tests.analytics.random_visits import FILTERS, visits_of, within

SETTINGS = settings(closing.SETTINGS, max_examples=12)
NOW = at("2026-03-30 10:00")


def test_an_hour_of_the_week_is_the_one_on_the_wall(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        # Vienna: Saturday 23:30, Sunday 01:59 and 03:00 (an hour was skipped), Monday 00:00.
        event("1", "a", at("2026-03-28 22:30"), visitor=1),
        event("2", "b", at("2026-03-29 00:59"), visitor=2),
        event("3", "c", at("2026-03-29 01:00"), visitor=3),
        end("4", "c", at("2026-03-29 01:10"), "converted", visitor=3),
        event("5", "d", at("2026-03-22 02:00"), visitor=4),
        event("6", "e", at("2026-03-29 22:00"), visitor=5, bot=True),
    ]))  # fmt: skip
    rows = run(log.ask(database_url, "heatmap", now=NOW)).rows
    assert [(r.weekday, r.hour) for r in rows] == [(d, h) for d in range(1, 8) for h in range(24)]
    assert {
        (r.weekday, r.hour): (r.sessions, r.converted, r.conversion_rate)
        for r in rows
        if r.sessions
    } == {(6, 23): (1, 0, 0), (7, 1): (1, 0, 0), (7, 3): (2, 1, 50)}
    assert rows[0].conversion_rate is None


@SETTINGS
@given(random_visits.cases(), FILTERS)
def test_hours_equal_a_recomputation(db, database_url, case, filters):
    zone = closing.periods.find_zone(case.zone)
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    span = closing.span_of(case, "heatmap").span
    shown = within(visits_of(case.events, case.asked["bots"] == "true", filters), span)
    hours = [(v.start.astimezone(zone).isoweekday(), v.start.astimezone(zone).hour) for v in shown]
    taken = Counter(h for h, v in zip(hours, shown, strict=True) if v.converted)
    rows = closing.ask(database_url, case, "heatmap", **filters).rows
    assert {(r.weekday, r.hour): r.sessions for r in rows if r.sessions} == Counter(hours)
    for row in rows:
        converted = taken[row.weekday, row.hour]
        assert row.converted == converted
        if row.sessions:
            assert row.conversion_rate == pytest.approx(100 * converted / row.sessions)
