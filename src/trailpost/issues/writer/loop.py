"""The writer of the stream of issues: take it, read, write, acknowledge, come back after failures.

Simpler than the writer of events, for there are fewer: one stream, one batch after the other.
"""

from __future__ import annotations

import asyncio
import random

from trailpost import db, stream
from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.issues import store
from trailpost.issues.writer import metrics
from trailpost.issues.writer.batch import prepare
from trailpost.issues.writer.transaction import Overtaken, write
from trailpost.stream import Chain, Message, Position, follow, news

_log = log.get(__name__)
_STAND_BY = 1.0
_SHORTEST, _LONGEST = 0.1, 5.0
# Of at most 100 kB each; a message may bring more.
_MOST = 500


class Writer:
    """Writes the stream when no other writer holds it, else stands by."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._redis = stream.connect(settings.redis_url)
        self._batches = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then finishes and acknowledges the batch under way."""
        failures = 0
        try:
            while not stop.is_set():
                began = self._batches
                try:
                    await self._serve(stop)
                except (db.Error, Unavailable, Overtaken) as e:
                    # Anything written in between means that the failure is a new one.
                    failures = 1 if self._batches > began else failures + 1
                    _report(e)
                    await _pause(stop, _backoff(failures))
        finally:
            await self._redis.aclose()

    async def _serve(self, stop: asyncio.Event) -> None:
        """Hold the stream for as long as one connection lives."""
        conn = await db.connect(self._settings.database_url, application="trailpost write")
        async with conn:
            while not await store.take_stream(conn):
                if await _pause(stop, _STAND_BY):
                    return
            source = Source(stream.Reader(self._redis, 0, "issues"), self._settings)
            await source.start(conn)
            while (messages := await source.next(stop)) is not None:
                await source.write(conn, messages)
                self._batches += 1


class Source:
    """The stream's reader, and how far it is written."""

    def __init__(self, reader: stream.Reader, settings: Settings) -> None:
        self.chain = Chain(Position("", "0-0", 0, 0))
        self._reader = reader
        self._settings = settings
        self._reading_again = False

    async def start(self, conn: db.Connection) -> None:
        """From the database's position on; the reader begins with what is not acknowledged."""
        incarnation = await self._reader.start()
        self.chain = Chain(await store.begin_position(conn, self._reader.stream, incarnation))

    async def next(self, stop: asyncio.Event) -> list[Message] | None:
        """None: it is time to stop. What was being read will be delivered again."""
        reading = asyncio.create_task(
            self._reader.read(max_events=_MOST, wait_ms=self._settings.write_wait_ms)
        )
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([reading, stopping], return_when=asyncio.FIRST_COMPLETED)
            return None if stopping.done() else reading.result()
        finally:
            for task in (reading, stopping):
                task.cancel()
            await asyncio.gather(reading, stopping, return_exceptions=True)

    async def write(self, conn: db.Connection, messages: list[Message]) -> None:
        """What of them was not written before; then acknowledge all."""
        fresh = news(self.chain, messages)
        if fresh:
            after = follow(self.chain, fresh)
            if after.drift > 0 and not self._reading_again:
                await self._read_again()
                return
            await self._write(conn, fresh, after)
        await self._reader.acknowledge(messages[-1].id)

    async def _write(self, conn: db.Connection, fresh: list[Message], after: Chain) -> None:
        before, self._reading_again = self.chain.position, False
        if after.drift:
            _log.error("the running total does not fit the occurrences", occurrences=after.drift)
        ledger = await write(conn, self._reader.stream, prepare(fresh), before, after.position)
        self.chain = after
        metrics.count(ledger, after.position.missing - before.missing)

    async def _read_again(self) -> None:
        """What is missing may be among the entries delivered and not acknowledged."""
        self._reading_again = True
        _log.warning("occurrences are missing; reading again", stream=self._reader.stream)
        if await self._reader.start() != self.chain.position.incarnation:
            raise Unavailable(f"{self._reader.stream} is another one now", retry_after=0)


def _report(error: BaseException) -> None:
    reason = " ".join(str(error).split()) or type(error).__name__
    if isinstance(error, Unavailable | Overtaken) or db.is_away(error):
        _log.warning("the writer of issues stops and starts again", reason=reason)
    else:
        _log.error("the writer of issues cannot write", reason=reason, exc_info=error)


def _backoff(failures: int) -> float:
    longest = min(_LONGEST, _SHORTEST * 2 ** min(failures, 10))
    return random.uniform(_SHORTEST / 2, longest)


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    """Whether it is time to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return False
    return True
