"""Publishing while Redis is away, refuses, hangs, or comes back: the spool and its replay."""

import asyncio
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.stream.conftest import (
    PrivateRedis,
    blobs,
    drained,
    entries,
    numbered,
    orphan,
    publish_all,
    publishing,
    unbroken,
    until,
)
from trailpost import stream
from trailpost.base.errors import Unavailable


def test_without_redis_events_go_to_the_spool_and_are_replayed_once_in_order(
    run, private_redis, spool_dir
):
    async def main():
        async with publishing(private_redis.url, spool_dir) as publisher:
            await publish_all(publisher, numbered("before", 20), live="1:s")
            private_redis.stop()
            for blob in numbered("away", 40):
                await publisher.publish(b"k", blob, 2, "1:s")
            status = publisher.status()
            assert status.redis != "ok"
            assert (status.spooled_events, status.spool) == (80, "ok")
            assert stream.spooled(spool_dir).events == 80
            assert await publisher.live(b"k", "1:s") is None
            private_redis.start()
            await until(drained(publisher))
            await publisher.publish(b"k", b"back", 1, "1:s")
            assert (await publisher.live(b"k", "1:s"))[-2:] == [b"away39", b"back"]
            await until(lambda: not os.listdir(spool_dir))

    run(main())
    expected = [*numbered("before", 20), *numbered("away", 40), b"back"]
    assert blobs(private_redis.url) == expected
    assert unbroken(entries(private_redis.url))


def test_a_publisher_starts_without_redis(run, folder, spool_dir):
    server = PrivateRedis(folder)

    async def main():
        async with publishing(server.url, spool_dir) as publisher:
            await publisher.publish(b"k", b"early", 1, None)
            server.start()
            await until(drained(publisher))

    run(main())
    assert blobs(server.url) == [b"early"]
    server.stop()


def test_each_caller_keeps_its_order_through_an_outage(run, private_redis, spool_dir):
    async def main():
        sent = Counter()

        async def caller(publisher, number):
            while not over.is_set():
                await publisher.publish(b"k", b"%d %d" % (number, sent[number]), 1, None)
                sent[number] += 1

        async def more(count):
            goal = sent.total() + count
            await until(lambda: sent.total() > goal)

        over = asyncio.Event()
        async with publishing(private_redis.url, spool_dir, streams=2) as publisher:
            callers = [asyncio.create_task(caller(publisher, n)) for n in range(16)]
            for _ in range(3):
                await more(500)
                private_redis.stop()
                await more(500)
                private_redis.start()
                await until(drained(publisher))
            over.set()
            await asyncio.gather(*callers)
            await until(drained(publisher))
        return sent

    sent = run(main())
    order = {n: [] for n in sent}
    for blob in [*blobs(private_redis.url, 0), *blobs(private_redis.url, 1)]:
        caller, number = map(int, blob.split())
        order[caller].append(number)
    assert order == {n: list(range(count)) for n, count in sent.items()}


def test_the_spool_is_replayed_while_new_events_keep_coming(run, private_redis, spool_dir):
    async def main():
        async with publishing(private_redis.url, spool_dir, spool_max=1 << 28) as publisher:
            private_redis.stop()
            await publish_all(publisher, [bytes([i % 250]) * 30_000 for i in range(1000)])
            # More than one segment's worth, so that files were changed on the way.
            assert len(list(spool_dir.glob("*.spool"))) == 1
            private_redis.start()
            count = 0
            while not drained(publisher)():
                await publish_all(publisher, numbered(f"n{count}-", 50))
                count += 50
        return count

    count = run(main())
    found = entries(private_redis.url)
    assert unbroken(found)
    assert found[-1].total == 1000 + count


def test_a_large_spool_is_split_so_that_space_returns_while_it_is_replayed(
    run, private_redis, spool_dir
):
    async def main():
        private_redis.stop()
        async with publishing(private_redis.url, spool_dir, spool_max=8_000_000) as publisher:
            for _ in range(5):
                await publish_all(publisher, [os.urandom(100_000) for _ in range(12)])
            assert len(list(spool_dir.glob("*.spool"))) >= 4
            private_redis.start()
            await until(drained(publisher))
            await until(lambda: not os.listdir(spool_dir))

    run(main())
    assert entries(private_redis.url)[-1].total == 60


def test_a_full_spool_refuses_and_takes_again_after_its_replay(run, private_redis, spool_dir):
    async def main():
        async with publishing(private_redis.url, spool_dir, spool_max=10_000) as publisher:
            private_redis.stop()
            taken = 0
            with pytest.raises(Unavailable) as caught:  # noqa: PT012 - it fails at some turn
                while True:
                    await publisher.publish(b"k", b"x" * 1000, 1, None)
                    taken += 1
            assert caught.value.retry_after == 5
            assert 5 <= taken <= 9
            assert publisher.status().spool == "full"
            assert stream.spooled(spool_dir).bytes <= 10_000
            private_redis.start()
            await until(drained(publisher))
            await until(lambda: publisher.status().spool == "ok")
            await publisher.publish(b"k", b"again", 1, None)
        return taken

    taken = run(main())
    assert entries(private_redis.url)[-1].total == taken + 1


def test_an_unwritable_spool_stops_nothing_while_redis_is_there(run, private_redis, folder):
    (folder / "file").write_text("in the way")

    async def main():
        async with publishing(private_redis.url, folder / "file" / "spool") as publisher:
            assert publisher.status().spool != "ok"
            await publisher.publish(b"k", b"x", 1, None)
            private_redis.stop()
            with pytest.raises(Unavailable):
                await publisher.publish(b"k", b"neither", 1, None)
            private_redis.start()
            await until(lambda: publisher.status().redis == "ok")
            await publisher.publish(b"k", b"y", 1, None)

    run(main())
    assert blobs(private_redis.url) == [b"x", b"y"]


def test_a_disk_that_fills_up_refuses_what_it_cannot_hold_and_keeps_the_rest(
    run, private_redis, spool_dir
):
    """The file size limit of a process stands in for the end of the disk."""
    private_redis.stop()
    program = f"""
import asyncio, resource, signal, sys
from pathlib import Path
from trailpost import stream
from trailpost.base.errors import Unavailable
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
async def main():
    publisher = stream.Publisher({private_redis.url!r}, 1, Path({str(spool_dir)!r}), 1 << 20, 0)
    await publisher.start()
    taken = []
    for i in range(40):
        try:
            await publisher.publish(b"k", b"%d." % i + b"x" * 3000, 1, None)
            taken.append(i)
        except Unavailable:
            pass
    print(taken, publisher.status().spooled_events)
    await publisher.close()
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    taken, count = done.stdout.splitlines()[-1].rsplit(maxsplit=1)
    taken = [int(i) for i in taken.strip("[] ").split(",")]
    assert len(taken) == int(count)
    private_redis.start()

    async def replay():
        async with publishing(private_redis.url, spool_dir) as publisher:
            await until(drained(publisher))

    run(replay())
    assert [int(b.partition(b".")[0]) for b in blobs(private_redis.url)] == taken


def test_a_full_redis_counts_as_away_and_its_events_come_when_it_has_room(
    run, private_redis, spool_dir
):
    async def main():
        with private_redis.client() as admin:
            async with publishing(private_redis.url, spool_dir) as publisher:
                await publisher.publish(b"k", b"before", 1, "1:s")
                admin.config_set("maxmemory", 1)
                await publisher.publish(b"k", b"while full", 1, "1:s")
                assert publisher.status().redis != "ok"
                await publisher.publish(b"k", b"still full", 1, "1:s")
                assert publisher.status().spooled_events == 2
                admin.config_set("maxmemory", 0)
                await until(drained(publisher))
                await publisher.publish(b"k", b"after", 1, "1:s")

    run(main())
    assert blobs(private_redis.url) == [b"before", b"while full", b"still full", b"after"]
    assert unbroken(entries(private_redis.url))


def test_a_redis_that_became_a_replica_counts_as_away(run, private_redis, spool_dir):
    async def main():
        with private_redis.client() as admin:
            async with publishing(private_redis.url, spool_dir) as publisher:
                admin.execute_command("REPLICAOF", "127.0.0.1", "1")
                await publisher.publish(b"k", b"x", 1, None)
                assert publisher.status().spooled_events == 1
                admin.execute_command("REPLICAOF", "NO", "ONE")
                await until(drained(publisher))

    run(main())
    assert blobs(private_redis.url) == [b"x"]


def test_an_outcome_nobody_knows_is_spooled_rather_than_lost(run, private_redis, spool_dir):
    async def main():
        url = f"{private_redis.url}?socket_timeout=0.3"
        async with publishing(url, spool_dir) as publisher:
            await publisher.publish(b"k", b"before", 1, None)
            private_redis.freeze()
            await publisher.publish(b"k", b"who knows", 1, None)
            private_redis.thaw()
            await until(drained(publisher))

    run(main())
    # It arrived both ways. The writer knows an event by its id.
    assert Counter(blobs(private_redis.url)) == {b"before": 1, b"who knows": 2}
    assert unbroken(entries(private_redis.url))


def test_a_dead_process_s_spool_is_adopted_by_a_living_one(run, private_redis, spool_dir):
    private_redis.stop()
    orphan(private_redis.url, spool_dir, "dead", 30)

    async def main():
        async with publishing(private_redis.url, spool_dir) as publisher:
            assert publisher.status().spooled_events == 30
            await publisher.publish(b"k", b"own", 1, None)
            assert publisher.status().spooled_events == 31
            private_redis.start()
            await until(drained(publisher))
            # And one that dies while this one lives.
            orphan(None, spool_dir, "later", 5)
            await until(lambda: len(blobs(private_redis.url)) == 36)
            with private_redis.client() as client:
                await until(lambda: not client.keys("trailpost:{0}:spooled:*"))

    run(main())
    assert Counter(blobs(private_redis.url)) == Counter(
        [*numbered("dead", 30), b"own", *numbered("later", 5)]
    )


def test_two_publishers_share_a_folder_without_touching_each_other_s_files(
    run, private_redis, spool_dir
):
    private_redis.stop()

    async def main():
        async with (
            publishing(private_redis.url, spool_dir, spool_max=20_000) as first,
            publishing(private_redis.url, spool_dir, spool_max=20_000) as second,
        ):
            await publish_all(first, numbered("first", 30))
            await publish_all(second, numbered("second", 40))
            assert first.status().spooled_events == 30
            assert second.status().spooled_events == 40
            assert stream.spooled(spool_dir).files == 2
            private_redis.start()
            await until(lambda: drained(first)() and drained(second)())

    run(main())
    assert Counter(blobs(private_redis.url)) == Counter(
        [*numbered("first", 30), *numbered("second", 40)]
    )


def test_what_is_left_at_the_end_of_a_process_waits_for_the_next_one(run, private_redis, spool_dir):
    private_redis.stop()

    async def main():
        async with publishing(private_redis.url, spool_dir) as publisher:
            await publish_all(publisher, numbered("b", 10))
        assert stream.spooled(spool_dir).events == 10
        private_redis.start()
        async with publishing(private_redis.url, spool_dir) as publisher:
            await until(drained(publisher))

    run(main())
    assert blobs(private_redis.url) == numbered("b", 10)


def test_a_corrupt_spool_is_replayed_as_far_as_it_can_be_read_and_reported(
    run, private_redis, spool_dir
):
    private_redis.stop()
    orphan(private_redis.url, spool_dir, "some longer blob ", 10)
    (path,) = spool_dir.glob("*.spool")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"some longer blob 4", b"some l0nger blob 4"))

    async def main():
        private_redis.start()
        async with publishing(private_redis.url, spool_dir) as publisher:
            await until(drained(publisher))
            await until(lambda: publisher.status().corrupt_files == 1)

    run(main())
    expected = [b for b in numbered("some longer blob ", 10) if not b.endswith(b"4")]
    assert blobs(private_redis.url) == expected
    assert os.listdir(spool_dir) == [f"{path.stem}.corrupt"]
