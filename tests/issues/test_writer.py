"""From the stream to issues: once each, grouped, whatever is delivered twice or killed."""

import asyncio
import datetime
import uuid

import psycopg
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from tests.issues.capturing import (
    SECOND,
    SESSION,
    Feed,
    balanced,
    drain,
    envelope,
    kept,
    ledger,
    write_all,
)
from tests.tracking.writing import DAY, NOON, settings
from trailpost import issues, stream
from trailpost.db import connect, open_pool
from trailpost.issues import wire
from trailpost.issues.wire import KeptFrame
from trailpost.issues.writer.batch import prepare
from trailpost.issues.writer.loop import Source
from trailpost.issues.writer.transaction import Overtaken, write


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def store(database_url, redis_url, feed):
    def now(**changed):
        write_all(database_url, redis_url, feed, **changed)

    return now


def moment(micros):
    return datetime.datetime.fromtimestamp(micros / SECOND, datetime.UTC)


def test_every_field_of_an_occurrence_is_kept(db, feed, store):
    one = kept(
        stack=[KeptFrame("total", "/main.js", 3, 7, True), KeptFrame(None, "/b.js", None, 0, None)],
        release="1.4.0",
        environment="production",
        tags=["list 7", 'say "ü"'],
        context=b'{"browser":1,"deep":[null]}',
        level="warning",
    )
    feed.send(envelope(one))
    store()
    names = "occurrence_id, session_id, occurred_at, received_at, level::text, type, message"
    names += ", stack, url, release, environment, tags, context, project_id"
    assert db.execute(f"select {names} from issue_occurrences").fetchone() == (
        (uuid.UUID(bytes=one.occurrence_id), SESSION, moment(NOON), moment(NOON), "warning")
        + ("TypeError", "x is undefined")
        + (
            [
                {"function": "total", "file": "/main.js", "line": 3, "column": 7, "inApp": True},
                {"file": "/b.js", "column": 0},
            ],
            "https://shop.example/",
        )
        + ("1.4.0", "production", ["list 7", 'say "ü"'], {"browser": 1, "deep": [None]}, 1)
    )


def test_occurrences_of_one_error_are_one_issue(db, feed, store):
    other = uuid.uuid4().bytes
    feed.send(envelope(kept(NOON), kept(NOON + DAY, level="info"), kept(message="another")))
    feed.send(envelope(kept(NOON - DAY, session_id=other, level="warning"), kept(session_id=None)))
    feed.send(envelope(kept(), project=2))
    store()
    rows = db.execute(
        """select project_id, title, level::text, status::text, occurrences, sessions, first_seen,
               last_seen, version from issues order by project_id, occurrences"""
    ).fetchall()
    known = ("error", "open")
    assert rows == [
        (1, "TypeError: another", *known, 1, 1, moment(NOON), moment(NOON), 1),
        (1, "TypeError: x is undefined", *known, 4, 2, moment(NOON - DAY), moment(NOON + DAY), 1),
        (2, "TypeError: x is undefined", *known, 1, 1, moment(NOON), moment(NOON), 1),
    ]
    assert ledger(db) == {"received": 6, "stored": 6}
    assert balanced(db)


def test_releases_are_those_of_the_first_and_last_that_named_one(db, feed, store):
    for at, release in ((5, "1.1"), (3, "1.0"), (9, None), (1, None), (7, "1.2"), (6, "1.15")):
        feed.send(envelope(kept(NOON + at * SECOND, release=release)))
        store()
    row = db.execute("select first_release, last_release, occurrences from issues").fetchone()
    assert row == ("1.0", "1.2", 6)


def test_an_occurrence_that_is_sent_again_counts_once(db, feed, store):
    one = kept()
    # Changed on the way, and of another minute: still the same occurrence.
    feed.send(envelope(one, one), envelope(replace(one, message="another"), at=NOON + 60 * SECOND))
    store()
    feed.send(envelope(one, kept(session_id=None), rejected=2))
    store()
    assert ledger(db) == {"received": 7, "stored": 2, "duplicate": 3, "rejected": 2}
    # What only a duplicate says makes no issue.
    assert db.execute("select occurrences, sessions from issues").fetchall() == [(2, 1)]
    assert balanced(db)
    # Another project's occurrence may have the same id.
    feed.send(envelope(one, project=2))
    store()
    assert db.execute("select count(*) from issue_occurrences").fetchone() == (3,)


def set_status(url, issue, status, now):
    async def go():
        async with await connect(url) as conn:
            await issues.set_status(conn, issue, status, now)

    asyncio.run(go())


def test_a_resolved_issue_that_occurs_again_is_open_again(db, database_url, feed, store):
    def status():
        return db.execute("select status::text, regressions, regressed_at from issues").fetchone()

    feed.send(envelope(kept(NOON)))
    store()
    (issue,) = db.execute("select id from issues").fetchone()
    set_status(database_url, issue, "resolved", moment(NOON + 60 * SECOND))
    # From before the resolution, however late it comes.
    feed.send(envelope(kept(NOON + 59 * SECOND), at=NOON + 90 * SECOND))
    store()
    assert status() == ("resolved", 0, None)
    late = NOON + 61 * SECOND
    feed.send(envelope(kept(late)))
    store()
    assert status() == ("open", 1, moment(late))
    set_status(database_url, issue, "ignored", moment(late))
    feed.send(envelope(kept(late + SECOND)))
    store()
    assert status() == ("ignored", 1, moment(late))
    set_status(database_url, issue, "resolved", moment(late + SECOND))
    set_status(database_url, issue, "open", moment(late + 2 * SECOND))
    feed.send(envelope(kept(late + 9 * SECOND)))
    store()
    assert status() == ("open", 1, moment(late))


def test_a_writer_that_dies_before_it_acknowledges_counts_nothing_twice(
    db, feed, store, database_url, redis_url, run
):
    async def write_and_die():
        redis = stream.connect(redis_url)
        async with await connect(database_url) as conn:
            reader = stream.Reader(redis, 0, "issues")
            source = Source(reader, settings(database_url, redis_url))
            await source.start(conn)
            messages = await source.next(asyncio.Event())
            before = source.chain.position
            after = stream.follow(source.chain, messages).position
            await write(conn, reader.stream, prepare(messages), before, after)
            with pytest.raises(Overtaken):
                await write(conn, reader.stream, prepare(messages), before, after)
        await redis.aclose()

    feed.send(envelope(kept(), kept(), rejected=1))
    run(write_and_die())
    assert feed.waiting() == 1
    feed.send(envelope(kept()))
    store()
    assert ledger(db) == {"received": 4, "stored": 3, "rejected": 1}
    assert db.execute("select missing, received_total from issue_positions").fetchone() == (0, 4)
    assert balanced(db)


def test_two_writers_and_lost_connections_count_exactly(db, feed, database_url, redis_url, run):
    async def scenario():
        configured = settings(database_url, redis_url)
        again = kept(NOON)
        for n in range(30):
            feed.send(envelope(kept(NOON + n), again, kept(message="other", session_id=None)))
            if n % 10 == 5:
                db.execute(
                    """select pg_terminate_backend(pid) from pg_stat_activity
                       where datname = current_database()
                         and application_name = 'trailpost write'"""
                )
            if n % 3 == 0:
                await drain(configured, feed, writers=2)
        await drain(configured, feed, writers=2)

    run(scenario())
    assert ledger(db) == {"received": 90, "stored": 61, "duplicate": 29}
    rows = db.execute("select occurrences, sessions from issues order by 1").fetchall()
    assert rows == [(30, 0), (31, 1)]
    assert balanced(db)


def test_what_cannot_be_read_or_stored_is_a_dead_letter_and_can_be_replayed(
    db, feed, store, database_url, run
):
    poison = kept(message="a\0b")
    feed.send(envelope(kept(), poison, kept()), envelope(kept(), rejected=1))
    feed.send_parts((2, b"\xc1 no msgpack"))
    feed.send_parts((5, wire.encode(envelope(kept()))))
    feed.add(n=1, x=b"not ours")
    store()
    assert ledger(db) == {"received": 13, "stored": 3, "rejected": 1, "dead_lettered": 9}
    assert balanced(db)
    told = db.execute(
        "select project_id, occurrences, reason from issue_dead_letters order by occurrences, id"
    ).fetchall()
    assert [(project, n) for project, n, _ in told] == [(0, 1), (1, 1), (0, 2), (0, 5)]

    async def replay():
        async with open_pool(database_url, size=2) as pool:
            return await issues.replay_dead_letters(pool)

    done = run(replay())
    assert sorted(one.stored for one in done) == [0, 0, 0, 0]
    assert all(one.failed for one in done)
    db.execute(
        "update issue_dead_letters set payload = %s where project_id = 1",
        [wire.encode(envelope(replace(poison, message="a b")))],
    )
    assert sum(one.stored for one in run(replay())) == 1
    assert ledger(db) == {"received": 13, "stored": 4, "rejected": 1, "dead_lettered": 8}
    assert balanced(db)
    assert len(run(replay())) == 3


def test_occurrences_go_through_the_spool_while_redis_is_away(
    db, feed, store, redis_url, tmp_path, run
):
    sent = envelope(kept(), kept())

    async def spool():
        away = stream.Publisher(f"unix://{tmp_path}/nowhere.sock", 2, tmp_path, 10**6, 0)
        await away.start()
        await away.publish(b"issues", wire.encode(sent), 2, None, "issues")
        await away.publish(b"session", b"an event", 3, None)
        await away.close()
        found = stream.spooled(tmp_path)
        assert (found.events, found.occurrences) == (3, 2)

    async def replay():
        back = stream.Publisher(redis_url, 2, tmp_path, 10**6, 0)
        await back.start()
        async with asyncio.timeout(20):
            while back.status().spooled_events:
                await asyncio.sleep(0.02)
        # And straight to Redis, the same once more.
        await back.publish(b"issues", wire.encode(sent), 2, None, "issues")
        await back.close()

    run(spool())
    run(replay())
    store()
    assert ledger(db) == {"received": 4, "stored": 2, "duplicate": 2}
    assert db.execute("select missing, received_total from issue_positions").fetchone() == (0, 4)
    # The events are on a stream of their own.
    assert sum(feed.redis.xlen(f"trailpost:{{{n}}}:events") for n in (0, 1)) == 1


def test_occurrences_that_the_stream_lost_are_missing(db, feed, store):
    feed.send(envelope(kept()))
    lost = feed.send(envelope(kept(), kept()))
    feed.send(envelope(kept()))
    feed.redis.xdel(feed.stream, lost)
    store()
    assert db.execute("select missing, received_total from issue_positions").fetchone() == (2, 4)
    assert ledger(db) == {"received": 2, "stored": 2}


MESSAGES = st.sampled_from(["no price", "no list 7", "no list 8"])
NUMBER = " 78"
SESSIONS = st.sampled_from([None, SESSION.bytes, bytes([7]) * 16])


class Writing(RuleBasedStateMachine):
    """Sent, sent again and mixed, drained whenever: counts follow from the occurrences alone."""

    url = redis_url = ""

    def __init__(self):
        super().__init__()
        self.feed = Feed(self.redis_url)
        self.feed.redis.flushall()
        self.db = psycopg.connect(self.url, autocommit=True)
        self.db.execute(
            """truncate issues, issue_occurrences, issue_sessions, issue_days, issue_ledger,
               issue_positions, issue_dead_letters"""
        )
        self.sent = {}
        self.received = self.rejected = 0

    def teardown(self):
        self.db.close()

    @rule(
        messages=st.lists(st.tuples(MESSAGES, SESSIONS, st.integers(0, 3 * DAY)), max_size=4),
        rejected=st.integers(0, 2),
        project=st.integers(1, 2),
    )
    def send(self, messages, rejected, project):
        made = [kept(NOON + at, message=m, session_id=s) for m, s, at in messages]
        self.sent |= {(project, one.occurrence_id): one for one in made}
        self._send(made, rejected, project)

    @rule(seed=st.randoms(use_true_random=False), project=st.integers(1, 2))
    def send_some_again(self, seed, project):
        known = [one for (owner, _), one in self.sent.items() if owner == project]
        self._send(seed.sample(known, len(known) // 2), 0, project)

    @rule()
    def write(self):
        write_all(self.url, self.redis_url, self.feed)

    @invariant()
    def counts_follow_from_what_was_sent(self):
        if self.feed.waiting():
            return
        assert balanced(self.db)
        fates = ledger(self.db)
        assert fates.get("received", 0) == self.received
        assert fates.get("stored", 0) == len(self.sent)
        assert fates.get("rejected", 0) == self.rejected
        wanted = {}
        for (project, _), one in self.sent.items():
            wanted.setdefault((project, one.message.rstrip(NUMBER)), []).append(one.occurred_at)
        found = self.db.execute("select project_id, title, first_seen, last_seen from issues")
        assert {
            (project, title.removeprefix("TypeError: ").rstrip(NUMBER)): (first, last)
            for project, title, first, last in found
        } == {key: (moment(min(at)), moment(max(at))) for key, at in wanted.items()}

    def _send(self, made, rejected, project):
        self.feed.send(envelope(*made, rejected=rejected, project=project))
        self.received += len(made) + rejected
        self.rejected += rejected


@pytest.mark.timeout(300)
def test_counts_follow_from_the_occurrences_alone(database_url, redis_url):
    Writing.url, Writing.redis_url = database_url, redis_url
    run_state_machine_as_test(
        Writing,
        settings=hypothesis_settings(
            max_examples=8,
            stateful_step_count=8,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
