"""A session is erased whole, whoever writes meanwhile, and what still comes of it stays out."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from tests.tracking.writing import (
    NOON,
    PROJECT,
    SESSION,
    Feed,
    drain,
    envelope,
    event,
    ledger,
    settings,
    stored,
    unbalanced,
    write_all,
)
from trailpost import analytics, tracking
from trailpost.base.errors import NotFound
from trailpost.db import connect, open_pool
from trailpost.tracking import wire
from trailpost.tracking.rules import identity

OTHER = bytes([7]) * 16
SECRET = b"s" * 32
HOOKS = (analytics.roll_up,)


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def write(database_url, redis_url, feed):
    def now(*envelopes):
        if envelopes:
            feed.send(*envelopes)
        write_all(database_url, redis_url, [feed], HOOKS)

    return now


@pytest.fixture
def eraser(database_url, redis_url):
    def made(*beside):
        configured = settings(database_url, redis_url)
        return tracking.Eraser(configured, [*beside, analytics.unrolled])

    return made


@pytest.fixture
def erase(eraser):
    def now(session=SESSION):
        asyncio.run(eraser().session(PROJECT, str(UUID(bytes=session))))

    return now


def left(db, session=SESSION):
    """Rows in which it stands, beside the note that it was erased."""
    given = {"id": UUID(bytes=session), "bytes": session}
    return db.execute(
        """select (select count(*) from events where session_id = %(id)s)
               + (select count(*) from user_sessions where session_id = %(id)s)
               + (select count(*) from dead_letters where position(%(bytes)s in payload) > 0)""",
        given,
    ).fetchone()[0]


def counted(db):
    """What the rollups count of anybody."""
    return db.execute(
        """select (select coalesce(sum(sessions), 0)::int from rollup_sessions),
               (select coalesce(sum(events), 0)::int from rollup_events),
               (select coalesce(sum(events), 0)::int from rollup_timings)"""
    ).fetchone()


def test_the_session_goes_and_others_stay(db, write, erase):
    timing = event("timing", metric_name="LCP", metric_value=2.0)
    mine, other = event(), event(at=NOON + 1)
    write(envelope(mine, timing), envelope(other, session=OTHER))
    erase()
    assert left(db) == 0
    assert stored(db) == [other.event_id]
    assert counted(db) == (1, 1, 0)
    assert ledger(db) == {"received": 3, "stored": 1, "erased": 2}
    assert unbalanced(db) == 0


def test_what_still_comes_of_it_is_not_stored(db, feed, write, erase):
    first, waiting, other = event(), event(at=NOON + 1), event()
    write(envelope(first))
    feed.send(envelope(waiting, session=SESSION), envelope(other, session=OTHER))
    erase()
    write()
    write(envelope(first), envelope(waiting), envelope(event(at=NOON - 1)))
    assert left(db) == 0
    assert stored(db) == [other.event_id]
    assert ledger(db) == {"received": 6, "stored": 1, "erased": 5}
    assert unbalanced(db) == 0


def test_erasing_twice_changes_nothing(db, write, erase):
    write(envelope(event()), envelope(event(), session=OTHER))
    erase()
    before = ledger(db), counted(db)
    erase()
    assert (ledger(db), counted(db)) == before


def test_a_session_nobody_stored_is_not_found(db, erase):
    with pytest.raises(NotFound, match="is stored"):
        erase()
    assert db.execute("select count(*) from erased_sessions").fetchone() == (0,)


def test_events_without_a_session_cannot_be_erased(db, write, erase):
    write(envelope(event("timing", metric_name="x", metric_value=1.0), session=bytes(16)))
    with pytest.raises(NotFound):
        erase(bytes(16))
    assert len(stored(db)) == 1


def test_an_id_that_is_no_uuid_names_its_session(db, write, eraser):
    session = identity.session_uuid(PROJECT, "visit 7")
    write(envelope(event(), session=session, client_session_id="visit 7"))
    asyncio.run(eraser().session(PROJECT, "visit 7"))
    assert left(db, session) == 0


def test_a_visitors_sessions_go_and_later_ones_stay(db, write, eraser):
    known = {"visitor": identity.known_visitor(SECRET, "v-1"), "is_recognised": True}
    same_hash = {"visitor": known["visitor"]}
    write(
        envelope(event(), **known),
        envelope(event(), session=OTHER, **known),
        envelope(event(), session=bytes([8]) * 16, **same_hash),
        envelope(event(), session=bytes([9]) * 16, project=2, **known),
    )
    assert asyncio.run(eraser().visitor(PROJECT, SECRET, "v-1")) == 2
    assert asyncio.run(eraser().visitor(PROJECT, SECRET, "v-1")) == 0
    assert asyncio.run(eraser().visitor(PROJECT, SECRET, "v-2")) == 0
    assert left(db) + left(db, OTHER) == 0
    assert len(stored(db)) == 2
    later = event()
    write(envelope(later, session=bytes([10]) * 16, **known), envelope(event(), **known))
    assert later.event_id in stored(db)
    assert len(stored(db)) == 3


def test_dead_letters_of_it_go_and_none_comes(db, write, erase):
    # A number beyond its column is refused.
    refused = envelope(event(time_spent=2**40))
    write(envelope(event()), refused, envelope(event(time_spent=2**41), session=OTHER))
    assert ledger(db)["dead_lettered"] == 2
    erase()
    assert left(db) == 0
    assert ledger(db) == {"received": 3, "dead_lettered": 1, "erased": 2}
    write(envelope(event(time_spent=2**42)), envelope(event()))
    assert left(db) == 0
    assert ledger(db) == {"received": 5, "dead_lettered": 1, "erased": 4}
    assert unbalanced(db) == 0


def test_a_replayed_letter_is_not_counted_twice(db, write, erase, database_url):
    write(envelope(event(time_spent=2**40)), envelope(event()))
    mended = wire.encode(envelope(event()))
    db.execute("update dead_letters set payload = %s", (mended,))

    async def replay():
        async with open_pool(database_url, size=1) as pool:
            return await tracking.replay_dead_letters(pool, on_write=HOOKS)

    assert asyncio.run(replay())[0].stored == 1
    erase()
    assert left(db) == 0
    assert ledger(db) == {"received": 2, "erased": 2}
    assert unbalanced(db) == 0


# Together with a writer


async def somebody_waits(database_url):
    """Until one connection waits for another's advisory lock."""
    async with asyncio.timeout(30), await connect(database_url) as conn:
        asked = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
        while not (await (await conn.execute(asked)).fetchone())[0]:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("careful", [False, True])
def test_what_a_writer_is_storing_is_waited_for_and_goes(
    db, database_url, redis_url, feed, write, eraser, careful
):
    first = event()
    write(envelope(first))
    fresh = [event(at=NOON + 1), *([first] if careful else [])]

    async def main():
        entered, go = asyncio.Event(), asyncio.Event()

        async def held(_):
            entered.set()
            await go.wait()

        feed.send(envelope(*fresh), envelope(event(), session=OTHER))
        hooks = (held, analytics.roll_up)
        writing = asyncio.create_task(drain(settings(database_url, redis_url), [feed], hooks))
        await entered.wait()
        erasing = asyncio.create_task(eraser().session(PROJECT, str(UUID(bytes=SESSION))))
        await somebody_waits(database_url)
        go.set()
        await asyncio.gather(writing, erasing)

    asyncio.run(main())
    assert left(db) == 0
    assert counted(db) == (1, 1, 0)
    assert unbalanced(db) == 0
    assert ledger(db)["erased"] == 2


@pytest.mark.parametrize("known", [False, True])
def test_a_writer_that_comes_while_it_is_erased_stores_nothing_of_it(
    db, database_url, redis_url, feed, write, eraser, known
):
    first, fresh = event(), event(at=NOON + 1)
    write(envelope(first), envelope(event(), session=OTHER))

    async def main():
        entered, go = asyncio.Event(), asyncio.Event()

        @asynccontextmanager
        async def held(_):
            yield
            entered.set()
            await go.wait()

        erasing = asyncio.create_task(eraser(held).session(PROJECT, str(UUID(bytes=SESSION))))
        await entered.wait()
        feed.send(envelope(fresh, *([first] if known else [])), envelope(event(), session=OTHER))
        configured = settings(database_url, redis_url)
        writing = asyncio.create_task(drain(configured, [feed], HOOKS))
        await somebody_waits(database_url)
        go.set()
        await asyncio.gather(writing, erasing)

    asyncio.run(main())
    assert left(db) == 0
    assert counted(db) == (1, 2, 0)
    assert unbalanced(db) == 0
    assert ledger(db)["erased"] == 2 + known


def test_killed_in_the_middle_nothing_has_gone(db, database_url, redis_url, write, erase):
    db.execute(
        "insert into projects (id, slug, name, time_zone, secret)"
        " overriding system value values (1, 'default', 'Default', 'UTC', 'x')"
    )
    write(envelope(event(), event(at=NOON + 1)))
    before = left(db), counted(db), ledger(db)
    session = str(UUID(bytes=SESSION))
    with db.transaction():
        # Held here, the last step of the erasing waits.
        db.execute("select * from ingest_ledger for update")
        process = subprocess.Popen(
            [sys.executable, "-m", "trailpost", "erase", "session", session, "--yes",
             "--database-url", database_url, "--redis-url", redis_url],
            env=os.environ, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        asyncio.run(asyncio.wait_for(_blocked(database_url), 60))
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        db.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'trailpost erase'"
        )
    assert (left(db), counted(db), ledger(db)) == before
    assert db.execute("select count(*) from erased_sessions").fetchone() == (0,)
    erase()
    assert (left(db), counted(db)) == (0, (0, 0, 0))


async def _blocked(database_url):
    asked = """select count(*) from pg_stat_activity
               where application_name = 'trailpost erase' and wait_event_type = 'Lock'
                 and query like '%%update ingest_ledger%%'"""
    async with await connect(database_url) as conn:
        while not (await (await conn.execute(asked)).fetchone())[0]:
            await asyncio.sleep(0.02)
