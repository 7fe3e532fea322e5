"""A session that was erased leaves what there would be, had it never been sent."""

import asyncio
import math
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import Phase, given
from hypothesis import strategies as st

from tests.analytics import closing, log, random_log
from tests.analytics.log import at, choice, event, snapshot
from trailpost.analytics import REPORTS, run_report
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings
from trailpost.db import connect as db_connect
from trailpost.main.features import eraser

SETTINGS = closing.settings(
    closing.SETTINGS,
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
# Sizes of tables, processes and requests are not about sessions.
NOT_OF_SESSIONS = {"database", "processes", "routes", "efficiency"}
NOW = at("2026-03-30 12:00")
NEST = b'{"nest":"nest80"}'


def erase(url, *sessions):
    wanted = eraser(Settings(database_url=url))

    async def main():
        for session in sessions:
            await wanted.session(1, str(log.uuid(session)))

    asyncio.run(main())


def everything(url, case, sessions):
    """Every report, with every part, as plain data."""

    async def main():
        async with await db_connect(url) as conn:
            found = {n: await _told(conn, case, n) for n in REPORTS if n != "user_journey"}
            for one in sessions:
                journey = {"session": str(log.uuid(one))}
                found[one] = await _told(conn, case, "user_journey", **journey)
            return found

    return asyncio.run(main())


async def _told(conn, case, name, **given):
    known = {f.encode_name for f in msgspec.structs.fields(REPORTS[name].asks)}
    params = {k: v for k, v in case.asked.items() if k in known} | given
    try:
        answer = await run_report(conn, name, params, now=case.now)
    except NotFound as e:
        return str(e)
    parts = {k: v for k, v in answer.parts.items() if k not in NOT_OF_SESSIONS}
    return msgspec.to_builtins([answer.rows, parts], builtin_types=(Decimal,))


def same(found, wanted, path=""):
    """Equal but for the last digits of floating-point sums."""
    if isinstance(wanted, float) and isinstance(found, float):
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-6), path
    elif isinstance(wanted, dict):
        assert found.keys() == wanted.keys(), path
        for key, value in wanted.items():
            same(found[key], value, f"{path}.{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), path
        for n, value in enumerate(wanted):
            same(found[n], value, f"{path}[{n}]")
    else:
        assert found == wanted, path


def traces(db, sessions):
    """In how many rows of any table one of them is named, but for the notes that they are gone."""
    ids = [log.uuid(session) for session in sessions]
    tables = [name for (name,) in db.execute(
        """select table_name from information_schema.columns join pg_class on relname = table_name
           where column_name = 'session_id' and table_schema = 'public' and data_type = 'uuid'
             and relkind in ('r', 'p') and table_name <> 'erased_sessions'"""
    )]  # fmt: skip
    assert {"events", "user_sessions"} <= set(tables)
    counts = [
        db.execute(f"select count(*) from {t} where session_id = any(%s)", (ids,)).fetchone()[0]
        for t in tables
    ]
    return sum(counts)


def recognised(events, known):
    """Visitor 1 with an id of the page's own, or not."""
    context = {"is_recognised": True}
    return [
        msgspec.structs.replace(one, context=context) if known and one.visitor == 1 else one
        for one in events
    ]


@SETTINGS
@given(
    closing.cases(),
    st.sets(st.sampled_from(sorted(random_log.WHOSE)), min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
)
def test_what_is_erased_was_never_sent(db, database_url, case, names, closed, known):
    case = msgspec.structs.replace(
        case, early=recognised(case.early, known), late=recognised(case.late, known)
    )
    sent = {one.session for one in case.events} - {""}
    gone, kept = sorted(sent & names), sorted(sent - names)
    closing.begin(db, case)
    closing.write(db, database_url, [one for one in case.events if one.session not in gone])
    never = everything(database_url, case, kept)

    closing.begin(db, case)
    closing.write(db, database_url, case.early)
    if closed:
        asyncio.run(log.close(database_url, case.now))
    closing.write(db, database_url, case.late)
    erase(database_url, *gone)

    assert traces(db, gone) == 0
    assert asyncio.run(log.differences(database_url)) == []
    same(everything(database_url, case, kept), never)
    asyncio.run(log.close(database_url, case.now))
    assert closing.unbuilt(db) == 0
    same(everything(database_url, case, kept), never)
    # Late or again, it stays out.
    closing.write(db, database_url, case.events)
    assert traces(db, gone) == 0
    same(everything(database_url, case, kept), never)


@pytest.fixture
def project(db):
    return log.project(db, "UTC")


def visit(session, start, visitor=1, price=100, **configuration):
    """Two choices and a configuration, and how long it took to load."""
    return [
        choice(f"{session} 1", session, start, "nest", "nest80", price=price, visitor=visitor),
        choice(f"{session} 2", session, start + timedelta(minutes=1), "fenster", "8",
               price=price, visitor=visitor),
        snapshot(f"{session} 3", session, start + timedelta(minutes=2),
                 {"nest": "nest80"} | configuration, price=price, visitor=visitor),
        event(f"{session} 4", session, start, "timing", metric_name="LCP",
              metric_value=float(price), visitor=visitor),
    ]  # fmt: skip


def test_rows_that_a_closed_day_keeps_of_a_session_go_at_once(db, database_url, project):
    start = at("2026-03-28 10:00")
    asyncio.run(log.store(database_url, visit("a", start), visit("b", start, visitor=2, price=7)))
    asyncio.run(log.close(database_url, NOW))
    kept = "select price_cents from configured_sessions"
    assert sorted(db.execute(kept).fetchall()) == [(700,), (10_000,)]
    erase(database_url, "a")
    assert db.execute(kept).fetchall() == [(700,)]
    assert closing.unbuilt(db) == 1


def test_rows_of_the_same_visitors_other_days_stay(db, database_url, project):
    first, second = at("2026-03-27 10:00"), at("2026-03-28 10:00")
    asyncio.run(log.store(database_url, visit("a", first), visit("b", second)))
    asyncio.run(log.close(database_url, NOW))
    erase(database_url, "a")
    days = db.execute("select date::text from configured_sessions").fetchall()
    assert days == [("2026-03-28",)]


def test_a_popular_configuration_is_shown_as_somebody_who_is_left_had_it(db, database_url, project):
    # Equal but for a name, which is no part of the configuration's hash.
    lots = [
        visit("a", at("2026-03-28 10:00"), name="Ada's house"),
        visit("b", at("2026-03-27 10:00"), visitor=2, name="another house"),
    ]
    asyncio.run(log.store(database_url, *lots[::-1]))
    asyncio.run(log.close(database_url, NOW))
    shown = "select configuration_data ->> 'name', selection_count from popular_configurations"
    db.execute(
        "update popular_configurations set configuration_data = "
        """'{"nest": "nest80", "name": "Ada''s house"}'"""
    )
    erase(database_url, "a")
    assert db.execute(shown).fetchone()[0] == "another house"
    asyncio.run(log.close(database_url, NOW))
    assert db.execute(shown).fetchall() == [("another house", 1)]
    erase(database_url, "b")
    assert db.execute(shown).fetchall() == []


@pytest.mark.parametrize("days_off", [0, 5])
def test_timings_that_came_late_are_found_for_the_lowest_and_highest(
    db, database_url, project, days_off
):
    """`days_off`: how wrong the clock was under whose day an event is filed."""
    moment = at("2026-03-28 10:01")

    def timing(name, session, value, **given):
        return event(
            name, session, moment, "timing", metric_name="LCP", metric_value=value, **given
        )

    late = {"received": moment + timedelta(hours=30)}
    asyncio.run(log.store(database_url, [
        timing("1", "a", 1.0), timing("2", "b", 5.0), timing("3", "b", 3.0, **late),
        timing("4", "a", 9.0, **late),
    ]))  # fmt: skip
    filed = "update events set day = day - %s where event_id = %s"
    db.execute(filed, (days_off, log.uuid("3")))
    erase(database_url, "a")
    row = "select events, total, lowest, highest from rollup_timings"
    assert db.execute(row).fetchall() == [(2, 8.0, 3.0, 5.0)]
    assert asyncio.run(log.differences(database_url)) == []


def test_where_raw_events_are_gone_what_the_session_says_is_taken_away(db, database_url, project):
    start = at("2026-03-28 10:00")
    asyncio.run(log.store(database_url, visit("a", start), visit("b", start, visitor=2, price=7)))
    # Retention: all events of `b`, and half of those of `a`.
    db.execute("delete from events where session_id = %s", (log.uuid("b"),))
    db.execute("delete from events where event_id = any(%s)", ([log.uuid("a 1"), log.uuid("a 2")],))
    erase(database_url, "a")
    (sessions,) = log.rollups(db)["sessions"]
    assert sessions[3:] == (1, 1, 0, 1, 0, 0, 0, 120, 2, 1, 7, 0, 0)
    # What no row says any more stays counted: two choices of nobody's. One timing is known.
    kinds = db.execute("select kind::text, events from rollup_events order by kind").fetchall()
    assert dict(kinds) == {"choice": 4, "snapshot": 1, "timing": 1}
    row = "select events, total, cardinality(sketch), lowest, highest from rollup_timings"
    assert db.execute(row).fetchall() == [(1, 7.0, 1, 7.0, 100.0)]
