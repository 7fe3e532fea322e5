"""From the stream to the tables: once each, whole batches, whatever is delivered twice."""

import asyncio
import datetime
import uuid

import pytest
from msgspec.structs import replace

from tests.tracking.writing import (
    DAY,
    NOON,
    PROJECT,
    SESSION,
    Feed,
    choice,
    envelope,
    event,
    ids,
    ledger,
    part,
    settings,
    stored,
    unbalanced,
    write_all,
)
from trailpost import stream
from trailpost.db import connect
from trailpost.tracking import wire
from trailpost.tracking.store import create_temporary_tables
from trailpost.tracking.writer import Writer, transaction
from trailpost.tracking.writer.source import Source


@pytest.fixture
def feed(redis_url):
    return Feed(redis_url)


@pytest.fixture
def write(database_url, redis_url, feed):
    def now(*feeds, **changed):
        write_all(database_url, redis_url, feeds or (feed,), **changed)

    return now


def test_events_of_a_request_become_rows(db, feed, write):
    click = event(category="nest", value="nest80", time_spent=1200, viewport_width=1440)
    saved = event("snapshot", configuration=b'{"nest":"nest80"}', price_cents=15_550_050)
    feed.send(envelope(click, saved))
    write()
    rows = db.execute(
        """select event_id, session_id, occurred_at, received_at, project_id, day, kind::text,
               category, value, time_spent, viewport_width, price::text, configuration
           from events order by kind desc"""
    ).fetchall()
    noon = datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC)
    common = (uuid.UUID(bytes=SESSION), noon, noon, PROJECT, noon.date())
    assert rows == [
        (uuid.UUID(bytes=saved.event_id), *common, "snapshot")
        + (None, None, None, None, "155500.50", {"nest": "nest80"}),
        (uuid.UUID(bytes=click.event_id), *common, "interaction")
        + ("nest", "nest80", 1200, 1440, None, None),
    ]


@pytest.mark.parametrize(
    "cents", [0, 1, 99, 100, 999_999, 1_000_000, 15_550_000, 99_999_999_999_999, -1, -12_345]
)
def test_a_price_keeps_its_cents(db, feed, write, cents):
    feed.send(envelope(choice("nest", "nest80", price_cents=cents)))
    write()
    kept = db.execute("select (price * 100)::bigint, scale(price) from events").fetchone()
    assert kept == (cents, 2)


def test_every_column_of_an_event_is_kept(db, feed, write):
    """Each in its own column: a packed row has no names."""
    texts = ["event_type", "category", "element_id", "value", "previous_value", "url", "source"]
    texts += ["price_list_version", "trigger_event", "conversion_status", "metric_name", "unit"]
    texts += ["endpoint", "method", "device_type", "clock"]
    given = {name: f"{name} ü" for name in texts} | {"conversion_status": "in_cart"}
    given |= {"metric_value": 12.5, "status": 204, "completion": 75, "time_spent": 2**31 - 1}
    given |= {"viewport_width": 1, "viewport_height": -2, "additional_data": b'{"a":[1,null]}'}
    sent = event("snapshot", configuration=b"{}", price_cents=1, price_before_cents=2, **given)
    feed.send(envelope(sent))
    write()
    names = [*given, "price", "price_before"]
    row = db.execute(f"select {', '.join(names)} from events").fetchone()
    found = dict(zip(names, row, strict=True))
    assert found.pop("additional_data") == {"a": [1, None]}
    assert [float(found.pop(name)) for name in ("price", "price_before")] == [0.01, 0.02]
    assert found == {k: v for k, v in given.items() if k != "additional_data"}


def test_a_session_is_one_row_whatever_number_of_batches(db, feed, write):
    first = event("page_view", NOON, url="https://shop.example/a")
    second = choice("nest", "nest80", NOON + 5_000_000, price_cents=15_550_000)
    third = event("page_view", NOON + 65_400_000, url="https://shop.example/b")
    feed.send(envelope(second, referrer="https://late.example/"))
    write()
    feed.send(
        envelope(third, user_agent="Firefox"), envelope(first, referrer="https://ads.example")
    )
    write()
    row = db.execute(
        """select visitor, total_events, total_interactions, total_choices, session_duration,
               referrer, landing_page, exit_page, total_price::int, user_agent, start_time,
               last_activity, last_bucket
           from user_sessions"""
    ).fetchall()
    noon = datetime.datetime(2026, 3, 31, 12, tzinfo=datetime.UTC)
    last = noon + datetime.timedelta(seconds=65.4)
    assert row == [
        (42, 3, 1, 1, 65, "https://ads.example", "https://shop.example/a")
        + ("https://shop.example/b", 155500, "Firefox", noon, last, noon)
    ]


def test_200_first_events_of_one_session_at_once_make_one_session(db, feed, write):
    sent = [event(at=NOON + n) for n in range(200)]
    for one in sent:
        feed.send(envelope(one))
    write(write_batch=7)
    assert stored(db) == ids(*sent)
    assert db.execute("select total_events from user_sessions").fetchall() == [(200,)]


def test_200_first_events_of_one_session_on_four_streams_make_one_session(
    db, redis_url, database_url
):
    feeds = [Feed(redis_url, n) for n in range(4)]
    sent = [event(at=NOON + n) for n in range(200)]
    for n, one in enumerate(sent):
        feeds[n % 4].send(envelope(one))
    write_all(database_url, redis_url, feeds, streams=4, write_batch=10)
    assert stored(db) == ids(*sent)
    assert db.execute("select total_events from user_sessions").fetchall() == [(200,)]
    assert ledger(db) == {"received": 200, "stored": 200}


def test_an_event_that_a_client_sends_again_is_stored_once(db, feed, write):
    click = event()
    feed.send(envelope(click), envelope(click, event()))
    feed.send(envelope(click))
    write()
    feed.send(envelope(event(), click))
    write()
    assert ledger(db) == {"received": 6, "stored": 3, "duplicate": 3}
    assert db.execute("select total_events from user_sessions").fetchone() == (3,)


@pytest.mark.parametrize(
    "midnight",
    [
        datetime.datetime(2026, 3, 31, tzinfo=datetime.UTC),
        datetime.datetime(2026, 4, 1, tzinfo=datetime.UTC),
    ],
    ids=["midnight", "a month's end"],
)
def test_a_retry_on_the_other_side_of(db, feed, write, midnight):
    """The day of an event is that of the client's time, not of receipt."""
    after = int(midnight.timestamp()) * 1_000_000
    late = event(at=after - 1)
    feed.send(envelope(late, at=after - 1))
    write()
    # Received a day later, and corrected by another skew: still the same event.
    again = replace(late, occurred_at=after + 3_000_000)
    feed.send(envelope(again, at=after + DAY))
    write()
    assert stored(db) == [late.event_id]
    assert ledger(db) == {"received": 2, "stored": 1, "duplicate": 1}
    assert unbalanced(db) == 0


def test_a_writer_that_dies_between_commit_and_acknowledgement_counts_nothing_twice(
    db, feed, write, database_url, redis_url, run
):
    async def write_and_die():
        redis = stream.connect(redis_url)
        async with await connect(database_url) as conn:
            await create_temporary_tables(conn)
            source = Source(stream.Reader(redis, 0), settings(database_url, redis_url))
            await source.start(conn)
            found = await source.read()
            await transaction.write(conn, source.stream, found.batch, (), found.move)
        await redis.aclose()

    feed.send(envelope(event(), event(), rejected=1))
    run(write_and_die())
    assert feed.waiting() == 1
    assert ledger(db) == {"received": 3, "stored": 2, "rejected": 1}
    feed.send(envelope(event()))
    write()
    assert ledger(db) == {"received": 4, "stored": 3, "rejected": 1}
    assert db.execute("select total_events from user_sessions").fetchone() == (3,)


def test_what_another_writer_has_written_since_is_not_written_again(
    db, feed, database_url, redis_url, run
):
    """The position is the fence: whoever moves it writes, the other starts again."""

    async def scenario():
        redis = stream.connect(redis_url)
        async with await connect(database_url) as conn:
            await create_temporary_tables(conn)
            reader = stream.Reader(redis, 0)
            source = Source(reader, settings(database_url, redis_url))
            await source.start(conn)
            found = await source.read()
            await transaction.write(conn, source.stream, found.batch, (), found.move)
            with pytest.raises(transaction.Overtaken):
                await transaction.write(conn, source.stream, found.batch, (), found.move)
        await redis.aclose()

    feed.send(envelope(event()))
    run(scenario())
    assert ledger(db) == {"received": 1, "stored": 1}


def test_an_event_that_went_both_to_redis_and_through_the_spool_is_stored_once(
    db, feed, write, redis_url, tmp_path, run
):
    """As when the answer of Redis was lost, so that ingest could not know."""
    first, second = event(), event()
    count, blob = part(envelope(first, second))

    async def spool():
        away = stream.Publisher(f"unix://{tmp_path}/nowhere.sock", 1, tmp_path, 10**6, 0)
        await away.start()
        await away.publish(SESSION, blob, count, None)
        assert away.status().spooled_events == 2
        await away.close()

    async def replay():
        back = stream.Publisher(redis_url, 1, tmp_path, 10**6, 0)
        await back.start()
        async with asyncio.timeout(20):
            while back.status().spooled_events:
                await asyncio.sleep(0.02)
        await back.close()

    feed.send(envelope(first, event()))
    run(spool())
    write()
    run(replay())
    assert feed.waiting() == 1
    write()
    assert ledger(db) == {"received": 4, "stored": 3, "duplicate": 1}
    assert db.execute("select total_events from user_sessions").fetchone() == (3,)


def test_the_ledger_names_the_minute_of_receipt_and_the_project(db, feed, write):
    minute = 60_000_000
    feed.send(
        envelope(event(), at=NOON),
        envelope(event(), event(), rejected=2, at=NOON + minute - 1),
        envelope(event(), at=NOON + minute),
        envelope(event(), project=2, session=b"2" * 16, at=NOON),
        envelope(rejected=3, at=NOON + minute),
    )
    write()
    rows = db.execute(
        """select extract(minute from minute)::int, project_id, received, stored, rejected
           from ingest_ledger order by 1, 2"""
    ).fetchall()
    assert rows == [(0, 1, 5, 3, 2), (0, 2, 1, 1, 0), (1, 1, 4, 1, 3)]


def test_a_timing_without_a_session_makes_none(db, feed, write):
    timing = event("timing", metric_name="api_response_time", metric_value=12.5, unit="ms")
    feed.send(envelope(timing, session=wire.NO_SESSION))
    write()
    assert stored(db) == [timing.event_id]
    assert db.execute("select count(*) from user_sessions").fetchone() == (0,)


def test_request_timings_are_added_up_and_counted_by_no_ledger(db, feed, write):
    timing = wire.RequestTiming(NOON, "GET", "/api/reports/{name}", 200, 3, 12.0, 7.0)
    other = replace(timing, requests=1, total_ms=9.0, max_ms=9.0)
    sent = wire.Envelope(wire.VERSION, 0, NOON, 0, None, [], [timing, other])
    feed.send(sent, envelope(event()))
    feed.send(sent)
    write()
    found = db.execute("select requests, total_ms, max_ms from request_timings").fetchall()
    assert found == [(8, 42.0, 9.0)]
    assert ledger(db) == {"received": 1, "stored": 1}


def test_request_timings_sent_before_the_first_event_are_no_dead_letter(db, feed, write):
    timing = wire.RequestTiming(NOON, "GET", "/healthz", 200, 1, 2.0, 2.0)
    feed.send(wire.Envelope(wire.VERSION, 0, NOON, 0, None, [], [timing]))
    write()
    assert db.execute("select count(*) from dead_letters").fetchone() == (0,)
    assert db.execute("select requests from request_timings").fetchall() == [(1,)]


def test_hooks_see_what_was_inserted_and_how_sessions_were(
    db, feed, write, database_url, redis_url
):
    seen = []

    async def look(conn):
        cur = await conn.execute(
            """select (select count(*) from staged), (select count(*) from touched_sessions),
                   (select sum(total_events)::int from sessions_before),
                   (select sum(total_events)::int from user_sessions)"""
        )
        seen.append(await cur.fetchone())

    old = event()
    feed.send(envelope(old))
    write(hooks=(look,))
    feed.send(envelope(old, event()), envelope(old, session=b"3" * 16))
    write(hooks=(look,))
    assert seen == [(1, 1, None, 1), (1, 1, 1, 2)]


def test_who_the_visitor_is_stays_as_it_was_first_known(db, feed, write):
    feed.send(envelope(event(), visitor=1, is_bot=True, bot_class="crawler"))
    write()
    feed.send(envelope(event(), visitor=2, is_bot=False, language="de"))
    write()
    row = db.execute("select visitor, is_bot, bot_class, language from user_sessions").fetchall()
    assert row == [(1, True, "crawler", "de")]


def test_a_second_writer_stands_by_and_takes_over(db, feed, database_url, redis_url, run):
    async def scenario():
        first, second = asyncio.Event(), asyncio.Event()
        configured = settings(database_url, redis_url)
        one = asyncio.create_task(Writer(configured).run(first))
        await _until(lambda: db.execute("select count(*) from stream_positions").fetchone()[0])
        two = asyncio.create_task(Writer(configured).run(second))
        feed.send(envelope(event()))
        await _until(lambda: not feed.waiting())
        first.set()
        await one
        feed.send(envelope(event()))
        await _until(lambda: not feed.waiting())
        second.set()
        await two

    run(scenario())
    assert ledger(db) == {"received": 2, "stored": 2}


async def _until(check, seconds=20):
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(0.02)


def test_a_lost_connection_is_replaced_and_nothing_is_counted_twice(
    db, feed, database_url, redis_url, run
):
    async def scenario():
        stop = asyncio.Event()
        task = asyncio.create_task(Writer(settings(database_url, redis_url)).run(stop))
        for _ in range(3):
            feed.send(envelope(event(), event()))
            await _until(lambda: not feed.waiting())
            db.execute(
                """select pg_terminate_backend(pid) from pg_stat_activity
                   where datname = current_database() and application_name = 'trailpost write'"""
            )
            feed.send(envelope(event()))
            await _until(lambda: not feed.waiting())
        stop.set()
        await task

    run(scenario())
    assert ledger(db) == {"received": 9, "stored": 9}
    assert db.execute("select missing from stream_positions").fetchone() == (0,)


def test_events_that_ingest_counted_and_the_stream_lost_are_missing(db, feed, write):
    feed.send(envelope(event()))
    lost = feed.send(envelope(event(), event()))
    feed.send(envelope(event()))
    feed.redis.xdel(feed.stream, lost)
    write()
    assert db.execute("select missing, received_total from stream_positions").fetchone() == (2, 4)
    assert ledger(db) == {"received": 2, "stored": 2}


def test_an_entry_that_another_reader_took_is_found_again_before_the_next_is_written(
    db, feed, database_url, redis_url, run
):
    """A writer that lost the stream without knowing it has read an entry it cannot write."""

    async def scenario():
        redis = stream.connect(redis_url)
        async with await connect(database_url) as conn:
            source = Source(stream.Reader(redis, 0), settings(database_url, redis_url))
            await source.start(conn)
            first = feed.send(envelope(event()))
            found = [await source.read()]
            second = feed.send(envelope(event(), event()))
            # All writers read under one name.
            feed.redis.xreadgroup("writer", "writer", {feed.stream: ">"}, count=1)
            third = feed.send(envelope(event()))
            found.append(await source.read())
        await redis.aclose()
        assert [m.id for one in found for m in one.batch.messages] == [first, second, third]
        return found[-1].move[1]

    position = run(scenario())
    assert (position.missing, position.received_total) == (0, 4)


def test_an_empty_redis_begins_a_new_count(db, feed, write):
    feed.send(envelope(event(), event()))
    write()
    feed.redis.flushall()
    feed.send(envelope(event()))
    write()
    row = db.execute("select missing, received_total from stream_positions").fetchone()
    assert row == (0, 1)
    assert ledger(db) == {"received": 3, "stored": 3}
