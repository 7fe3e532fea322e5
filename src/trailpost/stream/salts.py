"""The day's salt that hashes visitors: one for all processes, gone after two days."""

from __future__ import annotations

import contextlib
import secrets
from datetime import date

from trailpost.base import log
from trailpost.stream import keys
from trailpost.stream.connect import AWAY, Client

_log = log.get(__name__)
_BYTES = 32
_LIVES_SECONDS = 50 * 3600
"""A day, its time zones, and late events."""


class Salts:
    def __init__(self, redis: Client) -> None:
        self._redis = redis
        self._shared: dict[date, bytes] = {}
        self._own: dict[date, bytes] = {}
        """Stand-ins while Redis is away; offered to the others when it comes back."""

    async def of(self, day: date, away: bool) -> bytes:
        """32 bytes, the same in every process that reaches Redis."""
        found = self._shared.get(day)
        if found is not None:
            return found
        if not away:
            with contextlib.suppress(*AWAY):
                return await self._share(day, self._own.get(day) or secrets.token_bytes(_BYTES))
        return self._stand_in(day)

    def _stand_in(self, day: date) -> bytes:
        if day not in self._own:
            self._own[day] = secrets.token_bytes(_BYTES)
            _log.warning("Redis is away: this process hashes visitors by itself", day=str(day))
        return self._own[day]

    async def _share(self, day: date, own: bytes) -> bytes:
        key = keys.salt(day)
        await self._redis.set(key, own, nx=True, ex=_LIVES_SECONDS)
        shared = await self._redis.get(key)
        if not isinstance(shared, bytes):
            return own
        self._shared = {d: s for d, s in self._shared.items() if abs((day - d).days) <= 2}
        self._shared[day] = shared
        self._own.pop(day, None)
        return shared
