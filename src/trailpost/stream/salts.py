"""The day's salt that hashes visitors: one for all processes, gone after two days."""

from __future__ import annotations

import secrets
from datetime import date

from trailpost.base import log
from trailpost.stream import keys
from trailpost.stream.connect import AWAY, Client, reason

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
        own = self._own.get(day)
        if own is None:
            own = self._own[day] = secrets.token_bytes(_BYTES)
        if away:
            return own
        try:
            return await self._share(day, own)
        except AWAY as e:
            _log.warning("salt not shared: visitors count anew", day=str(day), reason=reason(e))
            return own

    async def _share(self, day: date, own: bytes) -> bytes:
        key = keys.salt(day)
        await self._redis.set(key, own, nx=True, ex=_LIVES_SECONDS)
        shared = await self._redis.get(key)
        if not isinstance(shared, bytes):
            return own
        for old in [d for d in self._shared if abs((day - d).days) > 2]:
            del self._shared[old]
        self._shared[day] = shared
        self._own.pop(day, None)
        return shared
