"""Whatever happens, in whatever order it arrives: written is rebuilt, reported is recomputed."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.analytics import log, random_log, recomputed
from tests.analytics.log import choice, event
from trailpost.analytics import REPORTS
from trailpost.analytics.rules import periods
from trailpost.analytics.rules.reports import decode_asked

SETTINGS = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TABLES = "events, user_sessions, ingest_ledger, rollup_sessions, rollup_events, rollup_timings"
MORNING = random_log.START
ZONES = ("UTC", "Europe/Vienna", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe")


@SETTINGS
@given(random_log.arrivals())
@example(  # the first session of a day leaves it for the day before
    ([event("1", "a", MORNING + timedelta(hours=5)), event("2", "a", MORNING)],
     [[event("1", "a", MORNING + timedelta(hours=5))], [event("2", "a", MORNING)]])
)  # fmt: skip
@example(  # two choices at one moment: the id decides
    ([choice("1", "a", MORNING, "nest", "x"), choice("2", "a", MORNING, "nest", "y")],
     [[choice("2", "a", MORNING, "nest", "y")], [choice("1", "a", MORNING, "nest", "x")]])
)  # fmt: skip
def test_rollups_written_equal_rollups_rebuilt(db, database_url, arrival):
    events, lots = arrival
    db.execute(f"truncate {TABLES}")
    asyncio.run(log.store(database_url, *lots))
    assert db.execute("select count(*) from events").fetchone() == (len(events),)
    assert asyncio.run(log.differences(database_url)) == []
    written = log.rollups(db)
    asyncio.run(log.rebuild(database_url))
    rebuilt = log.rollups(db)
    for table in ("sessions", "events"):
        assert rebuilt[table] == written[table]
    # Sums of floating-point numbers differ in the last digits.
    flat = [[value for row in rows["timings"] for value in row[5:9]] for rows in (written, rebuilt)]
    assert flat[0] == pytest.approx(flat[1])
    sketches = [[row[9:] for row in rows["timings"]] for rows in (written, rebuilt)]
    assert sketches[0] == sketches[1]


@SETTINGS
@given(
    random_log.logs(),
    st.sampled_from(ZONES),
    st.sampled_from(("24h", "7d", "from")),
    st.integers(0, 3 * 96),
    st.booleans(),
)
def test_reports_equal_a_recomputation(db, database_url, events, zone, range_, quarters, bots):
    db.execute(f"truncate {TABLES}, projects restart identity cascade")
    log.project(db, zone)
    now = MORNING + timedelta(minutes=15 * quarters + 7)
    asked = {"bots": str(bots).lower()} | _asked(range_, now, zone)
    asyncio.run(log.store(database_url, events))
    period = periods.resolve(decode_asked(REPORTS["overview"], asked), zone, now)

    answer = asyncio.run(log.ask(database_url, "overview", asked, now=now))
    _same(answer.rows[0], "", recomputed.overview(events, *_ends(period.span), bots=bots))
    _same(
        answer.rows[0], "previous_", recomputed.overview(events, *_ends(period.before), bots=bots)
    )
    series = answer.parts["series"]
    edges = [*period.edges, period.span.end]
    assert [(s.starts_at, s.sessions) for s in series] == [
        (a, recomputed.overview(events, a, b, bots=bots)["sessions"])
        for a, b in zip(edges, edges[1:], strict=False)
    ]
    assert sum(s.configured_value for s in series) == answer.rows[0].total_configured_value


def _asked(range_, now, zone):
    if range_ != "from":
        return {"range": range_}
    day = now.astimezone(periods.find_zone(zone)).date()
    return {"from": str(day - timedelta(days=1)), "to": str(day + timedelta(days=3))}


def _ends(span):
    return span.start, span.end


def _same(row, prefix, figures):
    for name, value in figures.items():
        found = getattr(row, prefix + name)
        assert (found is None) == (value is None), name
        if value is not None:
            assert float(found) == pytest.approx(value, abs=0.0051), name
