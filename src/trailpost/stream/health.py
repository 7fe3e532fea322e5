"""What operators ask of Redis: does it keep what it is given, how far behind are the writers?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from trailpost.base import clock
from trailpost.stream import keys
from trailpost.stream.connect import Client, nodes_info, reached

_OLDEST = (6, 2)


class StreamStatus(msgspec.Struct, frozen=True):
    stream: str
    incarnation: str | None
    total: int
    """Events received since the incarnation began."""
    entries: int
    """Entries that some group has not acknowledged yet."""
    oldest_ms: int | None
    """Age of the oldest of them, milliseconds."""


async def backlog(redis: Client, streams: int, kind: keys.Kind = "events") -> list[StreamStatus]:
    """One per stream of that kind. Raises Unavailable."""
    async with reached():
        return [await _status(redis, n) for n in keys.numbers(kind, streams)]


async def _status(redis: Client, n: int) -> StreamStatus:
    pipe = redis.pipeline(transaction=False)
    pipe.execute_command("GET", keys.incarnation(n))
    pipe.execute_command("GET", keys.total(n))
    pipe.execute_command("XLEN", keys.stream(n))
    pipe.execute_command("XRANGE", keys.stream(n), "-", "+", "COUNT", 1)
    incarnation, total, entries, oldest = await pipe.execute()
    now_ms = int(clock.now().timestamp() * 1000)
    return StreamStatus(
        stream=keys.stream(n),
        incarnation=incarnation.decode() if incarnation else None,
        total=int(total or 0),
        entries=int(entries),
        oldest_ms=max(now_ms - int(oldest[0][0].partition(b"-")[0]), 0) if oldest else None,
    )


async def check_durability(redis: Client) -> list[str]:
    """What would lose acknowledged events, one sentence each. Raises Unavailable."""
    async with reached():
        nodes = await nodes_info(redis)
        fsync = await _appendfsync(redis)
    found = [p for node in nodes for p in _problems(node, fsync)]
    return list(dict.fromkeys(found))


def _problems(info: Mapping[str, Any], fsync: str | None) -> list[str]:
    return [*_version(info), *_role(info), *_eviction(info), *_persistence(info, fsync)]


def _version(info: Mapping[str, Any]) -> list[str]:
    text = str(info.get("redis_version", "0"))
    version = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
    if version >= _OLDEST:
        return []
    return [f"Redis is {text}; 6.2 or newer is needed"]


def _role(info: Mapping[str, Any]) -> list[str]:
    if info.get("role") == "master":
        return []
    return ["this Redis is a replica and takes no events; give the address of its primary"]


def _eviction(info: Mapping[str, Any]) -> list[str]:
    policy = str(info.get("maxmemory_policy", "unknown"))
    if policy == "noeviction":
        return []
    return [
        f"maxmemory-policy is {policy}: Redis would throw acknowledged events away when its memory "
        "is full; set it to noeviction"
    ]


def _persistence(info: Mapping[str, Any], fsync: str | None) -> list[str]:
    if not info.get("aof_enabled"):
        return ["appendonly is off: a restart of Redis loses events; set appendonly yes"]
    if fsync is None:
        return ["CONFIG is forbidden here, so nobody can tell whether appendfsync is always"]
    if fsync != "always":
        return [
            f"appendfsync is {fsync}: a crash of Redis's machine loses the last events it "
            "acknowledged; set it to always"
        ]
    return []


async def _appendfsync(redis: Client) -> str | None:
    try:
        found: Mapping[Any, Any] = await redis.config_get("appendfsync")
    except ResponseError:
        return None
    return {_text(k): _text(v) for k, v in found.items()}.get("appendfsync")


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
