"""The one way to reach Redis: time limits on everything, and never a silent second try."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisClusterException, RedisError

from trailpost.base.errors import Unavailable

Client = Redis | RedisCluster

AWAY = (RedisError, RedisClusterException, OSError, TimeoutError)
"""Everything that means "Redis did not do it, or we cannot know": errors of Redis included,
since an instance that refuses (out of memory, read-only, loading) is as good as gone."""

TIMEOUT = 5.0
"""Seconds for one command and for one connect."""

_MOST_CONNECTIONS = 1024
"""256 streams with two groups under way, or a reader that waits; the client alone takes 100."""


def connect(redis_url: str) -> Client:
    """A client for redis://, rediss://, unix://, and redis+cluster:// or rediss+cluster:// URLs.

    Connects at the first command. Does not try again by itself: whoever publishes must know of
    each failure. Raises ValueError when the URL is wrong.
    """
    scheme, _, rest = redis_url.partition("://")
    if scheme.endswith("+cluster"):
        return RedisCluster.from_url(
            f"{scheme.removesuffix('+cluster')}://{rest}",
            retry=Retry(NoBackoff(), 0),
            protocol=2,
            socket_timeout=TIMEOUT,
            socket_connect_timeout=TIMEOUT,
            max_connections=_MOST_CONNECTIONS,
        )
    return Redis.from_url(
        redis_url,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        max_connections=_MOST_CONNECTIONS,
    )


@asynccontextmanager
async def reached() -> AsyncIterator[None]:
    """Turns what the client raises into Unavailable, for callers that do not know Redis."""
    try:
        yield
    except AWAY as e:
        raise Unavailable(f"Redis is away: {reason(e)}", retry_after=2) from e


async def nodes_info(redis: Client) -> list[Mapping[str, Any]]:
    """What INFO says: of the one server, or of each primary of a cluster."""
    if isinstance(redis, RedisCluster):
        found = await redis.info(target_nodes=RedisCluster.PRIMARIES)
        # The client hands one node's answer over bare.
        return [found] if "redis_version" in found else list(found.values())
    return [await redis.info()]


def reason(error: BaseException) -> str:
    """One line for people."""
    text = " ".join(str(error).split())
    return text or type(error).__name__
