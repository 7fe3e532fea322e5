"""The overview of some sessions: the same figures, by the same definitions."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from tests.analytics import closing, log, random_visits, recomputed
from tests.analytics.log import at, choice, end, event
from tests.analytics.random_visits import FILTERS, visits_of
from trailpost import db as databases
from trailpost.analytics import REPORTS
from trailpost.analytics.rules.reports import Around, Watched, decode_asked, scope_of

SETTINGS = settings(closing.SETTINGS, max_examples=15)
NOW = at("2026-03-30 10:00")
PHONE = {"device_type": "mobile"}


def test_a_filter_leaves_the_figures_of_some_sessions(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        choice("1", "a", at("2026-03-29 10:00"), "nest", "nest80", price=155_500, visitor=1,
               context=PHONE),
        end("2", "a", at("2026-03-29 10:10"), "converted", visitor=1, context=PHONE),
        event("3", "b", at("2026-03-30 09:58"), visitor=1, context=PHONE),
        event("4", "c", at("2026-03-22 10:00"), visitor=1, context=PHONE),
        choice("5", "d", at("2026-03-29 10:00"), "nest", "nest80", price=300_000, visitor=2),
    ]))  # fmt: skip
    asked = {"range": "7d", "device": "mobile"}
    answer = run(log.ask(database_url, "overview", asked, now=NOW))
    row = answer.rows[0]
    assert (row.sessions, row.visitors, row.converted, row.conversion_rate) == (2, 2, 1, 50)
    assert (row.total_configured_value, row.bounce_rate) == (Decimal("155500.00"), 50)
    assert (row.active_now, row.previous_sessions, row.previous_visitors) == (1, 1, 1)
    assert [s.sessions for s in answer.parts["series"]] == [0, 0, 0, 0, 0, 1, 1]


def test_a_filter_that_nobody_meets_leaves_zeros_and_no_rates(db, database_url, run):
    log.project(db)
    row = run(log.ask(database_url, "overview", {"campaign": "x"}, now=NOW)).rows[0]
    assert (row.sessions, row.visitors, row.total_configured_value) == (0, 0, 0)
    assert (row.conversion_rate, row.average_duration, row.completion) == (None, None, None)


def test_a_comparison_is_the_overview_of_the_period_before(db, database_url, run):
    log.project(db, "Europe/Vienna")
    days = [at("2026-03-10 12:00") + timedelta(days=n) for n in range(20)]
    run(log.store(database_url, [event(str(n), str(n), at) for n, at in enumerate(days)]))
    asked = {"from": "2026-03-26", "to": "2026-03-28", "compare": "true"}
    for filters in ({}, {"converted": "false"}):
        answer = run(log.ask(database_url, "overview", asked | filters, now=NOW))
        earlier = run(log.ask(
            database_url, "overview", {"from": "2026-03-23", "to": "2026-03-25"} | filters, now=NOW
        ))  # fmt: skip
        assert answer.previous == earlier.rows
        assert answer.previous_parts == earlier.parts
        assert answer.rows[0].previous_sessions == answer.previous[0].sessions == 3
        assert answer.previous[0].previous_sessions == 3


async def both(url, case, asked):
    """The report's statements, and those for filters, asked without a filter."""
    report = REPORTS["overview"]
    project = Watched(1, "default", case.zone)
    around = Around(now=case.now, idle=timedelta(minutes=30), cache_hit_rate=None)
    _, _, scope = scope_of(decode_asked(report, asked), project, around)
    async with await databases.connect(url) as conn:
        return [
            await databases.fetch(conn, sql, part.row, **scope.params(sql))
            for part in (report, *report.parts)
            for sql in (part.sql, part.filtered)
        ]


@SETTINGS
@given(random_visits.cases(), FILTERS)
def test_filtered_figures_equal_a_recomputation(db, database_url, case, filters):
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    answers = closing.asyncio.run(both(database_url, case, case.asked))
    assert answers[::2] == answers[1::2]

    bots = case.asked["bots"] == "true"
    left = {v.id for v in visits_of(case.events, bots, filters)}
    events = [e for e in case.events if e.session in left]
    answer = closing.ask(database_url, case, "overview", **filters)
    for prefix, span in (("", answer.period.span), ("previous_", answer.period.before)):
        wanted = recomputed.overview(events, span.start, span.end, bots=bots)
        for name, value in wanted.items():
            found = getattr(answer.rows[0], prefix + name)
            assert (found is None) == (value is None), name
            assert value is None or float(found) == pytest.approx(value, abs=0.0051), name
    series, active = answer.parts["series"], answer.parts["active"]
    assert sum(s.sessions for s in series) == answer.rows[0].sessions
    steps = recomputed.visitors_by_step(
        events, answer.period.edges, answer.period.span.end, bots=bots
    )
    assert [s.visitors for s in series] == steps
    assert sum(steps) == answer.rows[0].visitors
    quarters = recomputed.active_by_quarter(events, case.now, bots=bots)
    assert {a.starts_at: a.active_sessions for a in active} == quarters
    assert answer.rows[0].active_now <= active[-1].active_sessions
