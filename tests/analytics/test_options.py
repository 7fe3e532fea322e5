"""What is chosen, kept and taken back, and how long that takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analytics import closing, log
from tests.analytics import recomputed_choices as recomputed
from tests.analytics.closing import FILTERS, SETTINGS, cases, only, recent_cases
from tests.analytics.log import at, choice, event
from trailpost.analytics import option_of, option_text

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 18:00")


def options_of(run, url, **asked):
    answer = run(log.ask(url, "options", {"range": "7d"} | asked, now=NOW))
    return {(o.category, o.value): o for o in answer.rows}


def test_what_was_switched_away_stays_chosen_and_is_no_longer_kept(db, database_url, run):
    log.project(db)
    run(log.store(
        database_url,
        [choice(1, "s", NOON, "nest", "nest80")],
        [choice(2, "s", at("2026-03-10 12:01"), "nest", "nest100")],
        [choice(3, "s", at("2026-03-10 12:00:30"), "nest", "nest120")],
        [choice(4, "s", at("2026-03-10 12:02"), "fenster", "fichte")],
        [choice(5, "s", at("2026-03-10 12:03"), "fenster", None)],
    ))  # fmt: skip
    found = options_of(run, database_url)
    assert {key: (o.chosen, o.kept, o.switched_away) for key, o in found.items()} == {
        ("nest", "nest100"): (1, 1, 0),
        ("nest", "nest120"): (1, 0, 1),
        ("nest", "nest80"): (1, 0, 1),
        ("fenster", "fichte"): (1, 0, 1),
    }
    assert (found["fenster", "fichte"].share, found["nest", "nest100"].share) == (None, 100)


def test_a_category_with_a_colon_is_found_by_its_own_link(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice(1, "a", NOON, "haus:dach", "ziegel:rot"),
        choice(2, "b", NOON, "haus", "dach:ziegel"),
        choice(3, "c", NOON, "100%3A", "x"), choice(4, "d", NOON, "nest", "nest80"),
    ]))  # fmt: skip
    links = {key: o.option for key, o in options_of(run, database_url).items()}
    assert links == {
        ("haus:dach", "ziegel:rot"): "haus%3Adach:ziegel:rot",
        ("haus", "dach:ziegel"): "haus:dach:ziegel",
        ("100%3A", "x"): "100%253A:x",
        ("nest", "nest80"): "nest:nest80",
    }
    for key, link in links.items():
        assert option_text(*key) == link
        assert option_of(link) == key
        assert list(options_of(run, database_url, option=link)) == [key]
        drops = run(log.ask(database_url, "drop_off", {"option": link}, now=NOW)).parts["options"]
        assert [drop.option for drop in drops] == [link]


@given(st.text(min_size=1), st.text(min_size=1))
def test_an_option_reads_back_as_it_was_written(category, value):
    assert option_of(option_text(category, value)) == (category, value)


def test_what_was_linked_before_reads_as_it_did():
    assert option_of("nest:nest80") == ("nest", "nest80")
    assert option_of("50 % mehr:a%3Ab") == ("50 % mehr", "a%3Ab")
    assert option_of("a%20b%3adach:x") == ("a%20b:dach", "x")


def test_a_decision_takes_from_the_first_choice_before_to_the_first_in_the_category(
    db, database_url, run
):
    log.project(db)
    run(log.store(database_url, [
        event(1, "s", NOON),
        choice(2, "s", at("2026-03-10 12:00:20"), "nest", "nest80"),
        choice(3, "s", at("2026-03-10 12:00:50"), "nest", "nest100"),
        choice(4, "s", at("2026-03-10 12:01:00"), "fenster", "fichte"),
        choice(5, "s", at("2026-03-10 12:09:00"), "fenster", "pvc"),
    ]))  # fmt: skip
    found = options_of(run, database_url)
    assert found["nest", "nest100"].decision_seconds == pytest.approx(20, rel=0.01)
    assert found["fenster", "pvc"].decision_seconds == pytest.approx(40, rel=0.01)
    assert found["fenster", "fichte"].decision_seconds is None


def test_a_category_that_nobody_chose_in_is_shown_with_who_saw_it(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        event(1, "s", NOON, "interaction", category="fenster"),
        choice(2, "t", NOON, "fenster", "fichte", source="default"),
        event(3, "u", NOON),
    ]))  # fmt: skip
    (row,) = options_of(run, database_url).values()
    assert (row.category, row.value, row.exposed, row.chosen, row.keep_rate) == (
        "fenster", None, 2, 0, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), table I: Wilson's method without correction.
        (81, 263, 25.53, 36.62),
        (15, 148, 6.24, 16.05),
        (0, 20, 0.0, 16.11),
        (1, 29, 0.61, 17.18),
    ],
)
def test_the_interval_of_the_keep_rate_is_wilsons(db, hits, of, low, high):
    found = db.execute("select wilson(%s, %s, -1), wilson(%s, %s, 1)", (hits, of, hits, of))
    assert found.fetchone() == pytest.approx((low, high), abs=0.006)


def test_nothing_has_no_interval(db):
    assert db.execute("select wilson(0, 0, 1)").fetchone() == (None,)


@SETTINGS
@given(cases() | recent_cases(), FILTERS)
def test_options_equal_a_recomputation_live_and_closed(db, database_url, case, filters):
    span = closing.span_of(case, "options").span

    def check(answer, events):
        found = recomputed.within(
            events, span.start, span.end, case.asked["bots"] == "true", only(filters)
        )
        exposed, options = recomputed.exposed(found), recomputed.options(found)
        rows = {(o.category, o.value): o for o in answer.rows}
        alone = {(category, None) for category in exposed} - {(c, None) for c, _ in options}
        assert set(rows) == {*options, *alone}
        assert {o.category: o.exposed for o in answer.rows} == exposed
        for key, (chosen, took) in options.items():
            row = rows[key]
            assert (row.chosen, row.kept, row.switched_away) == (
                chosen, len(took), chosen - len(took),
            )  # fmt: skip
            assert row.decided == sum(len(t) for k, (_, t) in options.items() if k[0] == key[0])
            for q, shown in ((0.5, row.decision_seconds), (0.9, row.decision_seconds_p90)):
                expected = recomputed.quantile(took, q)
                assert shown == (expected and pytest.approx(expected, rel=0.01001))

    closing.same_closed(db, database_url, case, "options", check, **filters)
