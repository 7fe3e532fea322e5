"""The day's salt: one for all processes that reach the same Redis."""

import asyncio
from datetime import date

import redis as redis_client

from tests.stream.conftest import (
    drained,
    publishing,
    until,
)


def test_salts_are_shared_by_all_processes_and_new_each_day(run, redis_url, folder):
    async def main():
        async with (
            publishing(redis_url, folder / "a") as first,
            publishing(redis_url, folder / "b") as second,
        ):
            today, next_day = date(2026, 3, 1), date(2026, 3, 2)
            salts = await asyncio.gather(*(p.salt(today) for p in (first, second) * 5))
            assert len(set(salts)) == 1
            assert len(salts[0]) == 32
            assert await first.salt(next_day) == await second.salt(next_day) != salts[0]
        with redis_client.Redis.from_url(redis_url) as client:
            assert client.ttl("trailpost:{0}:salt:2026-03-01") > 49 * 3600

    run(main())


def test_a_salt_made_while_redis_was_away_is_offered_to_all_when_it_is_back(
    run, private_redis, spool_dir
):
    async def main():
        day = date(2026, 3, 1)
        async with publishing(private_redis.url, spool_dir) as publisher:
            private_redis.stop()
            await publisher.publish(b"k", b"x", 1, None)
            own = await publisher.salt(day)
            assert own == await publisher.salt(day)
            private_redis.start()
            await until(drained(publisher))
            assert await publisher.salt(day) == own
            async with publishing(private_redis.url, spool_dir) as other:
                assert await other.salt(day) == own

    run(main())
