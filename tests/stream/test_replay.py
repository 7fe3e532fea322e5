"""Replaying a spool: once and only once, whoever dies; and within bounds."""

import asyncio
import os
import resource
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests.stream.conftest import (
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

REPLAYER = """
import asyncio, sys
from pathlib import Path
from trailpost import stream
async def main():
    publisher = stream.Publisher(sys.argv[1], 2, Path(sys.argv[2]), 1 << 28, 1 << 40)
    await publisher.start()
    print("up", flush=True)
    while publisher.status().spooled_events:
        await asyncio.sleep(0.001)
    await publisher.close()
asyncio.run(main())
"""


@pytest.mark.faults
def test_a_replay_that_is_killed_at_any_moment_doubles_nothing(run, private_redis, spool_dir):
    private_redis.stop()
    expected = [blob + b"." * 3000 for blob in numbered("event ", 5000)]

    async def fill():
        async with publishing(private_redis.url, spool_dir, streams=2) as publisher:
            for at in range(0, len(expected), 500):
                await asyncio.gather(
                    *(publisher.publish(b, b, 1, "1:s") for b in expected[at:][:500])
                )

    run(fill())
    private_redis.start()
    deaths = 0
    while stream.spooled(spool_dir).events:
        process = subprocess.Popen(
            [sys.executable, "-c", REPLAYER, private_redis.url, str(spool_dir)],
            stdout=subprocess.PIPE,
        )
        process.stdout.readline()
        time.sleep(0.002 * (1 + 7 * deaths % 23))
        process.kill()
        process.wait()
        process.stdout.close()
        deaths += 1
        assert deaths < 200
    found = [b for n in (0, 1) for b in blobs(private_redis.url, n)]
    assert deaths > 3
    assert Counter(found) == Counter(expected)
    assert all(unbroken(entries(private_redis.url, n)) for n in (0, 1))


def test_a_replay_whose_answer_was_lost_doubles_nothing(run, private_redis, spool_dir):
    """Between the entry and the next step of the replayer lies only the answer of Redis."""
    private_redis.stop()
    orphan(private_redis.url, spool_dir, "b", 50)
    (path,) = spool_dir.glob("*.spool")
    kept = path.read_bytes()

    async def main():
        private_redis.start()
        async with publishing(private_redis.url, spool_dir) as publisher:
            await until(lambda: not os.listdir(spool_dir))
        # The same file again, with the marker of a replay that got as far as 30 and no farther.
        path.write_bytes(kept)
        with private_redis.client() as client:
            client.delete("trailpost:{0}:events", "trailpost:{0}:total")
            client.set(f"trailpost:{{0}}:spooled:{path.stem}", 30)
        async with publishing(private_redis.url, spool_dir) as publisher:
            await until(drained(publisher))

    run(main())
    assert blobs(private_redis.url) == numbered("b", 50)[30:]


def test_memory_stays_bounded_while_a_large_spool_is_replayed(run, private_redis, spool_dir):
    private_redis.stop()

    async def main():
        async with publishing(private_redis.url, spool_dir, spool_max=1 << 29) as publisher:
            blob = os.urandom(100_000)
            for _ in range(30):
                await publish_all(publisher, [blob] * 50)
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            private_redis.start()
            await until(drained(publisher))
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    # 150 MB went through.
    assert run(main()) < 30_000


def test_closing_ends_at_whatever_moment_of_a_replay_it_comes(run, redis_url, spool_dir):
    async def main():
        for turn in range(150):
            nowhere = f"unix://{spool_dir}/none.sock"
            async with publishing(nowhere, spool_dir) as publisher:
                await publish_all(publisher, numbered(f"{turn}-", 3))
            async with asyncio.timeout(20), publishing(redis_url, spool_dir):
                for _ in range(turn % 50):
                    await asyncio.sleep(0)
        async with publishing(redis_url, spool_dir) as publisher:
            await until(lambda: not os.listdir(spool_dir))

    run(main())
    assert Counter(blobs(redis_url)) == Counter(
        blob for turn in range(150) for blob in numbered(f"{turn}-", 3)
    )
