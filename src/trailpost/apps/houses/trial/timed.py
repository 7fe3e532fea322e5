"""A check is a function that says what it found, or raises Failed."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from trailpost import db
from trailpost.apps.houses.wire import Check
from trailpost.base.errors import TrailpostError


class Failed(Exception):
    """Something is not as it must be; the message says what."""


async def timed(name: str, look: Callable[[], Awaitable[str]]) -> Check:
    start = time.perf_counter()
    try:
        ok, found = True, await look()
    except (Failed, TrailpostError, db.Error) as e:
        ok, found = False, str(e)
    return Check(name, ok, found, round(1000 * (time.perf_counter() - start), 3))
