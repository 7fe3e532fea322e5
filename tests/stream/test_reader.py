"""Reading a stream: in order, again after a crash, and trimmed without harm to other groups."""

import asyncio

import msgspec
import pytest
import redis as redis_client

from tests.stream.conftest import numbered, publish_all, publishing, unbroken
from trailpost import stream
from trailpost.base.errors import Unavailable

EVENTS = "trailpost:{0}:events"


@pytest.fixture
def admin(redis_url):
    with redis_client.Redis.from_url(redis_url) as client:
        yield client


@pytest.fixture
def reading(run, redis_url, spool_dir):
    """Run `body(publisher, new_reader)`; each `await new_reader()` is a process that starts."""

    def start(body):
        async def main():
            client = stream.connect(redis_url)

            async def new_reader():
                reader = stream.Reader(client, 0)
                await reader.start()
                return reader

            try:
                async with publishing(redis_url, spool_dir) as publisher:
                    return await body(publisher, new_reader)
            finally:
                await client.aclose()

        return run(main())

    return start


def parts(messages):
    return [p.blob for m in messages for p in m.parts]


async def one_by_one(publisher, blobs, count=1):
    for blob in blobs:
        await publisher.publish(b"k", blob, count, None)


def test_what_is_published_is_read_in_order_with_its_total(reading):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("b", 20), count=3)
        reader = await new_reader()
        found = await reader.read(max_events=1000, wait_ms=0)
        assert parts(found) == numbered("b", 20)
        assert unbroken(found)
        assert found[-1].total == 60
        assert reader.stream == EVENTS

    reading(body)


def test_unacknowledged_entries_come_again_first_after_a_crash(reading):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("b", 10))
        first = await new_reader()
        found = await first.read(max_events=6, wait_ms=0)
        await first.acknowledge(found[2].id)
        await one_by_one(publisher, numbered("new", 3))
        second = await new_reader()
        again = []
        while len(parts(again)) < 10:
            again += await second.read(max_events=4, wait_ms=0)
        assert parts(again) == [*numbered("b", 10)[3:], *numbered("new", 3)]

    reading(body)


def test_no_more_events_than_asked_are_given_but_one_large_entry_is(reading):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("b", 7), count=10)
        await one_by_one(publisher, [b"large"], count=500)
        reader = await new_reader()
        sizes = [[m.count for m in await reader.read(max_events=35, wait_ms=0)] for _ in range(4)]
        assert sizes == [[10, 10, 10], [10, 10, 10], [10], [500]]

    reading(body)


def test_reading_waits_for_the_first_event_and_gathers_a_while_longer(reading):
    async def body(publisher, new_reader):
        reader = await new_reader()
        task = asyncio.create_task(reader.read(max_events=1000, wait_ms=60_000))
        await asyncio.sleep(0.05)
        for i in range(10):
            assert not task.done()
            await publish_all(publisher, numbered(f"{i}-", 100))
        found = await task
        assert sum(m.count for m in found) == 1000
        assert len(found) >= 10

    reading(body)


def test_gathering_ends_when_its_time_is_over(reading):
    async def body(publisher, new_reader):
        reader = await new_reader()
        await publisher.publish(b"k", b"only", 1, None)
        assert parts(await reader.read(max_events=1000, wait_ms=20)) == [b"only"]

    reading(body)


def test_a_read_that_is_cancelled_loses_nothing(reading):
    async def body(publisher, new_reader):
        reader = await new_reader()
        found = []
        feed = asyncio.create_task(one_by_one(publisher, numbered("b", 300)))
        while len(found) < 300:
            task = asyncio.create_task(reader.read(max_events=1000, wait_ms=5))
            await asyncio.sleep(0.003)
            task.cancel()
            try:
                found += parts(await task)
            except asyncio.CancelledError:
                if feed.done():
                    found += parts(await reader.read(max_events=1000, wait_ms=1))
        assert found == numbered("b", 300)
        await feed

    reading(body)


def test_a_read_ends_when_it_is_cancelled_at_whatever_moment(reading):
    async def body(publisher, new_reader):
        reader = await new_reader()
        for turn in range(40):
            task = asyncio.create_task(reader.read(max_events=10, wait_ms=60_000))
            for _ in range(turn % 20):
                await asyncio.sleep(0)
            task.cancel()
            async with asyncio.timeout(20):
                await asyncio.wait([task])
            assert task.cancelled()

    reading(body)


def test_the_next_batch_is_read_while_the_last_one_is_not_acknowledged_yet(reading, admin):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("b", 6))
        reader = await new_reader()
        first = await reader.read(max_events=3, wait_ms=0)
        second = await reader.read(max_events=3, wait_ms=0)
        await reader.acknowledge(first[-1].id)
        assert admin.xlen(EVENTS) == 3
        assert admin.xpending(EVENTS, "writer")["pending"] == 3
        await reader.acknowledge(second[-1].id)
        assert admin.xlen(EVENTS) == admin.xpending(EVENTS, "writer")["pending"] == 0

    reading(body)


def test_thousands_of_entries_are_acknowledged_at_once(reading, admin):
    pipe = admin.pipeline(transaction=False)
    for _ in range(9000):
        pipe.xadd(EVENTS, {"b": "x"})
    pipe.execute()

    async def body(publisher, new_reader):
        reader = await new_reader()
        found = []
        while len(found) < 9000:
            found += await reader.read(max_events=9000, wait_ms=0)
        await reader.acknowledge(found[-1].id)

    reading(body)
    assert admin.xlen(EVENTS) == admin.xpending(EVENTS, "writer")["pending"] == 0


def test_trimming_never_passes_what_another_group_has_not_read(reading, admin):
    async def body(publisher, new_reader):
        admin.xgroup_create(EVENTS, "replica", "0", mkstream=True)
        await one_by_one(publisher, numbered("b", 10))
        reader = await new_reader()
        found = await reader.read(max_events=100, wait_ms=0)
        await reader.acknowledge(found[-1].id)
        assert admin.xlen(EVENTS) == 10

    reading(body)


def test_trimming_never_passes_what_another_group_has_not_acknowledged(reading, admin):
    async def body(publisher, new_reader):
        admin.xgroup_create(EVENTS, "replica", "0", mkstream=True)
        await one_by_one(publisher, numbered("b", 10))
        reader = await new_reader()
        found = await reader.read(max_events=100, wait_ms=0)
        ids = [m.id for m in found]
        admin.xreadgroup("replica", "r", {EVENTS: ">"}, count=8)
        admin.xack(EVENTS, "replica", *ids[:4], *ids[5:8])
        await reader.acknowledge(ids[-1])
        assert [i.decode() for i, _ in admin.xrange(EVENTS)] == ids[4:]
        admin.xack(EVENTS, "replica", ids[4])
        await one_by_one(publisher, [b"one more"])
        await reader.acknowledge((await reader.read(max_events=1, wait_ms=0))[-1].id)
        assert [i.decode() for i, _ in admin.xrange(EVENTS)][:2] == ids[8:]

    reading(body)


def test_entries_that_are_not_ours_are_handed_over_as_they_are(reading, admin):
    async def body(publisher, new_reader):
        await publisher.publish(b"k", b"before", 1, None)
        admin.xadd(EVENTS, {"hello": "world"})
        admin.xadd(EVENTS, {"n": "7", "c": "8", "b": b"\xc1 no msgpack"})
        admin.xadd(EVENTS, {"n": "x", "c": "", "b": msgspec.msgpack.encode([])})
        admin.xadd(EVENTS, {"n": "2", "c": "2", "b": msgspec.msgpack.encode({"a": 1})})
        await publisher.publish(b"k", b"after", 1, None)
        reader = await new_reader()
        found = await reader.read(max_events=100, wait_ms=0)
        foreign = found[1:-1]
        assert [(m.count, m.total, m.parts) for m in foreign] == [
            (1, 0, []), (7, 0, []), (1, 0, []), (2, 0, [])
        ]  # fmt: skip
        assert b"world" in foreign[0].raw
        assert foreign[1].raw == b"\xc1 no msgpack"
        assert unbroken([found[0], found[-1]])
        await reader.acknowledge(found[-1].id)
        assert admin.xlen(EVENTS) == 0

    reading(body)


def test_entries_without_events_do_not_keep_a_read_from_ending(reading):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("timing", 30), count=0)
        reader = await new_reader()
        assert len(await reader.read(max_events=10, wait_ms=60_000)) == 10

    reading(body)


def test_a_pending_entry_that_somebody_deleted_is_passed_over(reading, admin):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("b", 3))
        found = await (await new_reader()).read(max_events=3, wait_ms=0)
        admin.xdel(EVENTS, found[1].id)
        reader = await new_reader()
        again = await reader.read(max_events=3, wait_ms=0)
        assert parts(again) == [b"b0", b"b2"]
        await reader.acknowledge(again[-1].id)
        assert admin.xpending(EVENTS, "writer")["pending"] == 0

    reading(body)


def test_an_emptied_redis_is_noticed_and_begins_a_new_incarnation(reading, admin):
    async def body(publisher, new_reader):
        await one_by_one(publisher, numbered("old", 3))
        reader = await new_reader()
        before = await reader.start()
        assert await reader.start() == before
        last = (await reader.read(max_events=3, wait_ms=0))[-1]
        admin.flushall()
        with pytest.raises(stream.StreamLost):
            await reader.acknowledge(last.id)
        await one_by_one(publisher, numbered("new", 2))
        with pytest.raises(stream.StreamLost):
            await reader.read(max_events=10, wait_ms=0)
        assert await reader.start() != before
        found = await reader.read(max_events=10, wait_ms=0)
        assert parts(found) == numbered("new", 2)
        assert unbroken(found)

    reading(body)


def test_a_restarted_redis_keeps_its_incarnation_and_what_is_pending(run, private_redis, spool_dir):
    async def main():
        client = stream.connect(private_redis.url)
        reader = stream.Reader(client, 0)
        before = await reader.start()
        async with publishing(private_redis.url, spool_dir) as publisher:
            await one_by_one(publisher, numbered("b", 3))
        assert len(await reader.read(max_events=2, wait_ms=0)) == 2
        private_redis.kill()
        with pytest.raises(Unavailable):
            await reader.acknowledge("0-1")
        with pytest.raises(Unavailable):
            await reader.read(max_events=2, wait_ms=0)
        private_redis.start()
        assert await reader.start() == before
        assert parts(await reader.read(max_events=3, wait_ms=0)) == numbered("b", 3)
        await client.aclose()

    run(main())
