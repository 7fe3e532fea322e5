"""Publishing while Redis is there: shared entries, an unbroken total, live lists."""

import asyncio
import contextlib

import pytest

from tests.stream.conftest import (
    blobs,
    entries,
    numbered,
    publish_all,
    publishing,
    unbroken,
    until,
)
from trailpost import stream
from trailpost.base.errors import Unavailable


def test_requests_that_wait_together_share_one_entry(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir) as publisher:
            await publish_all(publisher, numbered("b", 300))

    run(main())
    assert len(entries(redis_url)) == 1
    assert blobs(redis_url) == numbered("b", 300)


def test_a_group_holds_a_thousand_parts_or_a_mebibyte(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir) as publisher:
            await publish_all(publisher, numbered("b", 2500))
            await publish_all(publisher, [bytes([i]) * 400_000 for i in range(8)])

    run(main())
    found = entries(redis_url)
    assert unbroken(found)
    assert all(len(m.parts) <= 1000 for m in found)
    assert [len(m.parts) for m in found if len(m.parts[0].blob) > 1000] == [2, 2, 2, 2]


def test_the_total_has_no_gap_in_the_order_of_entries_under_concurrency(run, redis_url, folder):
    async def one(number):
        async with publishing(redis_url, folder / str(number)) as publisher:
            for turn in range(20):
                await asyncio.gather(
                    *(publisher.publish(b"k", b"x", turn % 4, None) for _ in range(20))
                )

    async def main():
        await asyncio.gather(*(one(n) for n in range(4)))

    run(main())
    found = entries(redis_url)
    assert unbroken(found)
    assert found[-1].total == 4 * 20 * sum(turn % 4 for turn in range(20))


def test_a_key_always_goes_to_the_same_stream(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir, streams=3) as publisher:
            await asyncio.gather(
                *(publisher.publish(str(i % 30).encode(), str(i % 30).encode(), 1, None)
                  for i in range(300))
            )  # fmt: skip

    run(main())
    found = [set(blobs(redis_url, n)) for n in range(3)]
    assert all(found)
    assert sum(len(f) for f in found) == len(set.union(*found)) == 30
    assert all(unbroken(entries(redis_url, n)) for n in range(3))


def test_scripts_that_redis_forgot_are_loaded_again(run, redis_url, spool_dir):
    async def main():
        client = stream.connect(redis_url)
        async with publishing(redis_url, spool_dir) as publisher:
            await publisher.publish(b"k", b"before", 1, None)
            await client.script_flush()
            await publisher.publish(b"k", b"after", 1, None)
            assert publisher.status().redis == "ok"
        await client.aclose()

    run(main())
    assert blobs(redis_url) == [b"before", b"after"]


def test_a_live_list_has_the_last_hundred_blobs_for_an_hour(run, redis_url, spool_dir):
    async def main():
        client = stream.connect(redis_url)
        async with publishing(redis_url, spool_dir) as publisher:
            await publish_all(publisher, numbered("b", 150), live="1:s")
            await publisher.publish(b"k", b"other", 1, "1:t")
            await publisher.publish(b"k", b"none", 1, None)
            assert await publisher.live(b"k", "1:s") == numbered("b", 150)[-100:]
            assert await publisher.live(b"k", "1:t") == [b"other"]
            assert await publisher.live(b"k", "1:u") is None
            assert 3500 < await client.ttl("trailpost:{0}:live:1:s") <= 3600
        await client.aclose()

    run(main())


@pytest.mark.parametrize("size", [0, 1, 200, 255, 256, 65_535, 65_536, 200_000])
@pytest.mark.parametrize("count", [0, 127, 128, 255, 256, 65_536, 2**32 - 1])
def test_live_lists_get_exactly_the_blobs(run, redis_url, spool_dir, size, count):
    async def main():
        async with publishing(redis_url, spool_dir) as publisher:
            parts = [bytes([i]) * size for i in range(20)]
            await asyncio.gather(*(publisher.publish(b"k", p, count, "1:s") for p in parts))
            # Groups that fly at the same time may arrive in any order.
            assert sorted(await publisher.live(b"k", "1:s")) == parts

    run(main())


def test_live_lists_can_be_off(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir, live_max=0) as publisher:
            await publisher.publish(b"k", b"x", 1, "1:s")
            assert await publisher.live(b"k", "1:s") is None

    run(main())


def test_live_lists_end_when_redis_is_short_of_memory(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir, live_max=1) as publisher:
            await publisher.publish(b"k", b"x", 1, "1:s")
            assert await publisher.live(b"k", "1:s") == [b"x"]

            async def dropped():
                await publisher.publish(b"k", b"y", 1, "1:s")
                return await publisher.live(b"k", "1:s") is None

            while not await dropped():
                await asyncio.sleep(0.05)

    run(main())
    assert unbroken(entries(redis_url))


def test_a_live_list_of_a_wrong_type_costs_no_event(run, redis_url, spool_dir):
    async def main():
        client = stream.connect(redis_url)
        await client.set("trailpost:{0}:live:1:s", "not a list")
        async with publishing(redis_url, spool_dir) as publisher:
            await publisher.publish(b"k", b"x", 1, "1:s")
            assert publisher.status().redis == "ok"
            assert await publisher.live(b"k", "1:s") is None
        await client.aclose()

    run(main())
    assert blobs(redis_url) == [b"x"]


def test_what_was_acknowledged_survives_the_death_of_redis(run, private_redis, spool_dir):
    async def main():
        acknowledged = []

        async def caller(publisher, number):
            for turn in range(10_000):
                blob = b"%d-%d" % (number, turn)
                await publisher.publish(b"k", blob, 1, None)
                acknowledged.append(blob)
                if killed.is_set():
                    return

        killed = asyncio.Event()
        async with publishing(private_redis.url, spool_dir) as publisher:
            callers = [asyncio.create_task(caller(publisher, n)) for n in range(16)]
            await until(lambda: len(acknowledged) > 500)
            private_redis.kill()
            killed.set()
            await asyncio.gather(*callers)
            private_redis.start()
            await until(lambda: publisher.status().spooled_events == 0)
        return acknowledged

    acknowledged = run(main())
    found = entries(private_redis.url)
    assert unbroken(found)
    assert set(acknowledged) <= set(blobs(private_redis.url))


def test_closing_waits_until_all_is_durable_and_then_refuses(run, redis_url, spool_dir):
    async def main():
        async with publishing(redis_url, spool_dir) as publisher:
            late = [asyncio.create_task(publisher.publish(b"k", b, 1, None))
                    for b in numbered("b", 50)]  # fmt: skip
            await asyncio.sleep(0)
        assert all(t.done() and t.exception() is None for t in late)
        with pytest.raises(Unavailable):
            await publisher.publish(b"k", b"too late", 1, None)

    run(main())
    assert blobs(redis_url) == numbered("b", 50)


def test_a_request_that_is_cancelled_leaves_the_others_of_its_group_alone(
    run, redis_url, spool_dir
):
    async def main():
        async with publishing(redis_url, spool_dir) as publisher:
            tasks = [asyncio.create_task(publisher.publish(b"k", b, 1, None))
                     for b in numbered("b", 10)]  # fmt: skip
            await asyncio.sleep(0)
            tasks[3].cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await tasks[3]
            await asyncio.gather(*tasks[:3], *tasks[4:])

    run(main())
    assert blobs(redis_url) == numbered("b", 10)
