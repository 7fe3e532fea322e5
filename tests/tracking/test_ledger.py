"""received = stored + duplicate + rejected + dead-lettered, in every minute of every project."""

import pytest
from msgspec.structs import replace

from tests.tracking.writing import (
    NOON,
    Feed,
    envelope,
    event,
    ledger,
    part,
    unbalanced,
    write_all,
)
from trailpost.stream import Chain, Message, Part, Position, follow, news

MINUTE = 60_000_000


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def write(database_url, redis_url, feed):
    def now(**changed):
        write_all(database_url, redis_url, [feed], **changed)

    return now


def test_every_event_received_has_exactly_one_fate(db, feed, write):
    again, poison = event(), event(value="a\0b")
    feed.send(
        envelope(again, event(), rejected=2),
        envelope(again, poison, at=NOON + MINUTE, rejected=1),
        envelope(event(), event(), again, project=2, session=b"2" * 16),
    )
    feed.send_parts((5, b"\xc1"), part(envelope(rejected=4, at=NOON + 2 * MINUTE)))
    feed.add(foreign="entry")
    write()
    feed.send(envelope(again, at=NOON + MINUTE))
    write()
    assert unbalanced(db) == 0
    assert ledger(db) == {
        "received": 4 + 3 + 3 + 5 + 4 + 1 + 1,
        "stored": 2 + 2,
        "duplicate": 1 + 1 + 1,
        "rejected": 2 + 1 + 4,
        "dead_lettered": 1 + 5 + 1,
    }


def test_a_duplicate_belongs_to_the_minute_in_which_it_came_again(db, feed, write):
    again = event()
    feed.send(envelope(again))
    write()
    feed.send(envelope(again, event(), at=NOON + MINUTE))
    write()
    rows = db.execute("select received, stored, duplicate from ingest_ledger order by minute")
    assert rows.fetchall() == [(1, 1, 0), (2, 1, 1)]


def test_a_batch_of_duplicates_alone_changes_no_session(db, feed, write):
    sent = envelope(event(), event())
    feed.send(sent)
    write()
    before = db.execute("select xmin::text from user_sessions").fetchone()
    feed.send(sent)
    write()
    assert db.execute("select xmin::text from user_sessions").fetchone() == before
    assert ledger(db) == {"received": 4, "stored": 2, "duplicate": 2}


def test_the_same_id_on_another_day_is_another_event(db, feed, write):
    """Ids are unique by day, as the partitions are; a client's retry keeps its day."""
    one = event()
    feed.send(envelope(one, replace(one, day=one.day + 1)))
    write()
    assert ledger(db) == {"received": 2, "stored": 2}


# The running total


def entry(seq, count, total):
    return Message(f"{seq}-0", count, total, [Part(count, b"")] if total else [], b"")


def chain(last="0-0", total=0, **known):
    return Chain(Position("one", last, total, 0), **known)


def test_a_total_that_follows_from_the_one_before_misses_nothing():
    after = follow(chain(), [entry(1, 3, 3), entry(2, 1, 4)])
    assert after == chain("2-0", 4)


def test_a_jump_of_the_total_is_what_is_missing():
    after = follow(chain("1-0", 10), [entry(2, 1, 11), entry(3, 1, 17)])
    assert (after.drift, after.position.missing, after.position.received_total) == (5, 5, 17)


def test_an_unreadable_entry_explains_the_gap_it_leaves_even_a_batch_later():
    between = follow(chain("1-0", 10), [entry(2, 4, 0)])
    after = follow(between, [entry(3, 1, 15)])
    assert (between.drift, after.drift, after.position.missing) == (0, 0, 0)


def test_a_total_that_goes_back_is_seen_and_hides_nothing_that_was_missing():
    after = follow(chain("1-0", 10), [entry(2, 1, 5)])
    assert (after.drift, after.position.missing, after.position.received_total) == (-6, 0, 5)


def test_what_was_read_before_is_no_news():
    messages = [entry(9, 1, 1), entry(10, 1, 2), entry(100, 1, 3)]
    assert news(chain("10-0"), messages) == messages[2:]
