"""Every event has an end, and the ledger says which."""

import msgspec
import pytest

from tests.analytics import log
from tests.analytics.log import at
from trailpost.analytics import balance

NOW = at("2026-03-10 12:00")


class Totals(msgspec.Struct):
    received: int = 10
    stored: int = 6
    duplicate: int = 2
    rejected: int = 1
    dead_lettered: int = 1
    written_total: int = 10
    missing: int = 0


@pytest.fixture
def ledger(db, database_url, run):
    log.project(db, "Asia/Kathmandu")
    db.execute("""insert into ingest_ledger values
        ('2026-03-10 11:59Z', 1, 10, 7, 1, 1, 1),
        ('2026-03-10 00:10Z', 1, 5, 5, 0, 0, 0),
        ('2026-03-09 18:14Z', 1, 100, 100, 0, 0, 0),
        ('2026-03-10 11:00Z', 0, 2, 0, 0, 0, 2),
        ('2026-03-10 11:00Z', 2, 999, 999, 0, 0, 0)""")
    db.execute("""insert into stream_positions values
        ('trailpost:{0}:events', 'x', '1-0', 110, 0), ('trailpost:{1}:events', 'x', '2-0', 7, 0)""")
    params = {"from": "2026-03-10", "to": "2026-03-10"}
    return lambda: run(log.ask(database_url, "ledger", params, now=NOW))


def test_rows_are_hours_of_a_local_day_and_totals_are_their_sum(ledger):
    # The day begins at 18:15 UTC in Kathmandu, a minute after the third row's.
    answer = ledger()
    steps = [(r.starts_at, r.received) for r in answer.rows if r.received]
    assert steps == [(at("2026-03-09 23:15"), 5), (at("2026-03-10 10:15"), 2),
                     (at("2026-03-10 11:15"), 10)]  # fmt: skip
    (totals,) = answer.parts["totals"]
    assert (totals.received, totals.stored, totals.duplicate) == (17, 12, 1)
    assert (totals.rejected, totals.dead_lettered, totals.adds_up) == (1, 3, True)
    assert (totals.written_total, totals.missing) == (117, 0)
    assert [s.stream for s in answer.parts["streams"]] == [
        "trailpost:{0}:events", "trailpost:{1}:events",
    ]  # fmt: skip


def test_an_event_without_an_end_is_seen(ledger, db):
    db.execute("update ingest_ledger set stored = stored - 1 where received = 10")
    (totals,) = ledger().parts["totals"]
    assert totals.adds_up is False
    assert balance(totals, 117, 0).reason == "1 events are unaccounted for"


def test_what_is_queued_and_spooled_stands_on_both_sides():
    found = balance(Totals(), 14, 3)
    assert (found.adds_up, found.received, found.accounted, found.difference) == (True, 17, 17, 0)
    assert (found.queued, found.spooled) == (4, 3)


@pytest.mark.parametrize(
    ("totals", "total", "reason"),
    [
        (Totals(stored=5), 10, "1 events are unaccounted for"),
        (Totals(stored=8), 10, "2 events are overaccounted for"),
        (Totals(missing=3), 10, "3 events were counted by ingest and never came out"),
        (Totals(), 9, "Redis lost its data"),
    ],
)
def test_what_does_not_add_up_says_why(totals, total, reason):
    found = balance(totals, total, 0)
    assert found.adds_up is False
    assert reason in (found.reason or "")


def test_without_redis_the_ledger_is_judged_by_itself():
    found = balance(Totals(), None, 0)
    assert (found.adds_up, found.queued, found.received) == (True, None, 10)
