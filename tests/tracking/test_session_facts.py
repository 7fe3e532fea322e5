"""What SQL reads of a session's facts is what the fold put there."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking.writing import (
    NOON,
    PROJECT,
    SESSION,
    Feed,
    choice,
    context,
    envelope,
    event,
    write_all,
)
from trailpost.db import migrate
from trailpost.tracking.rules.fold import mark, summarise

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HELPERS = (
    "mark_time", "mark_micros", "session_decisions", "session_reached", "session_source",
    "micros_time",
)  # fmt: skip
# Until the year 2242 a second's floating-point number holds microseconds.
MOMENTS = st.integers(0, 2**33 * 1_000_000)


def time(us):
    return EPOCH + timedelta(microseconds=us)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(MOMENTS, st.binary(min_size=16, max_size=16))
def test_the_time_of_a_mark_is_read_to_the_microsecond(db, us, event_id):
    made = mark(us, event_id)
    found = db.execute(
        "select mark_time(%s), mark_time('0' || %s), mark_micros(%s), event_mark(%s, %s)",
        (made, made, made.encode(), time(us), UUID(bytes=event_id)),
    ).fetchone()
    assert found == (time(us), time(us), us, made)


@pytest.mark.parametrize("never", ["", "~", None])
def test_a_mark_that_no_event_made_has_no_time(db, never):
    as_bytes = None if never is None else never.encode()
    found = db.execute("select mark_time(%s), mark_micros(%s)", (never, as_bytes)).fetchone()
    assert found == (None, None)


def test_decisions_are_rows(db):
    events = [
        choice("nest", "nest80", NOON, price_cents=15_550_000),
        choice("nest", "nest100", NOON + 2, price_cents=18_910_050),
        choice("pv", "pv_panels", NOON + 1, price_cents=1),
        choice("pv", None, NOON + 3),
    ]
    choices = msgspec.json.encode(summarise(PROJECT, context(), events, NOON).choices)
    found = db.execute(
        "select * from session_decisions(%s::jsonb) order by category", (choices.decode(),)
    ).fetchall()
    assert found == [
        ("nest", "nest100", time(NOON), time(NOON + 2), 2, Decimal("189100.50"),
         ["nest100", "nest80"]),
        ("pv", None, time(NOON + 1), time(NOON + 3), 2, None, ["pv_panels"]),
    ]  # fmt: skip


def test_a_decision_stored_before_its_first_time_was_kept_has_none(db):
    old = '{"nest": {"value": "a", "at": "", "count": 1, "seen": ["a"]}}'
    found = db.execute("select first_at, last_at, price from session_decisions(%s::jsonb)", (old,))
    assert found.fetchall() == [(None, None, None)]


@pytest.mark.parametrize(
    ("status", "reached", "at"),
    [
        ("in_cart", {"in_cart": 5, "converted": 3}, 3),
        ("in_cart", {"completed": 7}, 7),
        ("completed", {"in_cart": 1, "completed": 7, "converted": 8}, 7),
        ("completed", {"in_cart": 1}, None),
        ("converted", {"in_cart": 1, "completed": 2}, None),
        ("converted", {"converted": 9}, 9),
        ("in_cart", {}, None),
    ],
)
def test_a_status_is_reached_by_itself_or_by_a_further_one(db, status, reached, at):
    found = db.execute(
        "select session_reached(%s::jsonb, %s)", (msgspec.json.encode(reached).decode(), status)
    )
    assert found.fetchone() == (None if at is None else time(at),)


@pytest.mark.parametrize(
    ("utm_source", "referrer", "source"),
    [
        ("Newsletter", "https://www.example.com/x", "newsletter"),
        (None, "https://www.Example.com:8080/www.other.example", "example.com"),
        ("", "http://news.example?q=https://x.example", "news.example"),
        (" ", "https://me:secret@www.example.com/", "example.com"),
        (None, "android-app://com.example.reader/", "com.example.reader"),
        (None, "http://[2001:db8::1]:80/", "[2001:db8::1]"),
        (None, "https://wwwhat.example/", "wwwhat.example"),
        (None, "not an address", "direct"),
        (None, "", "direct"),
        (None, None, "direct"),
    ],
)
def test_a_source_is_the_campaigns_or_the_host_that_sent_the_visitor(
    db, utm_source, referrer, source
):
    found = db.execute("select session_source(%s::text, %s::text)", (utm_source, referrer))
    assert found.fetchone() == (source,)


def test_the_helpers_may_be_folded_indexed_and_run_in_parallel(db):
    found = db.execute(
        "select proname, provolatile, proparallel from pg_proc where proname = any(%s)",
        (list(HELPERS),),
    ).fetchall()
    assert {name for name, _, _ in found} == set(HELPERS)
    assert {(volatile, parallel) for _, volatile, parallel in found} == {("i", "s")}


def test_facts_are_stored_as_they_are_folded(db, database_url, redis_url):
    feed = Feed(redis_url)
    feed.send(envelope(choice("nest", "a", NOON + 1), event(category="pv")))
    feed.send(
        envelope(
            event("snapshot", NOON + 5, conversion_status="in_cart"),
            event(category='"quoted", {and} ü'),
            country="AT",
            is_recognised=True,
        )
    )
    write_all(database_url, redis_url, [feed])
    assert db.execute(
        "select country, is_recognised, reached, exposed from user_sessions"
    ).fetchall() == [("AT", False, {"in_cart": NOON + 5}, ['"quoted", {and} ü', "nest", "pv"])]


def test_of_a_retry_the_time_of_receipt_that_is_stored_is_the_one_that_counts(
    db, database_url, redis_url
):
    feed = Feed(redis_url)
    made = event(at=NOON + 2**50, clock="future", day=20_000)
    feed.send(envelope(made, at=NOON + 10))
    feed.send(envelope(made, at=NOON + 20))
    write_all(database_url, redis_url, [feed], write_batch=1)
    assert db.execute(
        "select e.received_at, s.start_time, s.last_activity from events e, user_sessions s"
    ).fetchall() == [(time(NOON + 10),) * 3]


def test_sessions_stored_before_the_facts_were_kept_get_them_from_their_events(
    empty_database_url,
):
    migrate.up(empty_database_url, "0004")
    made = choice("nest", "nest80", NOON, price_cents=5)
    with psycopg.connect(empty_database_url, autocommit=True) as conn:
        conn.execute("select ensure_event_partition(%s)", (time(NOON).date(),))
        insert = """insert into events (event_id, session_id, occurred_at, received_at, project_id,
            day, kind, category, value, source, price) values (%s, %s, %s, %s, %s, %s, 'choice',
            'nest', 'nest80', 'user', 0.05)"""
        ids = (UUID(bytes=made.event_id), UUID(bytes=SESSION))
        conn.execute(insert, (*ids, time(NOON), time(NOON), PROJECT, time(NOON).date()))
        conn.execute(
            """insert into user_sessions
               (project_id, session_id, visitor, start_time, last_activity, last_bucket)
               values (%s, %s, 1, %s, %s, %s)""",
            (PROJECT, ids[1], *[time(NOON)] * 3),
        )
        migrate.up(empty_database_url, "0005")
        exposed, choices = conn.execute("select exposed, choices from user_sessions").fetchone()
        folded = summarise(PROJECT, context(), [made], NOON)
        assert (exposed, choices) == (["nest"], msgspec.to_builtins(folded.choices))
        migrate.down(empty_database_url, "0004")
        choices = conn.execute("select choices from user_sessions").fetchone()[0]
        assert set(choices["nest"]) == {"value", "at", "count", "seen"}
