"""What operators ask of Redis, and every kind of address it may have."""

import asyncio
import contextlib
import socket
import time
from datetime import date

import pytest

from tests.stream.conftest import PrivateRedis, publishing, until
from trailpost import stream
from trailpost.base.errors import Unavailable


async def problems(url):
    client = stream.connect(url)
    try:
        return await stream.check_durability(client)
    finally:
        await client.aclose()


def test_the_embedded_redis_keeps_what_it_is_given(run, redis_url):
    assert run(problems(redis_url)) == []


@pytest.mark.parametrize(
    ("setting", "value", "word"),
    [
        ("maxmemory-policy", "allkeys-lru", "allkeys-lru"),
        ("appendonly", "no", "appendonly is off"),
        ("appendfsync", "everysec", "everysec"),
    ],
)
def test_a_redis_that_would_lose_events_is_told_apart(run, private_redis, setting, value, word):
    with private_redis.client() as admin:
        admin.config_set(setting, value)
    (found,) = run(problems(private_redis.url))
    assert word in found


def test_a_replica_is_not_the_place_to_publish(run, private_redis):
    with private_redis.client() as admin:
        admin.execute_command("REPLICAOF", "127.0.0.1", "1")
    (found,) = run(problems(private_redis.url))
    assert "replica" in found


def test_where_config_is_forbidden_it_is_said(run, folder):
    server = PrivateRedis(folder, "--rename-command", "CONFIG", "").start()
    (found,) = run(problems(server.url))
    assert "CONFIG is forbidden" in found
    server.stop()


def test_an_unreachable_redis_is_unavailable(run, folder):
    async def main():
        client = stream.connect(f"unix://{folder}/none.sock")
        with pytest.raises(Unavailable):
            await stream.check_durability(client)
        with pytest.raises(Unavailable):
            await stream.backlog(client, 1)
        with pytest.raises(Unavailable):
            await stream.Reader(client, 0).start()

    run(main())


def test_a_wrong_address_is_said_at_once():
    with pytest.raises(ValueError, match="scheme"):
        stream.connect("http://example.com")


def test_the_backlog_counts_what_is_not_acknowledged(run, redis_url, spool_dir):
    async def main():
        client = stream.connect(redis_url)
        empty = stream.StreamStatus("trailpost:{1}:events", None, 0, 0, None)
        assert (await stream.backlog(client, 2))[1] == empty
        reader = stream.Reader(client, 0)
        incarnation = await reader.start()
        async with publishing(redis_url, spool_dir) as publisher:
            await publisher.publish(b"k", b"x", 3, None)
            await publisher.publish(b"k", b"y", 4, None)
        (status,) = await stream.backlog(client, 1)
        assert (status.incarnation, status.total, status.entries) == (incarnation, 7, 2)
        assert status.oldest_ms is not None
        assert 0 <= status.oldest_ms < 60_000
        found = await reader.read(max_events=10, wait_ms=0)
        await reader.acknowledge(found[-1].id)
        (status,) = await stream.backlog(client, 1)
        assert (status.total, status.entries, status.oldest_ms) == (7, 0, None)
        await client.aclose()

    run(main())


@pytest.fixture
def cluster(folder):
    """One node that owns every slot: enough for the client to speak the cluster's protocol."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    if port > 55_000:
        port -= 20_000
    words = f"--port {port} --bind 127.0.0.1 --cluster-enabled yes"
    server = PrivateRedis(folder, *words.split()).start()
    with server.client() as admin:
        admin.execute_command("CLUSTER", "ADDSLOTS", *range(16384))
        while admin.execute_command("CLUSTER INFO")["cluster_state"] != "ok":
            time.sleep(0.01)
    yield server, f"redis+cluster://127.0.0.1:{port}"
    with contextlib.suppress(ProcessLookupError):
        server.stop()


def test_a_redis_cluster_serves_as_well(run, cluster, spool_dir):
    server, url = cluster

    async def main():
        client = stream.connect(url)
        assert await stream.check_durability(client) == []
        readers = [stream.Reader(client, n) for n in range(4)]
        for reader in readers:
            await reader.start()
        async with publishing(url, spool_dir, streams=4) as publisher:
            await _publish(publisher, 0)
            server.kill()
            await _publish(publisher, 100)
            assert publisher.status().spooled_events == 100
            server.start()
            await until(lambda: publisher.status().spooled_events == 0)
            assert await publisher.live(b"1", "1:s") is not None
            assert len(await publisher.salt(date(2026, 1, 1))) == 32
        await client.aclose()
        client = stream.connect(url)
        readers = [stream.Reader(client, n) for n in range(4)]
        assert sum(s.total for s in await stream.backlog(client, 4)) == 200
        found = []
        for reader in readers:
            messages = await reader.read(max_events=1000, wait_ms=50)
            found += [p.blob for m in messages for p in m.parts]
            await reader.acknowledge(messages[-1].id)
        assert sorted(found, key=int) == [str(i).encode() for i in range(200)]
        assert sum(s.entries for s in await stream.backlog(client, 4)) == 0
        await client.aclose()

    run(main())


async def _publish(publisher, start):
    names = [str(i).encode() for i in range(start, start + 100)]
    await asyncio.gather(*(publisher.publish(name, name, 1, "1:s") for name in names))
