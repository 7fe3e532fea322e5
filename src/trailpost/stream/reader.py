"""One stream's one reader: what was read and not acknowledged comes again after a restart."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.exceptions import ResponseError

from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.stream import keys, scripts
from trailpost.stream.connect import Client, reached
from trailpost.stream.wire import Message, Part, decode_parts

_log = log.get(__name__)
_CONSUMER = "writer"
_BLOCK_MS = 500
"""Well below the socket's time limit, and the longest that a cancellation may go unnoticed."""
_MOST_ENTRIES = 1000
_MOST_BYTES = 16 * 1024 * 1024
"""Of one reply, as far as the last one lets us foresee."""

_GONE = ("NOGROUP", "UNBLOCKED", "no such key")


class StreamLost(Unavailable):
    """The stream or its group is gone (FLUSHALL, an empty server): call `start` again."""


class Reader:
    """The caller sees to it that a stream has one reader at a time. `n`: of its kind."""

    def __init__(self, redis: Client, n: int, kind: keys.Kind = "events") -> None:
        n = keys.numbers(kind, n + 1)[-1]
        self.stream = keys.stream(n)
        self._redis = redis
        self._n = n
        self._forget()

    async def start(self) -> str:
        """Returns the incarnation: another one means an empty Redis, whose total began at 0.

        The next reads begin with what was delivered before and never acknowledged.
        """
        self._forget()
        async with reached():
            found = await scripts.OPEN(
                self._redis,
                [self.stream, keys.incarnation(self._n)],
                [keys.GROUP, secrets.token_hex(8)],
            )
        return bytes(found).decode()

    async def read(self, *, max_events: int, wait_ms: int) -> list[Message]:
        """Messages in order, never none: waits for the first as long as it takes.

        Then gathers for `wait_ms`, up to `max_events` (one message may be larger). When it is
        cancelled or raises (Unavailable, StreamLost) nothing is lost: the next read goes on.
        """
        got: list[Message] = []
        try:
            await self._gather(got, max_events, wait_ms / 1000)
        except BaseException:
            self._held.extendleft(reversed(got))
            raise
        return got

    async def acknowledge(self, last_id: str) -> None:
        """Everything read up to `last_id` is stored. Trims what no other group needs."""
        last = _order(last_id)
        ids = [i for i in self._unacknowledged if _order(i) <= last]
        async with self._reached():
            await scripts.ACKNOWLEDGE(self._redis, [self.stream], [keys.GROUP, *ids])
        for _ in ids:
            self._unacknowledged.popleft()

    def _forget(self) -> None:
        self._held: deque[Message] = deque()
        """Delivered to us, and beyond what the caller asked for."""
        self._unacknowledged: deque[str] = deque()
        self._last_id = "0-0"
        self._cursor: str | None = "0-0"
        """While set: where to go on among what was delivered before."""
        self._events_per_entry = 1.0
        self._bytes_per_entry = 1.0

    async def _gather(self, got: list[Message], max_events: int, wait: float) -> None:
        room, end, cancelled = max_events, None, _cancellations()
        while True:
            room = self._take(got, room)
            if self._held or room <= 0:
                return
            if not got:
                block = _BLOCK_MS
            elif end is None:
                # Whatever is there already comes along, however short the time.
                end, block = time.monotonic() + wait, 0
            else:
                block = int((end - time.monotonic()) * 1000)
                if block <= 0:
                    return
            self._held.extend(await self._fetch(room, min(block, _BLOCK_MS)))
            if _cancellations() > cancelled:
                # asyncio.wait_for, which the client uses, may have swallowed it.
                raise asyncio.CancelledError

    def _take(self, got: list[Message], room: int) -> int:
        """Hand over what fits, one message at least; the room that is left."""
        # An entry without events counts as one, or a row of them would never end.
        while self._held and (max(self._held[0].count, 1) <= room or not got):
            room -= max(self._held[0].count, 1)
            got.append(self._held.popleft())
        return room

    async def _fetch(self, room: int, block_ms: int) -> list[Message]:
        cursor, place = self._cursor, self._last_id
        # Should this be cut off, what Redis delivered meanwhile is found among the pending.
        self._cursor = cursor or place
        entries = await self._ask(self._count(room), block_ms, cursor)
        self._cursor = None if not cursor or not entries else entries[-1][0].decode()
        messages = [_message(i.decode(), fields) for i, fields in entries if fields]
        if len(messages) < len(entries):
            _log.error("pending entries were removed", stream=self.stream)
        if entries:
            self._last_id = entries[-1][0].decode()
            self._unacknowledged.extend(i.decode() for i, _ in entries)
            self._learn(messages)
        return messages

    async def _ask(self, count: int, block_ms: int, cursor: str | None) -> list[Any]:
        """`block_ms` 0: only what is there."""
        words: list[str | int] = ["XREADGROUP", "GROUP", keys.GROUP, _CONSUMER, "COUNT", count]
        if cursor is None and block_ms:
            words += ["BLOCK", block_ms]
        async with self._reached():
            found = await self._redis.execute_command(*words, "STREAMS", self.stream, cursor or ">")
        return list(found[0][1]) if found else []

    @asynccontextmanager
    async def _reached(self) -> AsyncIterator[None]:
        async with reached():
            try:
                yield
            except ResponseError as e:
                if any(sign in str(e) for sign in _GONE):
                    raise StreamLost(f"{self.stream} is gone from Redis", retry_after=1) from e
                raise

    def _count(self, room: int) -> int:
        by_events = room / self._events_per_entry
        by_bytes = _MOST_BYTES / self._bytes_per_entry
        return max(1, min(int(by_events) + 1, int(by_bytes), _MOST_ENTRIES))

    def _learn(self, messages: list[Message]) -> None:
        if messages:
            self._events_per_entry = max(1.0, sum(m.count for m in messages) / len(messages))
            self._bytes_per_entry = max(1.0, sum(len(m.raw) for m in messages) / len(messages))


def _cancellations() -> int:
    task = asyncio.current_task()
    return task.cancelling() if task else 0


def _message(entry_id: str, fields: dict[bytes, bytes]) -> Message:
    try:
        count, total, raw = int(fields[b"n"]), int(fields[b"c"]), fields[b"b"]
        parts: list[Part] = decode_parts(raw)
    except (KeyError, ValueError, msgspec.DecodeError):
        return Message(entry_id, _foreign_count(fields), 0, [], _raw(fields))
    return Message(entry_id, count, total, parts, raw)


def _foreign_count(fields: dict[bytes, bytes]) -> int:
    given = fields.get(b"n", b"")
    return int(given) if given.isdigit() and len(given) < 10 else 1


def _raw(fields: dict[bytes, bytes]) -> bytes:
    return fields.get(b"b") or repr(fields).encode()


def _order(entry_id: str) -> tuple[int, int]:
    ms, _, seq = entry_id.partition("-")
    return int(ms), int(seq or 0)
