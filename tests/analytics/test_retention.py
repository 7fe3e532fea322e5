"""Who came back: by hand, and against plain Python."""

from collections import defaultdict
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, event
from tests.analytics.random_visits import FILTERS, visits_of, within

SETTINGS = settings(closing.SETTINGS, max_examples=12)
KNOWN = {"is_recognised": True}
NOW = at("2026-04-08 10:00")
"""A Wednesday."""

# Vienna. Mondays: 16, 23 and 30 March, 6 April; on 29 March clocks go forward.
LOG = [
    # 1 comes on the last minute of a week, and an hour later it is the next one.
    event("1", "a", at("2026-03-22 22:59"), visitor=1, context=KNOWN),
    event("2", "b", at("2026-03-22 23:59"), visitor=1, context=KNOWN),
    # 2 comes in the same week, again in it, and two weeks later, just after midnight of Monday.
    event("3", "c", at("2026-03-17 10:00"), visitor=2, context=KNOWN),
    event("4", "d", at("2026-03-18 10:00"), visitor=2, context=KNOWN),
    event("5", "e", at("2026-03-29 22:00"), visitor=2, context=KNOWN),
    # 3 comes on Sunday, 29 March, by phone; and a bot with an id.
    event("6", "f", at("2026-03-29 10:00"), visitor=3, context=KNOWN | {"device_type": "mobile"}),
    event("7", "g", at("2026-03-17 10:00"), visitor=9, bot=True, context=KNOWN),
    # Nobody knows whether 4 and 4 are one.
    event("8", "h", at("2026-03-17 10:00"), visitor=4),
    event("9", "i", at("2026-03-24 10:00"), visitor=4),
]


@pytest.fixture
def visited(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, LOG))


def asked(database_url, run, **params):
    answer = run(log.ask(database_url, "retention", params, now=NOW))
    found = defaultdict(list)
    for row in answer.rows:
        assert row.weeks_later == len(found[row.starts_at, row.size])
        found[row.starts_at, row.size].append(row.returned)
    return dict(found), answer


def test_a_cohort_says_week_by_week_who_came_back(visited, database_url, run):
    found, answer = asked(database_url, run)
    none = [None] * 5
    assert found == {
        (at("2026-03-15 23:00"), 2): [2, 1, 1, 0, *none],
        (at("2026-03-22 23:00"), 1): [1, 0, 0, *none, None],
    }
    shares = [r.share for r in answer.rows if r.size == 2]
    assert shares == [100, 50, 50, 0, *none]
    known = answer.parts["known"][0]
    assert (known.sessions, known.recognised) == (8, 6)
    assert known.share == 75


def test_ninety_days_are_asked_for_unless_said_otherwise(visited, database_url, run):
    _, answer = asked(database_url, run)
    assert answer.period.span.start == at("2026-01-08 23:00")


def test_only_who_came_first_in_the_period_belongs_to_a_cohort(visited, database_url, run):
    found, _ = asked(database_url, run, **{"from": "2026-03-23", "to": "2026-03-29"})
    assert list(found) == [(at("2026-03-22 23:00"), 1)]


def test_a_filter_is_about_the_first_session(visited, database_url, run):
    found, answer = asked(database_url, run, device="mobile")
    assert list(found) == [(at("2026-03-22 23:00"), 1)]
    assert (answer.parts["known"][0].sessions, answer.parts["known"][0].share) == (1, 100)


def test_bots_are_a_cohort_only_when_asked_for(visited, database_url, run):
    found, _ = asked(database_url, run, bots="true")
    assert [size for _, size in found] == [3, 1]


def test_who_gave_no_id_is_in_no_cohort(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [event("1", "a", NOW - timedelta(days=9), visitor=1)]))
    found, answer = asked(database_url, run)
    assert found == {}
    assert answer.parts["known"][0].share == 0


def monday(moment, zone):
    day = moment.astimezone(zone).date()
    return day - timedelta(days=day.weekday())


def cohorts(every, shown, span, now, zone):
    """(Monday, weeks later) -> size and those who came back."""
    mine = defaultdict(list)
    for visit in every:
        if visit.recognised:
            mine[visit.visitor].append(visit)
    first = [min(v.start for v in theirs) for theirs in mine.values()]
    firsts = dict(zip(mine, first, strict=True))
    starts = {(v.visitor, v.start) for v in shown if v.recognised}
    found = {}
    for visitor, came in firsts.items():
        if not span.start <= came < span.end or (visitor, came) not in starts:
            continue
        weeks = {monday(v.start, zone) for v in mine[visitor] if v.start <= now}
        for later in range(9):
            week = monday(came, zone) + timedelta(days=7 * later)
            size, back = found.get((monday(came, zone), later), (0, 0))
            begun = datetime.combine(week, time(), zone) <= now
            found[monday(came, zone), later] = (
                size + 1, None if not begun else back + (week in weeks),
            )  # fmt: skip
    return found


@SETTINGS
@given(
    random_visits.cases(most=12, seconds=40 * 86_400), FILTERS, st.integers(0, 80),
)  # fmt: skip
def test_cohorts_equal_a_recomputation(db, database_url, case, filters, days):
    zone = closing.periods.find_zone(case.zone)
    now = case.now + timedelta(days=days)
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    bots = case.asked["bots"] == "true"
    asked = {"bots": case.asked["bots"], "range": "90d"} | filters
    answer = closing.asyncio.run(log.ask(database_url, "retention", asked, now=now))
    span = answer.period.span
    every = visits_of(case.events, bots)
    shown = visits_of(case.events, bots, filters)
    assert {
        (r.starts_at.astimezone(zone).date(), r.weeks_later): (r.size, r.returned)
        for r in answer.rows
    } == cohorts(every, shown, span, now, zone)
    known = answer.parts["known"][0]
    inside = within(shown, span)
    assert (known.sessions, known.recognised) == (len(inside), sum(v.recognised for v in inside))
