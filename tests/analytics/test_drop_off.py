"""Where sessions that did not convert stopped, worked out by hand and against plain Python."""

from collections import defaultdict

import pytest
from hypothesis import given

from tests.analytics import closing, log
from tests.analytics import recomputed_choices as recomputed
from tests.analytics.closing import FILTERS, SETTINGS, cases, only, recent_cases
from tests.analytics.log import at, choice, end, event

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 18:00")


def test_a_session_stops_at_the_last_choice_its_visitor_made(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice(1, "s", NOON, "nest", "nest80", price=155500),
        choice(2, "s", at("2026-03-10 12:01"), "fenster", "fichte", price=163500),
        choice(3, "s", at("2026-03-10 12:02"), "boden", "parkett", source="default", price=1),
        choice(4, "back", NOON, "fenster", "fichte", price=100),
        choice(5, "back", at("2026-03-10 12:05"), "fenster", None),
        choice(6, "bought", NOON, "nest", "nest80", price=155500),
        end(7, "bought", NOON, "converted"),
        event(8, "none", NOON),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "drop_off", {"range": "7d"}, now=NOW))
    rows = [(r.category, r.sessions, r.average_price, r.median_price) for r in answer.rows]
    assert rows == [
        ("fenster", 2, 163500, pytest.approx(163500, rel=0.01)),
        (None, 1, None, None),
    ]
    assert [r.share for r in answer.rows] == pytest.approx([66.667, 33.333], abs=0.001)
    options = [(o.category, o.value, o.option, o.sessions) for o in answer.parts["options"]]
    assert options == [
        ("fenster", None, None, 1), ("fenster", "fichte", "fenster:fichte", 1),
    ]  # fmt: skip


def test_who_went_back_stopped_there(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice(1, "s", NOON, "nest", "nest80", price=1),
        choice(2, "s", at("2026-03-10 12:01"), "fenster", "fichte", price=2),
        choice(3, "s", at("2026-03-10 12:02"), "nest", "nest100", price=3),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "drop_off", {"range": "7d"}, now=NOW))
    assert [(r.category, r.average_price) for r in answer.rows] == [("nest", 3)]


def test_an_empty_name_is_a_category_and_not_the_lack_of_one(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice(1, "s", NOON, "", ""), choice(2, "t", NOON, "", ":x"), event(3, "u", NOON),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "drop_off", {"range": "7d"}, now=NOW))
    assert {r.category: r.sessions for r in answer.rows} == {"": 2, None: 1}
    assert {o.value for o in answer.parts["options"]} == {"", ":x"}


@SETTINGS
@given(cases() | recent_cases(), FILTERS)
def test_drop_off_equals_a_recomputation_live_and_closed(db, database_url, case, filters):
    span = closing.span_of(case, "drop_off").span

    def check(answer, events):
        found = recomputed.within(
            events, span.start, span.end, case.asked["bots"] == "true", only(filters)
        )
        by_option = recomputed.drop_off(found)
        by_category = defaultdict(list)
        for (category, _), prices in by_option.items():
            by_category[category] += prices
        assert {r.category: _figures(r) for r in answer.rows} == {
            category: _expected(prices) for category, prices in by_category.items()
        }
        assert {(r.category, r.value): _figures(r) for r in answer.parts["options"]} == {
            key: _expected(prices) for key, prices in by_option.items() if key[0] is not None
        }
        assert sum(r.share for r in answer.rows) == pytest.approx(100 if found and by_option else 0)

    closing.same_closed(db, database_url, case, "drop_off", check, **filters)


def _figures(row):
    average = None if row.average_price is None else float(row.average_price)
    return row.sessions, average, row.median_price


def _expected(prices):
    known = [cents / 100 for cents in prices if cents is not None]
    average = pytest.approx(sum(known) / len(known), abs=0.0051) if known else None
    median = recomputed.quantile(known, 0.5)
    return len(prices), average, median and pytest.approx(median, rel=0.01001)
