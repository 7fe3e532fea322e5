"""A session told event by event."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.analytics import log
from tests.analytics.log import at, choice, end, event, snapshot
from trailpost.base.errors import BadRequest, NotFound

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 14:00")


def second(n):
    return NOON + timedelta(seconds=n)


STORY = [
    event(1, "s", second(0), url="/konfigurator"),
    choice(2, "s", second(5), "nest", "nest80", source="default", price=155500),
    choice(3, "s", second(9.5), "gebaeudehuelle", "holzlattung", price=165100,
           previous_value="trapezblech"),
    event(4, "s", second(12), "interaction", event_type="click", category="footer",
          element_id="order", value="x", time_spent=300),
    snapshot(5, "s", second(20), {"nest": "nest80", "total": 1}, completion=50),
    choice(6, "s", second(21), "gebaeudehuelle", None, price=155500),
    event(7, "s", second(22), "timing", metric_name="LCP", metric_value=1.25, unit="s",
          endpoint="/k"),
    end(8, "s", second(30), "in_cart", url="/exit"),
]  # fmt: skip


@pytest.fixture
def journey(db, database_url, run):
    log.project(db)

    def ask(*lots, session="s", now=NOW, **params):
        run(log.store(database_url, *lots))
        asked = {"session": str(log.uuid(session))} | params
        return run(log.ask(database_url, "user_journey", asked, now=now))

    return ask


def test_every_moment_knows_price_configuration_and_choices(journey):
    rows = journey(STORY[::-1]).rows
    assert [(r.place, r.kind, r.seconds_since_previous) for r in rows] == [
        (1, "page_view", None), (2, "choice", 5.0), (3, "choice", 4.5), (4, "interaction", 2.5),
        (5, "snapshot", 8.0), (6, "choice", 1.0), (7, "timing", 1.0), (8, "session_end", 8.0),
    ]  # fmt: skip
    low, high = Decimal("155500.00"), Decimal("165100.00")
    assert [r.price for r in rows] == [None, low, high, high, high, low, low, low]
    assert [r.price_change for r in rows] == [
        None, None, Decimal("9600.00"), 0, 0, Decimal("-9600.00"), 0, 0,
    ]  # fmt: skip
    snapped = {"nest": "nest80", "total": 1}
    assert [r.configuration for r in rows] == [None] * 4 + [snapped] * 4
    assert [r.completion for r in rows] == [None] * 4 + [50] * 4
    one, two = {"nest": "nest80"}, {"nest": "nest80", "gebaeudehuelle": "holzlattung"}
    assert [r.chosen for r in rows] == [None, one, two, two, two, one, one, one]


def test_every_kind_says_in_short_what_happened(journey):
    rows = journey(STORY).rows
    assert [r.what for r in rows] == [
        "/konfigurator", "→ nest80", "trapezblech → holzlattung", "click order", "manual", "→ none",
        "LCP 1.250 s /k", "/exit",
    ]  # fmt: skip
    assert [r.source for r in rows][1:3] == ["default", "user"]
    assert (rows[3].value, rows[3].time_spent) == ("x", 300)


def test_a_timing_without_a_unit_keeps_its_endpoint_apart(journey):
    given = {"metric_name": "cls", "metric_value": 0.05}
    rows = journey([
        event(1, "s", second(0), "timing", endpoint="/k", **given),
        event(2, "s", second(1), "timing", endpoint="/k", unit="", **given),
        event(3, "s", second(2), "timing", **given),
    ]).rows  # fmt: skip
    assert [r.what for r in rows] == ["cls 0.050  /k", "cls 0.050  /k", "cls 0.050"]


def test_events_of_one_moment_keep_one_order(journey):
    made = [event(n, "s", NOON) for n in range(8)]
    in_order = sorted((log.uuid(n) for n in range(8)), key=lambda u: u.bytes)
    assert [r.event_id for r in journey(made[:3], made[3:]).rows] == in_order


def test_the_session_is_described_as_a_whole(journey):
    (facts,) = journey(STORY).parts["session"]
    assert (facts.start_time, facts.last_activity, facts.session_duration) == (NOON, second(30), 30)
    assert (facts.total_events, facts.total_choices, facts.completion) == (8, 2, 50)
    assert (facts.status, facts.reached) == ("abandoned", "in_cart")
    assert (facts.exit_page, facts.landing_page) == ("/exit", "/konfigurator")


def test_a_session_is_abandoned_when_idle_and_expired_after_thirty_days(journey):
    def status(after):
        return journey(STORY, now=second(30) + after).parts["session"][0].status

    assert status(timedelta(minutes=30)) == "in_cart"
    assert status(timedelta(minutes=30, seconds=1)) == "abandoned"
    assert status(timedelta(days=30, seconds=1)) == "expired"


def test_a_converted_session_stays_converted(journey):
    made = [end(1, "c", NOON, "converted")]
    found = journey(made, session="c", now=NOON + timedelta(days=400))
    assert found.parts["session"][0].status == "converted"


def test_a_long_journey_comes_in_pages_that_know_what_was_before(journey):
    assert [r.place for r in journey(STORY, offset="6").rows] == [7, 8]
    assert journey(STORY, offset="6").rows[0].price == Decimal("155500.00")


def test_an_unknown_session_is_not_found(journey, database_url, run):
    with pytest.raises(NotFound):
        journey(session="nobody")
    with pytest.raises(BadRequest) as wrong:
        run(log.ask(database_url, "user_journey", {"session": "x"}))
    assert wrong.value.field == "session"
    with pytest.raises(BadRequest) as missing:
        run(log.ask(database_url, "user_journey", {}))
    assert missing.value.field == "session"


def test_the_session_of_another_project_is_not_found(journey, db):
    log.project(db, slug="other")
    with pytest.raises(NotFound):
        journey(STORY, project="other")
