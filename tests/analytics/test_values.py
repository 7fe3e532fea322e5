"""Configurations and prices: each report against a recomputation, closed days against live ones."""

import asyncio
import json
import math
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analytics import log, random_log, recomputed
from tests.analytics.log import at, choice, end, snapshot
from trailpost import db as databases
from trailpost.analytics import REPORTS, store
from trailpost.analytics.reports import FAMILIES
from trailpost.analytics.rules import periods
from trailpost.analytics.rules.reports import Watched, decode_asked

SETTINGS = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
ZONES = ("UTC", "Europe/Vienna", "Asia/Kathmandu", "America/New_York")
NAMES = ("popular_configurations", "price_distribution", "price_evolution", "abandoned_value")
IDLE = timedelta(minutes=30)


async def _nothing(*_):
    pass


async def close(url, project_id, zone, now):
    async with databases.open_pool(url, size=2) as pool:
        watched = Watched(project_id, "default", zone)
        return await store.close_days(pool, watched, FAMILIES, now, _nothing)


def asked_over(now, zone, bots=False):
    day = now.astimezone(ZoneInfo(zone)).date()
    days = {"from": str(day - timedelta(days=5)), "to": str(day)}
    return days | {"bots": str(bots).lower(), "limit": "1"}


def ask(url, name, asked, now):
    given = {k: v for k, v in asked.items() if k != "limit" or name == "popular_configurations"}
    return asyncio.run(log.ask(url, name, given, now=now, idle=IDLE))


def fresh(db, zone):
    tables = "events, user_sessions, closed_days, built_days, daily_analytics, configured_sessions"
    db.execute(
        f"truncate {tables}, configured_prices, abandoned_days, configuration_days,"
        " popular_configurations, projects"
        " restart identity cascade"
    )
    return log.project(db, zone)


def final(session):
    """The last configuration a snapshot of the session named."""
    named = [e for e in session.events if e.fields.get("configuration") is not None]
    return named[-1].fields["configuration"].decode() if named else None


def sessions_of(events, span, bots):
    found = recomputed.sessions_of(events, bots)
    return [s for s in found if span.start <= s.start < span.end]


def euros(cents):
    return None if cents is None else Decimal(cents) / 100


@SETTINGS
@given(
    random_log.logs(), st.sampled_from(ZONES), st.integers(0, 4 * 96), st.booleans(), st.booleans()
)
def test_reports_equal_a_recomputation(db, database_url, events, zone, quarters, bots, closed):
    project = fresh(db, zone)
    now = random_log.START + timedelta(minutes=15 * quarters + 7)
    asyncio.run(log.store(database_url, events))
    if closed:
        asyncio.run(close(database_url, project, zone, now))
    asked = asked_over(now, zone, bots)
    span = periods.resolve(
        decode_asked(REPORTS["abandoned_value"], asked_over_days(asked)), zone, now
    ).span
    sessions = sessions_of(events, span, bots)
    configured = [s for s in sessions if s.configured]

    _same_configurations(
        ask(database_url, "popular_configurations", asked, now).rows, sessions, zone
    )
    _same_distribution(ask(database_url, "price_distribution", asked, now), configured)
    steps = ask(database_url, "price_evolution", asked, now)
    assert sum(s.sessions for s in steps.rows) == len(configured)
    assert sum(s.total for s in steps.rows) == sum((euros(s.price) for s in configured), Decimal(0))
    assert sum(v.sessions for v in steps.parts["versions"]) == len(configured)
    _same_value(ask(database_url, "abandoned_value", asked, now).rows, configured, now)


def asked_over_days(asked):
    return {k: v for k, v in asked.items() if k != "limit"}


def _same_configurations(rows, sessions, zone):
    ended = [s for s in sessions if s.mine and final(s) is not None]
    counted = Counter(json.dumps(json.loads(final(s))) for s in ended)
    assert sum(r.sessions for r in rows) == len(ended)
    assert sum(r.configurations for r in rows) == len(counted)
    assert sum(r.converted for r in rows) == sum(s.converted for s in ended)
    assert sum(r.complete for r in rows) == sum(_completed(s) for s in ended)
    seen = {(final(s), s.visitor, s.bot, s.start.astimezone(ZoneInfo(zone)).date()) for s in ended}
    assert sum(r.visitors for r in rows) == len(seen)
    for row in rows:
        assert sum(row.trend) == row.sessions
    if counted:
        named = rows[0]
        assert named.sessions == max(counted.values())
        mine = [s for s in ended if json.loads(final(s)) == named.configuration]
        prices = [s.price for s in mine if s.price is not None]
        assert named.sessions == len(mine)
        assert named.lowest_price == (euros(min(prices)) if prices else None)
        assert named.highest_price == (euros(max(prices)) if prices else None)


def _completed(session):
    """No category is required here."""
    reached = [e.fields.get("conversion_status") for e in session.events]
    return "completed" in reached or "converted" in reached


def _same_distribution(answer, configured):
    cents = sorted(s.price for s in configured)
    figures = answer.parts["figures"][0]
    assert figures.sessions == len(cents)
    assert sum(bar.sessions for bar in answer.rows) == len(cents)
    assert sum(bar.converted for bar in answer.rows) == sum(s.converted for s in configured)
    for bar in answer.rows:
        low, high = bar.price_from * 100, bar.price_to * 100
        assert bar.sessions == sum(low <= c < high for c in cents)
    assert len(answer.rows) <= 23
    if not cents:
        assert answer.rows == []
        assert figures.median is None
        return
    for name, q in (("p10", 0.1), ("median", 0.5), ("p90", 0.9)):
        assert getattr(figures, name) == euros(cents[max(math.ceil(q * len(cents)) - 1, 0)])
    assert (figures.lowest, figures.highest) == (euros(cents[0]), euros(cents[-1]))


def _same_value(rows, configured, now):
    visitors = defaultdict(list)
    for session in configured:
        if session.price > 0:
            visitors[session.bot, session.visitor].append(session)
    found = {"open": [], "abandoned": [], "recovered": []}
    for mine in visitors.values():
        mine.sort(key=lambda s: s.start)
        taken = [s for s in mine if s.converted]
        if taken:
            if any(not s.converted and s.start < taken[-1].start for s in mine):
                found["recovered"].append(taken[-1].start)
            continue
        still = max(s.last for s in mine) >= now - IDLE
        found["open" if still else "abandoned"].append(mine[-1].start)
    assert {r.state: r.visitors for r in rows} == {k: len(v) for k, v in found.items()}


def test_a_visitor_who_came_back_and_took_it_is_recovered(db, database_url):
    project = fresh(db, "Europe/Vienna")
    monday, tuesday = at("2026-03-09 10:00"), at("2026-03-10 10:00")
    minute = timedelta(minutes=1)
    asyncio.run(log.store(database_url, [
        choice("1", "left", monday, "nest", "nest80", price=155_500, visitor=7),
        choice("2", "took", tuesday, "nest", "nest100", price=189_100, visitor=7),
        end("3", "took", tuesday + minute, "converted", visitor=7),
        choice("4", "gone", monday, "nest", "nest80", price=165_100, visitor=8),
        choice("5", "here", tuesday + 20 * minute, "nest", "nest80", price=170_000, visitor=9),
        choice("6", "default", monday, "nest", "nest80", price=1, visitor=10, source="default"),
    ]))  # fmt: skip
    now = tuesday + 30 * minute
    for closed in (False, True):
        if closed:
            assert asyncio.run(close(database_url, project, "Europe/Vienna", now)) == 1
        rows = ask(database_url, "abandoned_value", {"range": "7d"}, now).rows
        assert {r.state: (r.visitors, r.value) for r in rows} == {
            "open": (1, Decimal("170000.00")),
            "abandoned": (1, Decimal("165100.00")),
            "recovered": (1, Decimal("189100.00")),
        }


def test_a_late_event_moves_a_configuration_from_one_popular_row_to_another(db, database_url):
    project = fresh(db, "UTC")
    day = at("2026-03-09 10:00")
    now = at("2026-03-11 10:00")
    first = [
        choice("1", "a", day, "nest", "nest80", visitor=1),
        snapshot(
            "2", "a", day + timedelta(minutes=1), {"nest": "nest80"}, price=155_500, visitor=1
        ),
        choice("3", "b", day, "nest", "nest80", visitor=2),
        snapshot(
            "4", "b", day + timedelta(minutes=1), {"nest": "nest80"}, price=165_100, visitor=2
        ),
    ]
    late = [
        snapshot(
            "5", "b", day + timedelta(minutes=2), {"nest": "nest160"}, price=300_000, visitor=2
        )
    ]
    asyncio.run(log.store(database_url, first))
    assert asyncio.run(close(database_url, project, "UTC", now)) == 2
    assert _popular(db) == [({"nest": "nest80"}, 2, Decimal("160300.00"))]
    assert asyncio.run(close(database_url, project, "UTC", now)) == 0
    asyncio.run(log.store(database_url, late))
    assert asyncio.run(close(database_url, project, "UTC", now)) == 1
    assert _popular(db) == [
        ({"nest": "nest160"}, 1, Decimal("300000.00")),
        ({"nest": "nest80"}, 1, Decimal("155500.00")),
    ]


def _popular(db):
    return db.execute(
        "select configuration_data, selection_count, average_price from popular_configurations"
        " order by configuration_data::text"
    ).fetchall()
