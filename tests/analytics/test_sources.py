"""How visitors came: by hand, and against plain Python, live and from closed days."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, choice, end, event
from tests.analytics.random_visits import (
    FILTERS,
    measured,
    measures,
    source_of,
    visits_of,
    within,
)
from trailpost.analytics.reports.sources import FAMILY

SETTINGS = settings(closing.SETTINGS, max_examples=12)
BY = ("source", "referrer", "medium", "campaign", "landing", "country")
NOW = at("2026-03-30 10:00")
GOOGLE = {"referrer": "https://www.google.com/search?q=haus", "is_recognised": True}
LETTER = {"utm_source": "Newsletter", "utm_medium": "email", "utm_campaign": "März",
          "is_recognised": True}  # fmt: skip

# Vienna: 27 March is a Friday; on 29 March clocks go from 02:00 to 03:00.
LOG = [
    # A recognised visitor who came by Google on Friday and by letter on Sunday: 155,500, converted.
    event("1", "A", at("2026-03-27 10:00"), visitor=1, context=GOOGLE, url="https://n.example/?a=1"),
    choice("2", "B", at("2026-03-29 09:00"), "nest", "nest80", price=155_500, visitor=1,
           context=LETTER),
    end("3", "B", at("2026-03-29 09:10"), "converted", visitor=1, context=LETTER),
    # Somebody else, twice on Sunday: by Google at 00:30, by letter at 23:30; both bounce.
    event("4", "C", at("2026-03-28 23:30"), visitor=2, context=GOOGLE | {"is_recognised": False}),
    event("5", "D", at("2026-03-29 21:30"), visitor=2, context=LETTER | {"is_recognised": False}),
    # Directly, 40 s long, on Saturday at 23:30 and on Sunday at 00:10: two days.
    event("6", "E", at("2026-03-28 22:30"), visitor=3),
    event("7", "E", at("2026-03-28 22:30:40"), visitor=3),
    event("8", "F", at("2026-03-28 23:10"), visitor=3),
    event("9", "F", at("2026-03-28 23:10:40"), visitor=3),
]  # fmt: skip


@pytest.fixture
def visited(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, LOG))


def asked(database_url, run, **params):
    answer = run(log.ask(database_url, "sources", {"range": "7d"} | params, now=NOW))
    return {r.value: r for r in answer.rows}, answer


def test_a_row_says_what_became_of_the_sessions_of_a_source(visited, database_url, run):
    rows, _ = asked(database_url, run)
    assert {k: (r.sessions, r.visitors, r.engaged, r.converted) for k, r in rows.items()} == {
        "google.com": (2, 2, 0, 0), "newsletter": (2, 2, 1, 1), "direct": (2, 2, 0, 0),
    }  # fmt: skip
    assert {k: r.bounce_rate for k, r in rows.items()} == {
        "google.com": 100, "newsletter": 50, "direct": 0,
    }  # fmt: skip
    assert rows["newsletter"].conversion_rate == 50
    assert rows["newsletter"].average_configured_value == Decimal("155500.00")
    assert rows["direct"].average_configured_value is None
    assert all(r.source == r.value for r in rows.values())


def test_the_first_touch_is_of_the_day_unless_the_visitor_is_recognised(visited, database_url, run):
    for closed in (False, True):
        if closed:
            run(log.close(database_url, NOW))
        rows, answer = asked(database_url, run, touch="first")
        assert {k: (r.sessions, r.visitors, r.converted) for k, r in rows.items()} == {
            "google.com": (4, 3, 1), "direct": (2, 2, 0),
        }  # fmt: skip
        assert all(r.source is None for r in rows.values())
        assert [(r.campaign, r.sessions) for r in answer.parts["campaigns"]] == [(None, 6)]


def test_an_earlier_session_that_arrives_late_changes_the_first_touch_of_closed_days(
    visited, database_url, run
):
    run(log.close(database_url, NOW))
    early = event("10", "Z", at("2026-03-25 10:00"), visitor=1, context=LETTER)
    run(log.store(database_url, [early]))
    for _ in range(2):
        rows, _ = asked(database_url, run, touch="first")
        assert {k: r.sessions for k, r in rows.items()} == {
            "google.com": 2, "newsletter": 3, "direct": 2,
        }  # fmt: skip
        run(log.close(database_url, NOW))


def test_sessions_can_be_told_apart_in_other_ways(visited, database_url, run):
    def told(by):
        rows, _ = asked(database_url, run, by=by)
        assert all(r.source is None for r in rows.values())
        return {k: r.sessions for k, r in rows.items()}

    assert told("referrer") == {None: 4, "google.com/search": 2}
    assert told("medium") == {None: 4, "email": 2}
    assert told("landing") == {None: 5, "/": 1}
    assert told("country") == {None: 6}


def test_the_series_holds_every_day_of_the_most_frequent_values(visited, database_url, run):
    _, answer = asked(database_url, run)
    days = [s for s in answer.parts["series"] if s.value == "direct"]
    assert [s.sessions for s in days] == [0, 0, 0, 0, 1, 1, 0]
    assert len(answer.parts["series"]) == 3 * 7
    assert days[5].starts_at == at("2026-03-28 23:00")
    assert days[6].starts_at == at("2026-03-29 22:00")


def test_more_than_five_values_leave_the_others_out_of_the_series(db, database_url, run):
    log.project(db, "UTC")
    run(log.store(database_url, [
        event(n + str(m), n + str(m), NOW - timedelta(hours=m), context={"utm_source": n})
        for n, times in zip("abcdefg", (7, 6, 5, 4, 3, 3, 1), strict=True) for m in range(times)
    ]))  # fmt: skip
    _, answer = asked(database_url, run)
    assert {s.value for s in answer.parts["series"]} == set("abcde")


def test_what_is_kept_of_a_day_is_what_the_report_may_ask_for(db):
    assert db.execute("select visit_metrics()").fetchone()[0] == list(FAMILY.metrics)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://nest.example", "/"),
        ("https://nest.example/?a=/b", "/"),
        ("https://nest.example/a/b/?c#d", "/a/b/"),
        ("//nest.example/a", "/a"),
        ("/a?b=https://x/y", "/a"),
        ("/r/https://x/y", "/r/https://x/y"),
        ("https://nest.example/#/a/b?c=1", "/#/a/b"),
        ("https://nest.example/x#!/a", "/x#!/a"),
        ("", "/"),
        ("/" + "ä" * 600, "/" + "ä" * 499),
        (None, None),
    ],
)
def test_a_path_has_no_host_and_no_query(db, url, path):
    assert db.execute("select url_path(%s)", (url,)).fetchone() == (path,)


def value_of(came, by):
    if by == "source":
        return source_of(came.context)
    if by == "referrer":
        said = (came.context["referrer"] or "").partition("://")[2].partition("?")[0]
        return said.removeprefix("www.").rstrip("/") or None
    if by == "landing":
        return random_visits.path_of(came.landing)
    return came.context[{"medium": "utm_medium", "campaign": "utm_campaign"}.get(by, by)]


def first_of(visit, every, zone):
    """How the visitor came first, as far as one may know."""
    mine = [
        v for v in every
        if (v.visitor, v.bot) == (visit.visitor, visit.bot) and v.start <= visit.start
        and (v.recognised if visit.recognised
             else v.start.astimezone(zone).date() == visit.start.astimezone(zone).date())
    ]  # fmt: skip
    return min(mine, key=lambda v: (v.start, log.uuid(v.id)))


@SETTINGS
@given(random_visits.cases(), st.sampled_from(BY), st.sampled_from(("first", "last")), FILTERS)
def test_sources_equal_a_recomputation_live_and_of_closed_days(
    db, database_url, case, by, touch, filters
):
    zone = closing.periods.find_zone(case.zone)
    span = closing.span_of(case, "sources").span

    def check(answer, events):
        every = visits_of(events, bots=True)
        shown = visits_of(events, case.asked["bots"] == "true", filters)
        found, campaigns = defaultdict(list), defaultdict(list)
        for visit in within(shown, span):
            came = first_of(visit, every, zone) if touch == "first" else visit
            found[value_of(came, by)].append(visit)
            campaigns[value_of(came, "campaign")].append(visit)
        assert measures(answer.rows, "value") == {k: measured(v, zone) for k, v in found.items()}
        assert measures(answer.parts["campaigns"], "campaign") == {
            k: measured(v, zone) for k, v in campaigns.items()
        }
        drawn = sum(sorted((len(v) for v in found.values()), reverse=True)[:5])
        assert sum(s.sessions for s in answer.parts["series"]) == drawn

    closing.same_closed(db, database_url, case, "sources", check, by=by, touch=touch, **filters)
