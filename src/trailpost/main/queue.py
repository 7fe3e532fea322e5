"""What waits between ingest and the writer, for the reports that tell of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from trailpost import analytics, stream
from trailpost.base.errors import Unavailable


def looker(redis: stream.Client, streams: int) -> Callable[[], Awaitable[analytics.Queue | None]]:
    """Asks Redis each time; None while it is away."""

    async def look() -> analytics.Queue | None:
        try:
            found = await stream.backlog(redis, streams)
        except Unavailable:
            return None
        ages = [one.oldest_ms for one in found if one.oldest_ms is not None]
        return analytics.Queue(
            received=sum(one.total for one in found),
            age_seconds=max(ages) / 1000 if ages else None,
        )

    return look
