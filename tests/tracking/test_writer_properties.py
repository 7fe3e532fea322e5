"""Whatever comes in whatever batches: sessions are the fold of the events stored, once each."""

import asyncio
import random
from datetime import UTC, datetime
from functools import reduce

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.tracking.test_fold import EVENTS, FEW
from tests.tracking.writing import (
    DAY,
    NOON,
    PROJECT,
    Feed,
    context,
    envelope,
    event,
    ledger,
    unbalanced,
    write_all,
)
from trailpost.base import clock
from trailpost.db import connect
from trailpost.tracking import store
from trailpost.tracking.rules.fold import merge, summarise

SESSIONS = [bytes([n]) * 16 for n in (1, 2, 3)]
KNOWN = st.fixed_dictionaries(
    {
        "referrer": st.none() | FEW,
        "landing_page": st.none() | FEW,
        "country": st.sampled_from([None, "AT"]),
        "is_recognised": st.booleans(),
    }
)


class Writing(RuleBasedStateMachine):
    """Requests are sent, sent again and mixed; the writer drains them in batches of any size."""

    url = redis_url = ""

    def __init__(self):
        super().__init__()
        self.feed = Feed(self.redis_url)
        self.feed.redis.flushall()
        self.db = psycopg.connect(self.url, autocommit=True)
        self.db.execute(
            "truncate events, user_sessions, ingest_ledger, stream_positions, dead_letters"
        )
        self.sent = {session: [] for session in SESSIONS}
        self.known = {}
        self.received = self.rejected = self.poison = 0

    def teardown(self):
        self.db.close()

    @rule(
        session=st.sampled_from(SESSIONS),
        events=st.lists(EVENTS, min_size=1, max_size=6),
        known=KNOWN,
        rejected=st.integers(0, 2),
        at=st.integers(NOON, NOON + 2 * DAY),
    )
    def send(self, session, events, known, rejected, at):
        self.sent[session] += [(one, at) for one in events]
        self._send(session, events, known, rejected, at)

    @rule(session=st.sampled_from(SESSIONS), known=KNOWN, seed=st.randoms(use_true_random=False))
    def send_some_again(self, session, known, seed):
        """Mixed anew, as a client does that kept what was not acknowledged."""
        if self.sent[session]:
            known_events = [one for one, _ in self.sent[session]]
            some = seed.sample(known_events, seed.randint(1, len(known_events)))
            self._send(session, some, known, 0, NOON + 3 * DAY)

    @rule(session=st.sampled_from(SESSIONS))
    def send_poison(self, session):
        self.poison += 1
        self._send(session, [event(value="a\0b")], {}, 0, NOON)

    @rule(batch=st.integers(1, 12))
    def write(self, batch):
        write_all(self.url, self.redis_url, [self.feed], write_batch=batch)

    @rule(before=st.integers(NOON - DAY, NOON + 4 * DAY))
    def close_idle_sessions(self, before):
        """Whenever that is: what a session is does not depend on it."""
        asyncio.run(_close(self.url, before))
        open_still = self.db.execute(
            "select count(*) from user_sessions where end_time is null and last_activity < %s",
            [_moment(before)],
        )
        assert open_still.fetchone() == (0,)

    @invariant()
    def a_session_that_nobody_ended_ended_with_its_last_event(self):
        wrong = self.db.execute(
            "select count(*) from user_sessions where closed_at is not null "
            "and end_time is distinct from last_activity"
        )
        assert wrong.fetchone() == (0,)

    @invariant()
    def sessions_are_folds(self):
        if self.feed.waiting():
            return
        found = asyncio.run(_sessions(self.url))
        wanted = {(PROJECT, s): self._folded(s) for s in SESSIONS if self.sent[s]}
        assert {key: _comparable(one) for key, one in found.items()} == {
            key: _comparable(one) for key, one in wanted.items()
        }

    @invariant()
    def the_ledger_adds_up(self):
        if self.feed.waiting():
            return
        fates = ledger(self.db)
        assert unbalanced(self.db) == 0
        assert fates.get("received", 0) == self.received
        assert fates.get("rejected", 0) == self.rejected
        assert fates.get("dead_lettered", 0) == self.poison
        assert fates.get("stored", 0) == len(
            {one.event_id for sent in self.sent.values() for one, _ in sent}
        )

    def _send(self, session, events, known, rejected, at):
        # A session's requests agree on how it came: what the tracker remembers for it.
        known = self.known.setdefault(session, known)
        self.feed.send(envelope(*events, session=session, rejected=rejected, at=at, **known))
        self.received += len(events) + rejected
        self.rejected += rejected

    def _folded(self, session):
        about = context(session, **self.known[session])
        # Of two deliveries the first is stored, and the time at which it was received.
        alone = [summarise(PROJECT, about, [one], at) for one, at in self.sent[session]]
        random.shuffle(alone)
        return reduce(merge, alone)


def _moment(micros):
    return datetime.fromtimestamp(micros / 1e6, UTC)


async def _close(url, before):
    async with await connect(url) as conn:
        await store.close_idle_sessions(conn, _moment(before), clock.now(), 100)


async def _sessions(url):
    async with await connect(url) as conn, conn.transaction(force_rollback=True):
        await store.create_temporary_tables(conn)
        return await store.lock_sessions(conn, [(PROJECT, session) for session in SESSIONS])


def _comparable(session):
    columns = msgspec.structs.asdict(session)
    if session.configuration:
        columns["configuration"] = msgspec.json.decode(session.configuration)
    return columns


@pytest.mark.timeout(600)
def test_sessions_and_ledger_follow_from_the_events_alone(database_url, redis_url):
    Writing.url, Writing.redis_url = database_url, redis_url
    run_state_machine_as_test(
        Writing,
        settings=settings(
            max_examples=20,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
