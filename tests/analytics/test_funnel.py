"""How far sessions come, by the project's steps: by hand, and against plain Python."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics import closing, log
from tests.analytics import recomputed_choices as recomputed
from tests.analytics.closing import FILTERS, SETTINGS, cases, only, recent_cases
from tests.analytics.log import at, choice, end, event

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 18:00")
REQUIRED = ["nest", "boden"]


def minute(n):
    return NOON + timedelta(minutes=n)


@pytest.fixture
def visited(db, database_url, run):
    """Five sessions; nest and boden are required."""
    log.project(db)
    db.execute("insert into report_settings values (1, %s)", (REQUIRED,))
    run(log.store(database_url, [
        event(1, "looks", NOON),
        event(2, "all", NOON),
        choice(3, "all", minute(1), "nest", "nest80"),
        choice(4, "all", minute(3), "boden", "parkett"),
        end(5, "all", minute(4), "in_cart"),
        end(6, "all", minute(6), "converted"),
        choice(7, "backwards", NOON, "boden", "parkett"),
        choice(8, "backwards", minute(1), "nest", "nest80"),
        choice(9, "takes it back", NOON, "nest", "nest80"),
        choice(10, "takes it back", minute(1), "nest", None),
        choice(11, "default", NOON, "nest", "nest80", source="default"),
        end(12, "default", minute(2), "converted"),
    ]))  # fmt: skip
    return database_url


def ask(run, url, **asked):
    return run(log.ask(url, "funnel", {"range": "7d"} | asked, now=NOW))


def test_in_order_a_step_counts_who_took_every_step_before(visited, run):
    rows = ask(run, visited).rows
    assert [(r.step, r.category, r.sessions) for r in rows] == [
        ("session", None, 5), ("first_choice", None, 3), ("decided", "nest", 2),
        ("decided", "boden", 1), ("complete", None, 1), ("order_attempt", None, 1),
        ("converted", None, 1),
    ]  # fmt: skip
    assert [r.of_first for r in rows] == [100, 60, 40, 20, 20, 20, 20]
    assert [r.of_previous for r in rows[:4]] == [None, 60, pytest.approx(66.667, abs=0.001), 50]
    times = [r.seconds_to_next for r in rows]
    about = [0, 0, 120, 0, 60, 120]
    assert times[:6] == [pytest.approx(t, rel=0.01) for t in about]
    assert times[6] is None


def test_in_any_order_each_step_counts_by_itself(visited, run):
    rows = ask(run, visited, ordered="false").rows
    assert [r.sessions for r in rows] == [5, 3, 2, 2, 2, 2, 2]


def test_what_is_over_time_adds_up_to_the_whole(visited, run):
    answer = ask(run, visited)
    (today,) = {s.starts_at for s in answer.parts["series"] if s.sessions}
    assert today == at("2026-03-10 00:00")
    of_today = [s for s in answer.parts["series"] if s.starts_at == today]
    assert [(s.step, s.category, s.sessions, s.of_first) for s in of_today] == [
        (r.step, r.category, r.sessions, r.of_first) for r in answer.rows
    ]


def test_where_nothing_is_required_complete_is_a_status_after_the_order_attempt(visited, db, run):
    db.execute("update report_settings set required_categories = '{}'")
    assert [(r.step, r.sessions) for r in ask(run, visited).rows] == [
        ("session", 5), ("first_choice", 3), ("order_attempt", 1), ("complete", 1),
        ("converted", 1),
    ]  # fmt: skip


def test_the_period_before_is_answered_by_the_same_steps(visited, run):
    answer = run(log.ask(
        visited, "funnel", {"from": "2026-03-11", "to": "2026-03-11", "compare": "true"},
        now=at("2026-03-12 10:00"),
    ))  # fmt: skip
    assert [r.sessions for r in answer.rows] == [0] * 7
    assert [r.of_first for r in answer.rows] == [None] * 7
    assert [r.sessions for r in answer.previous] == [5, 3, 2, 1, 1, 1, 1]
    begun = [s.starts_at for s in answer.previous_parts["series"] if s.sessions]
    assert set(begun) == {NOON}


@SETTINGS
@given(cases() | recent_cases(), FILTERS, st.booleans())
def test_the_funnel_equals_a_recomputation_live_and_closed(
    db, database_url, case, filters, ordered
):
    period = closing.span_of(case, "funnel")
    names = recomputed.funnel_names(case.required)

    def check(answer, events):
        found = recomputed.within(
            events, period.span.start, period.span.end, case.asked["bots"] == "true", only(filters)
        )
        times = [recomputed.funnel_times(s, case.required) for s in found]
        expected = recomputed.funnel_rows(times, names, ordered)
        assert_rows(answer.rows, expected)
        edges = [*period.edges, period.span.end]
        for n, (first, until) in enumerate(zip(edges, edges[1:], strict=False)):
            mine = [t for t in times if first <= t[0] < until]
            expected = recomputed.funnel_rows(mine, names, ordered)
            of_step = answer.parts["series"][n * len(names) : (n + 1) * len(names)]
            assert {s.starts_at for s in of_step} == {first}
            assert [(s.step, s.category, s.sessions) for s in of_step] == [
                row[:3] for row in expected
            ]

    ordered_text = str(ordered).lower()
    closing.same_closed(db, database_url, case, "funnel", check, ordered=ordered_text, **filters)


def assert_rows(rows, expected):
    shown = [
        (r.step, r.category, r.sessions, r.of_previous, r.of_first, r.seconds_to_next) for r in rows
    ]
    assert [row[:3] for row in shown] == [row[:3] for row in expected]
    for row, wanted in zip(shown, expected, strict=True):
        for value, right in zip(row[3:], wanted[3:], strict=True):
            assert value == (right and pytest.approx(right, rel=0.01001))
