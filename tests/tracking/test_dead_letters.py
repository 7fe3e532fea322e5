"""What cannot be decoded or stored is kept with its reason, and holds nothing up."""

import asyncio
import os

import msgspec
import pytest

from tests.tracking.writing import (
    NOON,
    PROJECT,
    Feed,
    choice,
    envelope,
    event,
    ids,
    ledger,
    part,
    stored,
    unbalanced,
    write_all,
)
from trailpost import tracking
from trailpost.db import open_pool
from trailpost.tracking import wire


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def write(database_url, redis_url, feed):
    def now(**changed):
        write_all(database_url, redis_url, [feed], **changed)

    return now


def letters(db):
    return db.execute(
        "select project_id, events, reason, replayed_at is null from dead_letters order by id"
    ).fetchall()


def test_a_blob_that_cannot_be_decoded_is_kept_and_the_next_one_stored(db, feed, write):
    good = event()
    feed.send_parts((3, b"\xc1 no msgpack"), part(envelope(good)))
    write()
    ((project, events, reason, waits),) = letters(db)
    assert (project, events, waits) == (0, 3, True)
    assert reason.startswith("cannot be decoded")
    assert stored(db) == [good.event_id]
    assert ledger(db) == {"received": 4, "stored": 1, "dead_lettered": 3}
    assert db.execute("select payload from dead_letters").fetchone()[0] == b"\xc1 no msgpack"


def test_an_entry_that_is_not_ours_is_kept_and_the_next_one_stored(db, feed, write):
    good = event()
    feed.add(hello="world")
    feed.send(envelope(good))
    write()
    assert letters(db) == [(0, 1, "not an entry of ours", True)]
    assert stored(db) == [good.event_id]
    assert ledger(db) == {"received": 2, "stored": 1, "dead_lettered": 1}
    assert db.execute("select missing from stream_positions").fetchone() == (0,)


def test_an_entry_whose_parts_are_spoilt_is_counted_once_and_not_missing(db, feed, write):
    feed.redis.incrby(feed.total_key, 4)
    feed.add(n=4, c=4, b=b"\xc1")
    feed.send(envelope(event()))
    write()
    assert ledger(db) == {"received": 5, "stored": 1, "dead_lettered": 4}
    assert db.execute("select missing from stream_positions").fetchone() == (0,)


POISON = {
    "a NUL in a text": event(value="a\0b"),
    "a status beyond smallint": event("timing", metric_name="m", metric_value=1.0, status=99_999),
    "a price beyond its column": choice("nest", "x", price_cents=10**15),
    "a time beyond the calendar": event(at=9 * 10**18),
    "a time beyond 64 bits": event(at=2**63 - 1, day=20_000),
    "a configuration that is no JSON": event("snapshot", configuration=b'{"nest":'),
    "data that is no JSON": event(additional_data=b"{nest}"),
    "data with a NUL": event(additional_data=b'{"a":"\\u0000"}'),
    "a text too long for an index": choice("c" * 3000 + os.urandom(4000).hex(), "v"),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_an_event_that_postgresql_refuses_is_kept_alone(db, feed, write, poison):
    good = [event(at=NOON + n) for n in range(50)]
    feed.send(envelope(*good[:20], poison, *good[20:30]), envelope(*good[30:]))
    index = "create index on user_sessions ((choices::text))"
    db.execute(index)
    write()
    ((project, events, reason, waits),) = letters(db)
    assert (project, events, waits) == (PROJECT, 1, True)
    assert reason
    assert stored(db) == ids(*good)
    assert ledger(db) == {"received": 51, "stored": 50, "dead_lettered": 1}
    assert unbalanced(db) == 0
    assert db.execute("select sum(total_events)::int from user_sessions").fetchone() == (50,)


def test_many_poison_events_are_all_found(db, feed, write):
    good = [event() for _ in range(40)]
    bad = [event(value="a\0b") for _ in range(5)]
    mixed = [one for n in range(5) for one in (*good[n * 8 : n * 8 + 8], bad[n])]
    feed.send(envelope(*mixed))
    write()
    assert stored(db) == ids(*good)
    assert len(letters(db)) == 5


def test_an_unknown_kind_of_event_takes_its_request_along(db, feed, write):
    """An array without names cannot be read beyond what is wrong in it."""
    spoilt = msgspec.msgpack.decode(wire.encode(envelope(event(), event())))
    spoilt[5][0][1] = "telepathy"
    good = event()
    feed.send_parts((2, msgspec.msgpack.encode(spoilt)), part(envelope(good)))
    write()
    ((_, events, reason, _),) = letters(db)
    assert events == 2
    assert "telepathy" in reason
    assert stored(db) == [good.event_id]


def test_a_count_that_does_not_fit_is_no_request_of_ours(db, feed, write):
    count, blob = part(envelope(event(), event()))
    feed.send_parts((count + 1, blob))
    write()
    assert ledger(db) == {"received": 3, "dead_lettered": 3}


async def _replay(url, ids=None, hooks=()):
    async with open_pool(url, size=1) as pool:
        waiting = await tracking.list_dead_letters(pool)
        done = await tracking.replay_dead_letters(pool, ids, on_write=hooks)
        return waiting, done


def test_a_dead_letter_is_stored_after_all_once_its_cause_is_mended(db, feed, write, database_url):
    long = choice("nest", "x" * 300)
    db.execute("alter table events add constraint short check (length(value) < 200)")
    feed.send(envelope(event(), long, rejected=1, referrer="https://ads.example"))
    write()
    assert ledger(db) == {"received": 3, "stored": 1, "rejected": 1, "dead_lettered": 1}
    db.execute("alter table events drop constraint short")
    seen = []

    async def look(conn):
        cur = await conn.execute("select sum(events)::int from stored_counts")
        seen.append((await cur.fetchone())[0])

    waiting, done = asyncio.run(_replay(database_url, hooks=(look,)))
    assert [one.events for one in waiting] == [1]
    assert [(one.stored, one.duplicate, one.failed) for one in done] == [(1, 0, None)]
    assert seen == [1]
    assert ledger(db) == {"received": 3, "stored": 2, "rejected": 1}
    assert unbalanced(db) == 0
    row = db.execute("select total_events, total_choices from user_sessions").fetchone()
    assert row == (2, 1)
    assert asyncio.run(_replay(database_url)) == ([], [])


def test_a_dead_letter_that_is_still_refused_stays_one(db, feed, write, database_url):
    feed.send_parts((2, b"\xc1"))
    feed.send(envelope(event(value="a\0b")))
    write()
    before = ledger(db)
    _, done = asyncio.run(_replay(database_url))
    assert [one.stored for one in done] == [0, 0]
    assert all(one.failed for one in done)
    assert ledger(db) == before
    assert len(letters(db)) == 2
    assert all(waits for *_, waits in letters(db))


def test_a_letter_whose_project_was_unknown_moves_to_it(db, feed, write, database_url):
    """As after an upgrade that can read what the older release could not."""
    count, blob = part(envelope(event(), event()))
    feed.send_parts((count, b"\xc1"))
    write()
    db.execute("update dead_letters set payload = %s", [blob])
    asyncio.run(_replay(database_url))
    rows = db.execute(
        "select project_id, received, stored, dead_lettered from ingest_ledger order by 1"
    ).fetchall()
    assert rows == [(0, 0, 0, 0), (PROJECT, 2, 2, 0)]


def test_a_dead_letter_whose_event_was_stored_meanwhile_is_a_duplicate(
    db, feed, write, database_url
):
    refused = choice("nest", "x" * 300)
    db.execute("alter table events add constraint short check (length(value) < 200)")
    feed.send(envelope(refused))
    write()
    db.execute("alter table events drop constraint short")
    feed.send(envelope(refused))
    write()
    _, done = asyncio.run(_replay(database_url))
    assert [(one.stored, one.duplicate) for one in done] == [(0, 1)]
    assert ledger(db) == {"received": 2, "stored": 1, "duplicate": 1}


def test_only_the_letters_asked_for_are_replayed(db, feed, write, database_url):
    db.execute("alter table events add constraint short check (length(value) < 200)")
    feed.send(envelope(choice("a", "x" * 300), choice("b", "y" * 300)))
    write()
    db.execute("alter table events drop constraint short")
    (first, _), _ = asyncio.run(_replay(database_url, ids=[0]))
    _, done = asyncio.run(_replay(database_url, ids=[first.id]))
    assert [one.id for one in done] == [first.id]
    assert ledger(db) == {"received": 2, "stored": 1, "dead_lettered": 1}


def test_a_fault_of_the_schema_is_not_blamed_on_the_events(db, feed, database_url, redis_url):
    """They wait on the stream until it is mended."""
    feed.send(envelope(event(), event()))
    db.execute("alter table ingest_ledger rename to elsewhere")

    async def scenario():
        from tests.tracking.writing import settings
        from trailpost.tracking.writer import Writer

        stop = asyncio.Event()
        writing = asyncio.create_task(Writer(settings(database_url, redis_url)).run(stop))
        await asyncio.sleep(0.5)
        assert feed.waiting() == 1
        db.execute("alter table elsewhere rename to ingest_ledger")
        async with asyncio.timeout(20):
            while feed.waiting():
                await asyncio.sleep(0.02)
        stop.set()
        await writing

    asyncio.run(scenario())
    assert ledger(db) == {"received": 2, "stored": 2}
    assert letters(db) == []
