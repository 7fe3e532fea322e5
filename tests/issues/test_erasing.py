"""A session is erased: what its errors told goes too, and what still comes is nobody's."""

import asyncio
import uuid

from tests.issues.capturing import SESSION, Feed, envelope, kept, ledger
from tests.issues.capturing import write_all as write_issues
from tests.tracking.writing import PROJECT, event, settings, write_all
from tests.tracking.writing import Feed as EventFeed
from tests.tracking.writing import envelope as events_of
from trailpost import analytics, issues, tracking

OTHER = uuid.UUID(int=7)


def test_what_an_erased_session_told_goes_and_the_counts_stay(db, database_url, redis_url):
    events, feed = EventFeed(redis_url), Feed(redis_url)
    events.send(events_of(event()))
    write_all(database_url, redis_url, [events], (analytics.roll_up,))
    feed.send(envelope(kept(), kept(), kept(session_id=OTHER.bytes)))
    write_issues(database_url, redis_url, feed)
    eraser = tracking.Eraser(settings(database_url, redis_url), [analytics.unrolled, issues.erased])
    asyncio.run(eraser.session(PROJECT, str(SESSION)))
    assert occurrences(db) == [OTHER]
    assert db.execute("select session_id from issue_sessions").fetchall() == [(OTHER,)]
    assert counts(db) == (3, 2)
    feed.send(envelope(kept(), kept()))
    write_issues(database_url, redis_url, feed)
    assert occurrences(db) == [OTHER, None, None]
    assert counts(db) == (5, 2)
    assert ledger(db) == {"received": 5, "stored": 5}


def occurrences(db):
    found = db.execute("select session_id from issue_occurrences order by 1 nulls last").fetchall()
    return [session for (session,) in found]


def counts(db):
    return db.execute("select occurrences, sessions from issues").fetchone()
