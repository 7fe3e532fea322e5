"""Days of events: made when needed, dropped as a whole; an event never lacks a place."""

import asyncio
import datetime

import pytest

from tests.tracking.writing import DAY, Feed, envelope, event, ids, ledger, stored, write_all
from trailpost.base import clock
from trailpost.base.settings import Settings
from trailpost.db import open_pool
from trailpost.jobs import Nothing, rehearse
from trailpost.tracking import jobs

TODAY = int(clock.now().timestamp()) * 1_000_000


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def write(database_url, redis_url, feed):
    def now(**changed):
        write_all(database_url, redis_url, [feed], **changed)

    return now


def partitions(db):
    return {
        name
        for (name,) in db.execute(
            """select inhrelid::regclass::text from pg_inherits
               where inhparent = 'events'::regclass"""
        )
    }


def day_of(micros):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=micros // DAY)


def name_of(micros):
    return f"events_{day_of(micros):%Y%m%d}"


def work(url, job, **changed):
    async def once():
        async with open_pool(url, size=1) as pool:
            done = await rehearse(job, Nothing(), settings=Settings(**changed), pool=pool)
            return done.days

    return asyncio.run(once())


def test_an_event_makes_the_day_it_needs(db, feed, write):
    feed.send(envelope(event(at=TODAY), event(at=TODAY - 3 * DAY)))
    write()
    assert partitions(db) == {"events_default", name_of(TODAY), name_of(TODAY - 3 * DAY)}
    assert db.execute("select count(*) from events_default").fetchone() == (0,)


def test_events_of_a_far_away_day_share_the_default_partition(db, feed, write):
    ancient, future, beyond = event(at=0), event(at=TODAY + 30 * DAY), event(at=-(10**15))
    feed.send(envelope(ancient, future, beyond))
    write()
    feed.send(envelope(ancient, future, beyond))
    write()
    assert partitions(db) == {"events_default"}
    assert stored(db) == ids(ancient, future, beyond)
    assert ledger(db) == {"received": 6, "stored": 3, "duplicate": 3}


def test_a_day_beyond_the_retention_gets_no_partition_only_to_lose_it(db, feed, write):
    feed.send(envelope(event(at=TODAY - 40 * DAY)))
    write(retention_days=30)
    assert partitions(db) == {"events_default"}


def test_what_waited_in_the_default_partition_moves_when_its_day_is_made(
    db, feed, write, database_url
):
    early = event(at=TODAY + 3 * DAY)
    feed.send(envelope(early))
    write()
    assert db.execute("select count(*) from events_default").fetchone() == (1,)
    assert work(database_url, jobs.keep_partitions) == 5
    assert db.execute("select count(*) from events_default").fetchone() == (0,)
    feed.send(envelope(early))
    write()
    assert stored(db) == [early.event_id]
    assert work(database_url, jobs.keep_partitions) == 0


def test_days_past_the_retention_are_dropped_whole(db, feed, write, database_url):
    old, kept = event(at=TODAY - 31 * DAY), event(at=TODAY - 29 * DAY)
    ancient = event(at=0)
    feed.send(envelope(old, kept, ancient, at=TODAY))
    write(retention_days=60)
    assert work(database_url, jobs.drop_old_events, retention_days=30) == 1
    # Received today: its own time is not believable, so it is kept as long as the others of today.
    assert stored(db) == ids(kept, ancient)
    db.execute("update events_default set received_at = received_at - interval '31 days'")
    work(database_url, jobs.drop_old_events, retention_days=30)
    assert stored(db) == ids(kept)


def test_a_retention_of_zero_keeps_everything(db, feed, write, database_url):
    feed.send(envelope(event(at=TODAY - 399 * DAY)))
    write(retention_days=0)
    assert work(database_url, jobs.drop_old_events, retention_days=0) == 0
    assert partitions(db) == {"events_default", name_of(TODAY - 399 * DAY)}


def test_a_dropped_day_takes_late_events_in_the_default_partition(db, feed, write, database_url):
    feed.send(envelope(event(at=TODAY - 10 * DAY)))
    write(retention_days=30)
    work(database_url, jobs.drop_old_events, retention_days=5)
    late = event(at=TODAY - 10 * DAY)
    feed.send(envelope(late))
    write(retention_days=5)
    assert stored(db) == [late.event_id]
