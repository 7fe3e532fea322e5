"""What one stream has to write next, decoded and packed while the database is busy."""

from __future__ import annotations

import asyncio

import msgspec

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.stream import Chain, Message, Position, Reader, follow, news
from trailpost.tracking import store
from trailpost.tracking.writer.batch import Batch, Poison, prepare
from trailpost.tracking.writer.pace import Pace
from trailpost.tracking.writer.transaction import Move

_log = log.get(__name__)


class Found(msgspec.Struct, frozen=True):
    """`batch` None: everything up to `last_id` was written before and only waits for its ack."""

    last_id: str
    batch: Batch | None
    move: Move


class Source:
    """One stream's reader and how far it has read; not how far is written."""

    def __init__(self, reader: Reader, settings: Settings) -> None:
        self.stream = reader.stream
        self.chain = Chain(Position("", "0-0", 0, 0))
        self.pace = Pace()
        self._reader = reader
        self._settings = settings
        self._reading_again = False

    async def start(self, conn: db.Connection) -> None:
        """From the database's position on; the reader begins with what is not acknowledged."""
        incarnation = await self._reader.start()
        self.chain = Chain(await store.begin_position(conn, self.stream, incarnation))

    async def read(self) -> Found:
        while True:
            messages = await self._reader.read(
                max_events=self._settings.write_batch, wait_ms=self._settings.write_wait_ms
            )
            before, fresh = self.chain, news(self.chain, messages)
            if not fresh:
                return Found(messages[-1].id, None, (before.position, before.position))
            after = follow(before, fresh)
            if after.drift > 0 and not self._reading_again:
                await self._read_again()
                continue
            return await self._found(before, after, fresh)

    async def _found(self, before: Chain, after: Chain, fresh: list[Message]) -> Found:
        self._reading_again = False
        if after.drift:
            _log.error(
                "the running total does not fit the events", stream=self.stream, events=after.drift
            )
        batch = await prepare(fresh, pace=self.pace)
        self.chain = after
        return Found(fresh[-1].id, batch, (before.position, after.position))

    async def _read_again(self) -> None:
        """A writer that has lost this stream without knowing it may have read what is missing.

        Then it is among the entries delivered and not acknowledged.
        """
        self._reading_again = True
        _log.warning("events are missing; reading again", stream=self.stream)
        if await self._reader.start() != self.chain.position.incarnation:
            raise Unavailable(f"{self.stream} is another one now", retry_after=0)

    async def acknowledge(self, last_id: str) -> None:
        await self._reader.acknowledge(last_id)

    async def prepare_again(self, batch: Batch, poison: Poison) -> Batch:
        return await prepare(batch.messages, poison)


class Ahead:
    """Reads one batch ahead of the one that is written."""

    def __init__(self, source: Source, stop: asyncio.Event) -> None:
        self._source = source
        self._stopping = asyncio.create_task(stop.wait())
        self._reading = asyncio.create_task(source.read())

    async def next(self) -> Found | None:
        """None: it is time to stop. What was read ahead will be delivered again."""
        await asyncio.wait([self._reading, self._stopping], return_when=asyncio.FIRST_COMPLETED)
        if self._stopping.done():
            return None
        found = self._reading.result()
        self._reading = asyncio.create_task(self._source.read())
        return found

    async def close(self) -> None:
        for task in (self._reading, self._stopping):
            task.cancel()
        await asyncio.gather(self._reading, self._stopping, return_exceptions=True)
