"""Sessions whose page never said their end are closed, and open again with their next event."""

import asyncio
from datetime import UTC, datetime

import pytest

from tests.tracking.writing import DAY, NOON, Feed, envelope, event, write_all
from trailpost.base import clock
from trailpost.base.settings import Settings
from trailpost.db import connect, open_pool
from trailpost.jobs import Nothing, rehearse
from trailpost.tracking import jobs, store

MINUTE = 60_000_000
ENDS = """select extract(epoch from end_time)::bigint * 1000000, closed_at is not null
          from user_sessions order by session_id"""
FIRST, SECOND, THIRD = (bytes([n]) * 16 for n in (1, 2, 3))


@pytest.fixture
def send(database_url, redis_url):
    feed = Feed(redis_url)

    def now(session, *events):
        feed.send(envelope(*events, session=session))
        write_all(database_url, redis_url, [feed])

    return now


@pytest.fixture
def now():
    """Of this test: the suite takes longer than a session may be idle."""
    return int(clock.now().timestamp()) * 1_000_000


@pytest.fixture
def work(database_url):
    def once(job=jobs.close_idle_sessions, **changed):
        async def run():
            async with open_pool(database_url, size=2) as pool:
                given = Settings(**changed)
                return await rehearse(job, Nothing(), settings=given, pool=pool)

        return asyncio.run(run())

    return once


def test_a_session_without_an_event_for_long_ended_with_its_last(db, send, work, now):
    send(FIRST, event(at=now - 90 * MINUTE), event(at=now - 40 * MINUTE))
    send(SECOND, event(at=now - 20 * MINUTE))
    said = now - 50 * MINUTE
    send(THIRD, event("session_end", at=said), event(at=now - 45 * MINUTE))
    assert work().sessions == 1
    assert db.execute(ENDS).fetchall() == [
        (now - 40 * MINUTE, True),
        (None, False),
        (said, False),
    ]
    assert work().sessions == 0
    assert work(session_idle_minutes=10).sessions == 1


def test_a_session_is_idle_to_the_second_not_to_the_bucket(db, send, database_url):
    last = NOON + 10 * MINUTE
    send(FIRST, event(at=last))

    async def close(before):
        async with await connect(database_url) as conn:
            moment = datetime.fromtimestamp(before / 1e6, UTC)
            assert await store.count_idle_sessions(conn, moment) == (before > last)
            return await store.close_idle_sessions(conn, moment, clock.now(), 10)

    assert [asyncio.run(close(at)) for at in (last - 1, last, last + 1)] == [0, 0, 1]


def test_the_next_event_opens_it_again(db, send, work, now):
    send(FIRST, event(at=now - 90 * MINUTE))
    assert work().sessions == 1
    send(FIRST, event(at=now - 5 * MINUTE))
    assert db.execute(ENDS).fetchall() == [(None, False)]
    assert work().sessions == 0
    assert work(session_idle_minutes=1).sessions == 1
    assert db.execute(ENDS).fetchall() == [(now - 5 * MINUTE, True)]


def test_what_the_page_says_afterwards_counts_even_when_it_is_earlier(db, send, work, now):
    send(FIRST, event(at=now - 90 * MINUTE))
    work()
    send(FIRST, event("session_end", at=now - 95 * MINUTE))
    assert work().sessions == 0
    assert db.execute(ENDS).fetchall() == [(now - 95 * MINUTE, False)]


def test_a_session_that_the_writer_holds_is_closed_the_next_time(db, send, work, database_url, now):
    send(FIRST, event(at=now - 90 * MINUTE))
    send(SECOND, event(at=now - 90 * MINUTE))
    with db.transaction():
        db.execute("select from user_sessions where session_id = %s for update", [FIRST.hex()])
        assert work().sessions == 1
    assert work().sessions == 1


def test_many_are_closed_in_small_transactions(db, send, work, now):
    send(FIRST, event(at=now - 3 * DAY))
    db.execute(
        """insert into user_sessions (project_id, session_id, visitor, start_time, last_activity,
               last_bucket)
           select 1, gen_random_uuid(), 1, last_activity, last_activity, last_bucket
           from user_sessions, generate_series(1, 999)"""
    )
    assert work().sessions == 1000
    assert db.execute(
        "select count(distinct xmin::text) >= 5, count(*) from user_sessions "
        "where end_time = last_activity"
    ).fetchone() == (True, 1000)


def test_records_as_old_as_the_events_that_are_dropped_are_forgotten(db, work):
    db.execute(
        """insert into dead_letters (stream, entry_id, events, reason, payload, received_at,
               replayed_at)
           select 's', '1-0', 1, 'r', '', now(), now() - make_interval(days => days)
           from unnest(array[31, 29, null]) as days"""
    )
    db.execute(
        """insert into request_timings
           select now() - make_interval(days => days), 'GET', '/', 200, 1, 1, 1
           from unnest(array[31, 29]) as days"""
    )
    assert work(jobs.forget_old_records, retention_days=0) == jobs.Forgotten(0, 0)
    assert work(jobs.forget_old_records, retention_days=30) == jobs.Forgotten(1, 1)
    assert db.execute("select count(*) from dead_letters").fetchone() == (2,)
    assert db.execute("select count(*) from request_timings").fetchone() == (1,)
