"""Days of believable house-configurator sessions, sent through the real ingest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.main.demo.days import generate
from trailpost.main.demo.send import Sender, Summary
from trailpost.main.demo.wire import Batch

__all__ = ["Batch", "Summary", "generate", "run"]

DAYS = 30
SESSIONS_PER_DAY = 80


def run(
    url: str,
    key: str,
    *,
    days: int = DAYS,
    sessions: int | None = None,
    seed: int = 1,
    until: datetime | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Summary:
    """Send `sessions` sessions (80 a day) to the ingest route at `url`; again adds nothing.

    `progress` is called with the sessions and events sent so far. Raises BadRequest, Unauthorized,
    or Unavailable when the server stays away.
    """
    if days < 1:
        raise BadRequest("the demo needs one day at least")
    wanted = SESSIONS_PER_DAY * days if sessions is None else sessions
    batches = generate(days, wanted, seed, until or clock.now())
    try:
        return asyncio.run(Sender(url, key, progress).send(batches))
    except ExceptionGroup as group:
        # Every connection fails of the same cause: one of them says it.
        raise group.exceptions[0] from None
