"""How full Redis is: live lists stop before events have to."""

from __future__ import annotations

from typing import Any

from trailpost.stream.connect import Client


async def used_memory(redis: Client) -> int:
    """Bytes; of the fullest node in a cluster."""
    info: dict[str, Any] = await redis.info("memory")
    if "used_memory" in info:
        return int(info["used_memory"])
    return max((int(node["used_memory"]) for node in info.values()), default=0)
