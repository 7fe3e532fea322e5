"""Every event has an end, and the ledger says which."""

import msgspec
import pytest
import redis as redis_client

from tests.analytics import log
from tests.analytics.log import at
from tests.jobs.engine import finished, put, working
from tests.jobs.engine import settings as job_settings
from trailpost.analytics import balance
from trailpost.analytics.jobs import ledger as jobs
from trailpost.db import open_pool
from trailpost.jobs import Backoff, Nothing, rehearse

NOW = at("2026-03-10 12:00")


class Totals(msgspec.Struct):
    received: int = 10
    stored: int = 6
    duplicate: int = 2
    rejected: int = 1
    dead_lettered: int = 1
    erased: int = 0
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


@pytest.fixture
def check(ledger, database_url, redis_url, tmp_path, run):
    """Run the job that checks it; 117 events were written from the stream, 120 were counted."""
    with redis_client.Redis.from_url(redis_url) as client:
        client.set("trailpost:{0}:total", 120)

    def now(checked=jobs.check_ledger, **changed):
        async def main():
            async with open_pool(database_url, size=2) as pool:
                given = {"redis_url": redis_url, "data": str(tmp_path)} | changed
                configured = job_settings(database_url, **given)
                return await rehearse(checked, Nothing(), settings=configured, pool=pool)

        return run(main())

    return now


def test_the_check_tells_what_became_of_every_event_of_every_project(check):
    assert check() == jobs.LedgerChecked(
        received=1119,
        stored=1111,
        duplicate=1,
        rejected=1,
        dead_lettered=3,
        erased=0,
        queued=3,
        spooled=0,
    )


def test_without_redis_the_rest_is_checked(check, db):
    assert check(redis_url="unix:///nowhere").queued is None
    db.execute("update ingest_ledger set stored = stored - 1 where received = 999")
    with pytest.raises(jobs.Unbalanced, match="1 events are unaccounted for; received 1116, "):
        check(redis_url="")


def test_two_faults_that_hide_each_other_are_found(check, db):
    db.execute("update ingest_ledger set stored = stored - 1 where received = 999")
    db.execute("update ingest_ledger set stored = stored + 1 where received = 100")
    with pytest.raises(jobs.Unbalanced, match="2 rows do not add up, the first of 2026-03-09 18"):
        check()


def test_events_that_never_came_out_of_the_stream_are_found(check, db):
    db.execute("update stream_positions set missing = 2 where received_total = 7")
    with pytest.raises(jobs.Unbalanced, match="2 events were counted by ingest and never came out"):
        check()


def test_occurrences_of_issues_have_a_ledger_of_their_own(check, ledger, db, redis_url):
    db.execute("""insert into issue_ledger values
        ('2026-03-10 09:00+00', 1, 9, 5, 1, 2, 1), ('2026-02-01 09:00+00', 2, 4, 4, 0, 0, 0)""")
    db.execute("insert into issue_positions values ('trailpost:{0}:issues', 'i', '5-0', 13, 0)")
    with redis_client.Redis.from_url(redis_url) as client:
        client.set("trailpost:{0}:issues:total", 20)
    issues = jobs.check_issue_ledger
    assert check(issues) == jobs.LedgerChecked(
        received=20,
        stored=9,
        duplicate=1,
        rejected=2,
        dead_lettered=1,
        erased=0,
        queued=7,
        spooled=0,
    )
    # It is no part of the other.
    assert check().received == 1119
    (found,) = ledger().parts["issues"]
    assert (found.received, found.stored, found.rejected, found.adds_up) == (9, 5, 2, True)
    db.execute("update issue_ledger set stored = 4 where received = 9")
    with pytest.raises(jobs.Unbalanced, match="1 occurrences are unaccounted for; received 20, "):
        check(issues)


def test_a_ledger_that_does_not_add_up_is_a_job_that_failed(ledger, db, database_url, run):
    db.execute("update ingest_ledger set stored = stored + 1 where received = 999")

    async def main():
        async with working(database_url, [QUICK]) as pool:
            return await finished(pool, await put(pool, QUICK, Nothing()))

    row = run(main())
    assert (row.status, row.attempt) == ("FAILED", 3)
    assert row.error.startswith("Unbalanced: 1 events are overaccounted for; received ")


QUICK = msgspec.structs.replace(jobs.check_ledger, backoff=Backoff(0.01, 0.02), schedule=None)
