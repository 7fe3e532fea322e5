"""The order of the categories, and who goes back."""

from datetime import timedelta

import pytest
from hypothesis import given

from tests.analytics import closing, log
from tests.analytics import recomputed_choices as recomputed
from tests.analytics.closing import FILTERS, SETTINGS, cases, only, recent_cases
from tests.analytics.log import at, choice, end, event

NOON = at("2026-03-10 12:00")
NOW = at("2026-03-10 18:00")


def visit(session, *categories):
    """One choice a minute."""
    return [
        choice(f"{session} {n}", session, NOON + timedelta(minutes=n), category, str(n))
        for n, category in enumerate(categories)
    ]


def test_a_path_is_the_order_of_first_choices(db, database_url, run):
    log.project(db)
    run(log.store(
        database_url,
        visit("s", "nest", "fenster", "nest", "boden"),
        visit("t", "nest", "fenster", "boden"),
        [end("e", "t", at("2026-03-10 12:02"), "converted")],
        visit("u", "boden"),
        [event("none", "v", NOON)],
    ))  # fmt: skip
    answer = run(log.ask(database_url, "journeys", {"range": "7d"}, now=NOW))
    rows = [(r.path, r.sessions, r.converted, r.conversion_rate) for r in answer.rows]
    assert rows == [(["nest", "fenster", "boden"], 2, 1, 50), (["boden"], 1, 0, 0)]
    assert answer.rows[0].duration == pytest.approx(120, rel=0.01)
    assert [(k.step, k.category, k.next_category, k.sessions) for k in answer.parts["links"]] == [
        (1, "nest", "fenster", 2), (2, "fenster", "boden", 2),
    ]  # fmt: skip
    found = {c.category: (c.sessions, c.came_back) for c in answer.parts["categories"]}
    assert found == {"nest": (2, 1), "fenster": (2, 0), "boden": (3, 0)}


def test_between_first_choices_at_one_moment_the_name_decides(db, database_url, run):
    log.project(db)
    run(log.store(database_url, [
        choice(1, "s", NOON, "b", "x"), choice(2, "s", NOON, "aa", "x"),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "journeys", {"range": "7d"}, now=NOW))
    assert answer.rows[0].path == ["aa", "b"]
    assert [(k.category, k.next_category) for k in answer.parts["links"]] == [("aa", "b")]


def test_who_chooses_again_before_going_on_did_not_come_back(db, database_url, run):
    log.project(db)
    later = at("2026-03-10 12:01")
    run(log.store(database_url, [
        choice(1, "s", NOON, "nest", "x"), choice(2, "s", later, "nest", "y"),
        choice(3, "s", later, "fenster", "x"), choice(4, "s", at("2026-03-10 12:02"), "boden", "x"),
        choice(5, "s", at("2026-03-10 12:02:01"), "fenster", "y"),
    ]))  # fmt: skip
    answer = run(log.ask(database_url, "journeys", {"range": "7d"}, now=NOW))
    found = {c.category: c.came_back for c in answer.parts["categories"]}
    assert found == {"nest": 0, "fenster": 1, "boden": 0}


def test_a_path_has_eight_steps_and_the_rest_of_the_paths_is_one_row(db, database_url, run):
    log.project(db)
    lots = [visit(f"s{n}", f"category {n:02}") for n in range(60)]
    lots.append(visit("long", *(f"c{n}" for n in range(10))))
    lots.append(visit("again", *(f"c{n}" for n in range(9))))
    run(log.store(database_url, *lots))
    answer = run(log.ask(database_url, "journeys", {"range": "7d"}, now=NOW))
    assert len(answer.rows) == 51
    assert (answer.rows[0].path, answer.rows[0].sessions) == ([f"c{n}" for n in range(8)], 2)
    others = answer.rows[-1]
    assert (others.path, others.paths, others.sessions, others.duration) == (None, 11, 11, None)
    assert sum(r.share for r in answer.rows) == pytest.approx(100)
    assert {k.step for k in answer.parts["links"]} == set(range(1, 8))


def test_names_of_any_length_can_be_kept_of_a_closed_day(db, database_url, run):
    log.project(db)
    run(log.store(database_url, visit("s", *(f"{n}" + "\U0001f3e0" * 199 for n in range(10)))))
    later = at("2026-03-11 18:00")
    before = run(log.ask(database_url, "journeys", {"range": "7d"}, now=later))
    assert run(log.close(database_url, later)) == 1
    after = run(log.ask(database_url, "journeys", {"range": "7d"}, now=later))
    assert closing.told(after) == closing.told(before)
    assert after.rows[0].path[0] == "0" + "\U0001f3e0" * 49


@SETTINGS
@given(cases() | recent_cases(), FILTERS)
def test_journeys_equal_a_recomputation_live_and_closed(db, database_url, case, filters):
    span = closing.span_of(case, "journeys").span

    def check(answer, events):
        found = recomputed.within(
            events, span.start, span.end, case.asked["bots"] == "true", only(filters)
        )
        paths = recomputed.paths(found)
        assert {tuple(r.path): (r.sessions, r.converted, r.duration) for r in answer.rows} == {
            path: (sessions, converted, _about(recomputed.quantile(took, 0.5)))
            for path, (sessions, converted, took) in paths.items()
        }
        links = answer.parts["links"]
        assert {(k.step, k.category, k.next_category): k.sessions for k in links} == (
            recomputed.links(found)
        )
        begun = {
            c.category: (c.sessions, c.came_back, c.seconds_since_previous)
            for c in answer.parts["categories"]
        }
        assert begun == {
            category: (len(took), back, _about(recomputed.quantile(took, 0.5)))
            for category, (took, back) in recomputed.begun(found).items()
        }

    closing.same_closed(db, database_url, case, "journeys", check, **filters)


def _about(value):
    return pytest.approx(value, rel=0.01001)
