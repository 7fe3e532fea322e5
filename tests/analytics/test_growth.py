"""From week to week and month to month: by hand, and against plain Python."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analytics import closing, log, random_visits
from tests.analytics.log import at, choice, end, event
from tests.analytics.random_visits import FILTERS, visits_of, within

SETTINGS = settings(closing.SETTINGS, max_examples=15)
NOW = at("2026-04-08 10:00")


def of(rows):
    return [(r.is_whole, r.sessions, r.visitors, r.converted) for r in rows]


def test_only_whole_weeks_are_compared(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        # The week from 16 March: one. From 23 March: three sessions of two visitors, 155,500.
        event("1", "a", at("2026-03-15 23:00"), visitor=1),
        choice("2", "b", at("2026-03-22 23:00"), "nest", "nest80", price=155_500, visitor=1),
        end("3", "b", at("2026-03-23 00:10"), "converted", visitor=1),
        event("4", "c", at("2026-03-23 10:00"), visitor=1),
        event("5", "d", at("2026-03-29 21:59"), visitor=2),
        # The week from 30 March: none. From 6 April, which is not over: one.
        event("6", "e", at("2026-04-07 10:00"), visitor=3),
    ]))  # fmt: skip
    answer = run(
        log.ask(database_url, "growth", {"from": "2026-03-11", "to": "2026-04-12"}, now=NOW)
    )
    assert [r.starts_at for r in answer.rows] == [
        at("2026-03-08 23:00"), at("2026-03-15 23:00"), at("2026-03-22 23:00"),
        at("2026-03-29 22:00"), at("2026-04-05 22:00"),
    ]  # fmt: skip
    assert of(answer.rows) == [
        (False, 0, 0, 0), (True, 1, 1, 0), (True, 3, 3, 1), (True, 0, 0, 0), (False, 1, 1, 0),
    ]  # fmt: skip
    assert [r.sessions_change for r in answer.rows] == [None, None, 200, -100, None]
    assert [r.converted_change for r in answer.rows] == [None, None, None, -100, None]
    assert [r.configured_value for r in answer.rows][2] == Decimal("155500.00")
    months = answer.parts["months"]
    assert [r.starts_at for r in months] == [at("2026-02-28 23:00"), at("2026-03-31 22:00")]
    assert of(months) == [(False, 4, 4, 1), (False, 1, 1, 0)]


def test_months_are_compared_when_both_are_whole(db, database_url, run):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        event("1", "a", at("2026-01-31 22:59"), visitor=1),
        event("2", "b", at("2026-01-31 23:00"), visitor=2),
        event("3", "c", at("2026-02-28 22:59"), visitor=3),
    ]))  # fmt: skip
    asked = {"from": "2026-01-01", "to": "2026-03-31"}
    months = run(log.ask(database_url, "growth", asked, now=NOW)).parts["months"]
    assert [(r.sessions, r.sessions_change, r.is_whole) for r in months] == [
        (1, None, True), (2, 100, True), (0, -100, True),
    ]  # fmt: skip


def test_visitors_who_came_before_on_the_first_utc_day_count_as_in_the_overview(
    db, database_url, run
):
    log.project(db, "Europe/Vienna")
    run(log.store(database_url, [
        # 22:30 UTC is the day before in Vienna, 23:30 UTC is not; the UTC day is the same.
        event("1", "a", at("2026-03-15 22:30"), visitor=1),
        event("2", "b", at("2026-03-15 23:30"), visitor=1),
    ]))  # fmt: skip
    asked = {"from": "2026-03-16", "to": "2026-03-17"}
    assert of(run(log.ask(database_url, "growth", asked, now=NOW)).rows) == [(False, 1, 1, 0)]
    assert run(log.ask(database_url, "overview", asked, now=NOW)).rows[0].visitors == 1


def first_day(unit, moment, zone):
    day = moment.astimezone(zone).date()
    return day.replace(day=1) if unit == "month" else day - timedelta(days=day.weekday())


def after(unit, day):
    if unit == "week":
        return day + timedelta(days=7)
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def grown(unit, shown, span, zone):
    """First day -> whole or not, and the figures of the step."""
    seen, found = set(), {}
    day = first_day(unit, span.start, zone)
    while datetime.combine(day, time(), zone) < span.end:
        ends = datetime.combine(after(unit, day), time(), zone)
        whole = datetime.combine(day, time(), zone) >= span.start and ends <= span.end
        found[day] = [whole, 0, 0, 0, Decimal(0)]
        day = after(unit, day)
    for visit in sorted(shown, key=lambda v: v.start):
        figures = found[first_day(unit, visit.start, zone)]
        who = (visit.visitor, visit.bot, visit.start.astimezone(UTC).date())
        figures[1] += 1
        figures[2] += who not in seen
        figures[3] += visit.converted
        figures[4] += Decimal(visit.price) / 100 if visit.configured else 0
        seen.add(who)
    return {day: tuple(figures) for day, figures in found.items()}


def change(now, before):
    if before is None or not (now[0] and before[0]) or not before[1]:
        return None
    return pytest.approx(float(100 * (now[1] - before[1]) / before[1]))


@SETTINGS
@given(
    random_visits.cases(most=12, seconds=20 * 86_400), FILTERS, st.integers(0, 30),
)  # fmt: skip
def test_growth_equals_a_recomputation(db, database_url, case, filters, days):
    zone = closing.periods.find_zone(case.zone)
    first = date.fromisoformat(case.asked["from"])
    case.asked["to"] = str(max(first + timedelta(days=days), first))
    now = case.now + timedelta(days=days)
    closing.begin(db, case)
    closing.write(db, database_url, case.events)
    answer = closing.asyncio.run(log.ask(database_url, "growth", case.asked | filters, now=now))
    span = answer.period.span
    shown = within(visits_of(case.events, case.asked["bots"] == "true", filters), span)
    for unit, rows in (("week", answer.rows), ("month", answer.parts["months"])):
        wanted = grown(unit, shown, span, zone)
        assert {
            r.starts_at.astimezone(zone).date(): (
                r.is_whole, r.sessions, r.visitors, r.converted, r.configured_value,
            )
            for r in rows
        } == wanted  # fmt: skip
        told = [(r.is_whole, r.sessions) for r in rows]
        assert [r.sessions_change for r in rows] == [
            change(now, before) for now, before in zip(told, [None, *told], strict=False)
        ]
