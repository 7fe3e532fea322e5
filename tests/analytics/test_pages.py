"""Pages seen, entered and left: by hand, and against plain Python, live and from closed days."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, end, event
from tests.analytics.random_visits import FILTERS, path_of, visits_of, within

SETTINGS = settings(closing.SETTINGS, max_examples=15)
NOW = at("2026-03-10 18:00")
NIGHT = at("2026-03-09 22:30")
"""23:30 in Vienna."""
HOME, SHOP = "https://nest.example/?utm_source=x", "https://nest.example/konfigurator#preis"


def left(id, session, moment, url, milliseconds, **given):
    return event(
        id, session, moment, "interaction", event_type="custom", category="page", value="left",
        element_id=url, time_spent=milliseconds, **given,
    )  # fmt: skip


def minute(n):
    return NIGHT + timedelta(minutes=n)


LOG = [
    # Over midnight: home and configurator on the 9th, the configurator again on the 10th.
    event("1", "a", NIGHT, url=HOME, visitor=1),
    left("2", "a", minute(1), HOME, 60_000, visitor=1),
    event("3", "a", minute(1), url=SHOP, visitor=1),
    left("4", "a", minute(3), SHOP, 90_000, visitor=1),
    left("5", "a", minute(4), SHOP, 30_000, visitor=1),
    event("6", "a", minute(40), url=SHOP, visitor=1),
    event("7", "a", minute(41), url=SHOP, visitor=1),
    # On the 10th, in and out by the configurator; the tracker could not say for how long.
    event("8", "b", minute(60), url=SHOP, visitor=2),
    end("9", "b", minute(61), visitor=2),
]


def asked(database_url, run, **params):
    days = {"from": "2026-03-09", "to": "2026-03-10"} | params
    answer = run(log.ask(database_url, "pages", days, now=NOW))
    return {
        r.path: (r.views, r.sessions, r.entries, r.exits, r.exit_rate) for r in answer.rows
    }, answer.rows


@pytest.fixture
def visited(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, LOG))


def test_a_session_counts_once_a_day_for_a_page(visited, database_url, run):
    for closed in (False, True):
        if closed:
            run(log.close(database_url, NOW))
        pages, rows = asked(database_url, run)
        assert pages == {"/konfigurator": (4, 3, 1, 2, 50), "/": (1, 1, 1, 0, 0)}
        # Two minutes on the 9th, the only day on which it was told.
        times = {r.path: r.median_seconds for r in rows}
        assert times == {"/konfigurator": pytest.approx(120, rel=0.01),
                         "/": pytest.approx(60, rel=0.01)}  # fmt: skip


def test_a_view_belongs_to_its_own_day_and_an_entry_to_the_session_s(visited, database_url, run):
    pages, _ = asked(database_url, run, **{"from": "2026-03-10"})
    assert pages == {"/konfigurator": (3, 2, 1, 1, pytest.approx(100 / 3))}
    pages, _ = asked(database_url, run, to="2026-03-09")
    assert pages == {"/konfigurator": (1, 1, 0, 1, 100), "/": (1, 1, 1, 0, 0)}


def test_a_page_of_which_no_time_was_told_has_none(visited, database_url, run):
    _, rows = asked(database_url, run, **{"from": "2026-03-10"})
    assert [r.median_seconds for r in rows] == [None]


def test_a_view_that_arrives_late_on_a_day_after_the_session_s_is_counted(
    visited, database_url, run
):
    run(log.close(database_url, NOW + timedelta(days=2)))
    late = event("10", "a", minute(42), url=HOME, visitor=1)
    run(log.store(database_url, [late]))
    for _ in range(2):
        pages, _ = asked(database_url, run, **{"from": "2026-03-10"})
        assert pages["/"][:2] == (1, 1)
        run(log.close(database_url, NOW + timedelta(days=2)))


def test_a_device_whose_clock_is_far_off_counts_for_no_page(visited, database_url, run):
    wrong = event("10", "b", minute(62), url=HOME, visitor=2, clock="ancient")
    run(log.store(database_url, [wrong]))
    assert asked(database_url, run)[0]["/"][0] == 1


def test_a_filter_that_no_session_meets_leaves_no_page(visited, database_url, run):
    assert asked(database_url, run, device="mobile")[0] == {}


def recomputed_pages(events, every, shown, span, zone):
    """Path -> views, sessions, entries, exits, and the median's bounds."""
    whose = {v.id: v for v in every}
    views, sessions, times = Counter(), defaultdict(set), defaultdict(Counter)
    for e in events:
        if e.session not in whose or not span.start <= e.at < span.end:
            continue
        day = e.at.astimezone(zone).date()
        if e.kind == "page_view":
            views[path_of(e.fields["url"])] += 1
            sessions[path_of(e.fields["url"])].add((e.session, day))
        elif e.fields.get("value") == "left":
            path = path_of(e.fields["element_id"])
            times[path][e.session, day] += e.fields["time_spent"] / 1000
    entries = Counter(path_of(v.landing) for v in shown if v.landing)
    exits = Counter(path_of(v.exit) for v in shown if v.exit)
    found = {}
    for path in {*views, *entries, *exits}:
        told = sorted(times[path].values())
        middle = told[(len(told) - 1) // 2] if told else None
        found[path] = (
            views[path], len(sessions[path]), entries[path], exits[path],
            None if middle is None else pytest.approx(middle, rel=0.0101),
        )  # fmt: skip
    return found


@SETTINGS
@given(random_visits.cases(), FILTERS)
def test_pages_equal_a_recomputation_live_and_of_closed_days(db, database_url, case, filters):
    zone = closing.periods.find_zone(case.zone)
    span = closing.span_of(case, "pages").span

    def check(answer, events):
        every = visits_of(events, case.asked["bots"] == "true", filters)
        wanted = recomputed_pages(events, every, within(every, span), span, zone)
        assert {
            r.path: (r.views, r.sessions, r.entries, r.exits, r.median_seconds) for r in answer.rows
        } == wanted
        assert all(
            r.exit_rate == (pytest.approx(100 * r.exits / r.views) if r.views else None)
            for r in answer.rows
        )

    closing.same_closed(db, database_url, case, "pages", check, **filters)
