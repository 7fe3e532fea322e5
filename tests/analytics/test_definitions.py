"""What a definition says is what the number does: the ones that could be read in two ways."""

from datetime import timedelta

import pytest

from tests.analytics import log
from tests.analytics.conftest import told
from tests.analytics.log import at, choice, end, event, snapshot
from trailpost.analytics import REPORTS, definitions

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-12 12:00")


def later(seconds):
    return NOON + timedelta(seconds=seconds)


def says(report, field, *words, part=None):
    """The test that follows is about these words; whoever changes them sees it."""
    said = definitions(REPORTS[report].part(part).row)[field].definition
    assert [word for word in words if word not in said] == [], said


@pytest.fixture
def arrange(db, database_url, run):
    log.project(db, "UTC")
    db.execute("insert into report_settings values (1, '{nest,huelle}')")
    return lambda *events: run(log.store(database_url, events))


@pytest.fixture
def ask(database_url, run):
    def asked(name, *fields, part=None, **given):
        now = given.pop("now", NOW)
        answer = run(log.ask(database_url, name, {"range": "7d"} | given, now=now))
        return told(answer.parts[part] if part else answer.rows, *fields)

    return asked


def test_a_session_of_exactly_30_seconds_did_not_bounce(arrange, ask):
    says("overview", "bounceRate", "under 30 s and hold no choice by the visitor")
    arrange(
        event(1, "exactly 30 s", NOON), event(2, "exactly 30 s", later(30), "interaction"),
        event(3, "a moment less", NOON),
        event(4, "a moment less", later(30) - timedelta(microseconds=1), "interaction"),
        choice(5, "chose", NOON, "nest", "nest80"),
        choice(6, "chose and took it back", NOON, "nest", "nest80"),
        choice(7, "chose and took it back", later(1), "nest", None),
        choice(8, "only a default", NOON, "nest", "nest80", source="default"),
    )  # fmt: skip
    # The moment less, the default
    assert ask("overview", "sessions", "bounce_rate", "engaged_rate") == [(5, 40.0, 40.0)]
    assert ask("devices", "bounce_rate") == [(40.0,)]
    assert ask("overview", "bounce_rate", converted="false") == [(40.0,)]


def test_a_visitor_counts_once_per_utc_day_wherever_midnight_is(arrange, ask):
    says("overview", "visitors", "counted once per UTC day")
    says("growth", "visitors", "counted once per UTC day")
    says("sources", "visitors", "once per local day and row")
    second = timedelta(seconds=1)
    midnight = at("2026-03-11 00:00")  # 01:00 in Vienna
    local = at("2026-03-10 23:00")
    arrange(
        event(1, "a", local - second, visitor=1), event(2, "b", local, visitor=1),
        event(3, "c", midnight - second, visitor=1), event(4, "d", midnight, visitor=1),
        event(5, "e", midnight, visitor=1, bot=True),
    )  # fmt: skip
    for tz in ("UTC", "Europe/Vienna", "Asia/Tokyo"):
        assert ask("overview", "visitors", tz=tz) == [(2,)]
        assert ask("growth", "visitors", tz=tz)[-1:] == [(2,)]
    assert ask("overview", "visitors", bots="true") == [(3,)]
    assert ask("sources", "visitors", tz="Europe/Vienna") == [(2,)]  # a | b c d
    assert ask("sources", "visitors", tz="America/New_York") == [(1,)]
    # Of a period that begins in the middle of a UTC day the visitor is not lost.
    tuesday = {"range": "custom", "from": "2026-03-11", "to": "2026-03-11", "tz": "Europe/Vienna"}
    assert ask("overview", "sessions", "visitors", **tuesday) == [(3, 2)]


def test_an_option_is_kept_or_switched_away_by_the_visitor_alone(arrange, ask):
    says("options", "kept", "whose last choice in the category it was")
    says("options", "switchedAway", "another, or to have none")
    arrange(
        choice(1, "kept", NOON, "nest", "nest80"),
        choice(2, "kept", later(1), "nest", "nest100", source="constraint"),
        choice(3, "back again", NOON, "nest", "nest80"),
        choice(4, "back again", later(1), "nest", "nest100"),
        choice(5, "back again", later(2), "nest", "nest80"),
        choice(6, "took back", NOON, "nest", "nest80"),
        choice(7, "took back", later(1), "nest", None),
        choice(8, "shared", NOON, "nest", "nest80", source="shared_link"),
    )  # fmt: skip
    names = ("value", "exposed", "chosen", "kept", "switched_away", "share", "decided")
    assert ask("options", *names) == [
        ("nest80", 4, 3, 2, 1, 100.0, 2),
        ("nest100", 4, 1, 0, 1, 0.0, 2),
    ]


def test_the_decision_time_is_that_of_the_first_choice_in_the_category(arrange, ask):
    says("options", "decisionSeconds", "latest first choice in another category before",
         "whichever option that was", "sessions that kept the option")  # fmt: skip
    arrange(
        event(1, "a", NOON),
        choice(2, "a", later(10), "nest", "nest80"),
        choice(3, "a", later(50), "huelle", "holz"),  # 40 s after the first choice in nest
        choice(4, "a", later(90), "nest", "nest100"),  # does not move nest's first choice
        choice(5, "a", later(95), "boden", "parkett"),  # 45 s after the first in huelle
    )
    seconds = {v: s for v, s in ask("options", "value", "decision_seconds")}
    assert seconds == {
        "nest100": near(10), "holz": near(40), "parkett": near(45), "nest80": None,
    }  # fmt: skip


def near(value):
    return pytest.approx(value, rel=0.0101)


def test_shares_of_a_funnel_are_of_the_step_before_and_of_the_first(arrange, ask):
    says("funnel", "ofPrevious", "over 100 may be when not ordered")
    says("funnel", "sessions", "each first reached no earlier than the one before")
    arrange(
        event(1, "only looked", NOON),
        choice(2, "huelle first", NOON, "huelle", "holz"),
        choice(3, "huelle first", later(5), "nest", "nest80"),
        choice(4, "huelle alone", NOON, "huelle", "holz"),
        choice(5, "at one moment", NOON, "huelle", "holz"),
        choice(6, "at one moment", NOON, "nest", "nest80"),
    )
    names = ("sessions", "of_previous", "of_first")
    assert ask("funnel", *names) == [
        (4, None, 100.0), (3, 75.0, 75.0), (2, near(66.667), 50.0), (1, 50.0, 25.0),
        (1, 100.0, 25.0), (0, 0.0, 0.0), (0, None, 0.0),
    ]  # fmt: skip
    assert ask("funnel", *names, ordered="false")[2:5] == [
        (2, near(66.667), 50.0), (3, 150.0, 75.0), (2, near(66.667), 50.0),
    ]  # fmt: skip
    assert ask("funnel", *names, source="nobody")[0] == (0, None, None)


def test_a_category_is_decided_from_its_first_choice_unless_that_is_taken_back(arrange, ask):
    says("funnel", "category", "not taken back", "the first choice in the category")
    arrange(
        choice(1, "changed", NOON, "nest", "nest80"),
        choice(2, "changed", later(10), "huelle", "holz"),
        choice(3, "changed", later(60), "nest", "nest100"),
        choice(4, "taken back", NOON, "nest", "nest80"),
        choice(5, "taken back", later(10), "huelle", "holz"),
        choice(6, "taken back", later(60), "nest", None),
    )
    found = ask("funnel", "step", "sessions", "seconds_to_next")
    assert found[2:5] == [("decided", 1, near(10)), ("decided", 1, 0), ("complete", 1, None)]


def test_who_changes_a_choice_after_the_next_category_was_begun_came_back(arrange, ask):
    says("journeys", "cameBack", "last choice in it came after the first choice in the category "
         "that was begun next", part="categories")  # fmt: skip
    arrange(
        choice(1, "came back", NOON, "nest", "nest80"),
        choice(2, "came back", later(10), "huelle", "holz"),
        choice(3, "came back", later(20), "nest", "nest80"),
        choice(4, "changed before", NOON, "nest", "nest80"),
        choice(5, "changed before", later(5), "nest", "nest100"),
        choice(6, "changed before", later(10), "huelle", "holz"),
        choice(7, "twice at the end", NOON, "nest", "nest80"),
        choice(8, "twice at the end", later(10), "huelle", "holz"),
        choice(9, "twice at the end", later(20), "huelle", "platten"),
    )
    names = ("category", "sessions", "came_back")
    assert ask("journeys", *names, part="categories") == [("huelle", 3, 0), ("nest", 3, 1)]


def test_the_price_where_a_session_stopped_is_the_one_that_its_last_choice_named(arrange, ask):
    says("drop_off", "averagePrice", "right after the last choice", "in which the choice named it")
    arrange(
        choice(1, "saved for more", NOON, "nest", "nest80", price=160_000),
        snapshot(2, "saved for more", later(9), {"nest": "nest80"}, price=999_000),
        choice(3, "saved for more", later(10), "nest", "nest100", price=1, source="default"),
        choice(4, "named none", NOON, "nest", "nest80", price=170_000),
        choice(5, "named none", later(9), "nest", "nest100"),
        choice(6, "took it", NOON, "nest", "nest80", price=180_000),
        end(7, "took it", later(9), "converted"),
    )
    names = ("category", "sessions", "share", "average_price")
    assert ask("drop_off", *names) == [("nest", 2, 100.0, 160_000)]


def test_a_configured_session_names_a_price_be_it_0_and_holds_a_choice(arrange, ask):
    says("overview", "configured", "at least one choice by the visitor and a known total price")
    says("overview", "totalConfiguredValue", "Last known total price")
    says("abandoned_value", "visitors", "a choice by the visitor and a total price above 0")
    arrange(
        choice(1, "free", NOON, "nest", "nest80", price=0, visitor=1),
        choice(2, "no price", NOON, "nest", "nest80", visitor=2),
        choice(3, "a default's price", NOON, "nest", "nest80", price=5, source="default",
               visitor=3),
        choice(4, "the last is not the visitor's", NOON, "nest", "nest80", price=100, visitor=4),
        choice(5, "the last is not the visitor's", later(1), "nest", "nest100", price=300,
               source="constraint", visitor=4),
        snapshot(6, "the last is not the visitor's", later(2), {}, visitor=4),
    )  # fmt: skip
    names = ("configured", "total_configured_value", "average_configured_value")
    assert ask("overview", *names) == [(2, 300, 150)]
    assert ask("price_evolution", "sessions", "total")[-3] == (2, 300)
    assert ask("abandoned_value", "visitors", "value")[1] == (1, 300)


def test_completion_is_averaged_over_the_sessions_that_know_it(arrange, ask):
    says("overview", "completion", "Last known completion", "sessions in which it is known")
    arrange(
        snapshot(1, "a", NOON, {}, completion=80), snapshot(2, "a", later(1), {}, completion=50),
        snapshot(3, "a", later(2), {}), snapshot(4, "b", NOON, {}, completion=0),
        snapshot(5, "c", NOON, {}),
    )  # fmt: skip
    assert ask("overview", "completion") == [(25.0,)]


def test_a_value_is_recovered_by_a_later_session_of_the_same_visitor(arrange, ask):
    says("abandoned_value", "state", "one converted that began after one that did not",
         "configured sessions begun in the period", "no older than the idle time")  # fmt: skip
    day = timedelta(days=1)
    half = NOW - timedelta(minutes=30)
    moment = timedelta(microseconds=1)
    arrange(
        choice(1, "left", NOON, "nest", "nest80", price=100, visitor=1),
        choice(2, "took", NOON + day, "nest", "nest80", price=120, visitor=1),
        end(3, "took", NOON + day, "converted", visitor=1),
        choice(4, "left again", NOW, "nest", "nest80", price=140, visitor=1),
        # Took it first, and looked again: nothing was left before it.
        choice(5, "took first", NOON, "nest", "nest80", price=200, visitor=2),
        end(6, "took first", NOON, "converted", visitor=2),
        choice(7, "looked again", NOON + day, "nest", "nest80", price=220, visitor=2),
        # Converted without a choice of its own: not a configured session.
        choice(8, "configured", NOON, "nest", "nest80", price=300, visitor=3),
        end(9, "not configured", NOON + day, "converted", visitor=3),
        choice(10, "half an hour ago", half, "nest", "nest80", price=400, visitor=4),
        choice(11, "a moment more", half - moment, "nest", "nest80", price=500, visitor=5),
    )
    assert ask("abandoned_value", "state", "visitors", "value") == [
        ("open", 1, 400), ("abandoned", 2, 800), ("recovered", 1, 120),
    ]  # fmt: skip


def test_active_is_less_than_five_minutes_ago_and_abandoned_more_than_thirty(arrange, ask):
    says("overview", "activeNow", "less than 5 minutes old, whenever they began")
    says("sessions", "status", "abandoned once idle (after 30 minutes")
    minute, moment = timedelta(minutes=1), timedelta(microseconds=1)
    ages = {"a": 5 * minute, "b": 5 * minute - moment, "c": 30 * minute, "d": 30 * minute + moment}
    arrange(*(event(name, name, NOW - age) for name, age in ages.items()),
            event(1, "old", NOON - timedelta(days=20)), event(2, "old", NOW - moment))  # fmt: skip
    assert ask("overview", "active_now", "sessions") == [(2, 4)]  # b and old
    names = ("is_active", "status")
    assert ask("sessions", *names, now=NOW) == [
        (True, "ongoing"), (False, "ongoing"), (False, "ongoing"), (False, "abandoned"),
    ]  # fmt: skip


def test_time_on_a_page_adds_up_per_session_and_local_day(arrange, ask):
    says("pages", "medianSeconds", "added up per session and local day")
    says("pages", "views", "whenever their session began")

    def left(id, session, moment, seconds):
        return event(
            id, session, moment, "interaction", category="page", value="left", element_id="/x",
            time_spent=seconds * 1000,
        )  # fmt: skip

    before, midnight = at("2026-03-09 23:59"), at("2026-03-10 00:00")
    arrange(
        event(1, "a", before, url="/x"), left(2, "a", before, 10), left(3, "a", before, 30),
        event(4, "a", midnight, url="/x?again"), left(5, "a", midnight, 7),
        event(6, "b", midnight, url="/x#top"), left(7, "b", midnight, 20),
    )  # fmt: skip
    names = ("views", "sessions", "entries", "exits", "median_seconds")
    assert ask("pages", *names) == [(3, 3, 2, 2, near(20))]  # 40, 7, 20 s
    tenth = {"range": "custom", "from": "2026-03-10", "to": "2026-03-10"}
    assert ask("pages", *names, **tenth) == [(2, 2, 1, 1, near(7))]  # 7, 20: of two the lower


def test_today_is_compared_with_the_same_part_of_the_day_it_follows(arrange, ask):
    noon = at("2026-03-12 12:00")
    day = timedelta(days=1)
    quarter = timedelta(minutes=15)
    arrange(*(event(n, f"s{n}", moment) for n, moment in enumerate((
        noon, noon - timedelta(hours=12),
        noon - day, noon - day + quarter - timedelta(seconds=1), noon - day + quarter,
    ))))  # fmt: skip
    today = {"range": "custom", "from": "2026-03-12", "to": "2026-03-12"}
    assert ask("overview", "sessions", "previous_sessions", **today) == [(2, 2)]
