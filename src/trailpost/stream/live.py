"""The lists of a session's last requests: forgotten before their hour is over."""

from __future__ import annotations

from collections.abc import Iterable

from trailpost.stream import keys
from trailpost.stream.connect import connect, reached


async def forget_live(redis_url: str, streams: int, named: Iterable[tuple[bytes, str]]) -> None:
    """`named`: key and name of each list, as they were published. Raises Unavailable."""
    redis = connect(redis_url)
    try:
        async with reached():
            for key, name in named:
                await redis.execute_command("DEL", keys.live(keys.choose(key, streams), name))
    finally:
        await redis.aclose()
