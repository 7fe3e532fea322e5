"""The writer process: take a stream, read, write, acknowledge, and come back after any failure."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from trailpost import db, stream
from trailpost.base import clock, log
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.tracking import store
from trailpost.tracking.writer import metrics
from trailpost.tracking.writer.batch import Batch
from trailpost.tracking.writer.poison import find_poison
from trailpost.tracking.writer.source import Ahead, Source
from trailpost.tracking.writer.totals import Totals
from trailpost.tracking.writer.transaction import Hook, Move, Overtaken, write

_log = log.get(__name__)

_STAND_BY = 1.0
_SHORTEST, _LONGEST = 0.1, 5.0
# A plain insert costs a quarter less than one that looks for conflicts. One that fails leaves a
# batch of dead rows for vacuum: at most one in a hundred, so that this does no harm.
_CAREFUL = 100
# How far back and ahead of today a day gets a partition of its own when an event asks for it.
_OLDEST, _NEWEST = 400, 2


class Writer:
    """Writes every stream that no other writer holds, and stands by for the others.

    `on_write`: awaited with the connection inside each transaction that stored events.
    """

    def __init__(self, settings: Settings, *, on_write: Sequence[Hook] = ()) -> None:
        self._settings = settings
        self._hooks = tuple(on_write)
        self._redis = stream.connect(settings.redis_url)
        self._partitions: set[int] = set()
        self._totals = Totals()
        self._careful = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; then finishes and acknowledges the batch under way."""
        try:
            with _rare_collection():
                await self._run(stop)
        finally:
            await self._redis.aclose()

    async def _run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            for n in range(self._settings.streams):
                tasks.create_task(self._keep(n, stop), name=f"write-{n}")
            tasks.create_task(self._totals.report(stop), name="totals")

    async def _keep(self, n: int, stop: asyncio.Event) -> None:
        """Serve stream `n` whatever happens to the servers."""
        failures = 0
        while not stop.is_set():
            began = self._totals.batches
            try:
                await self._serve(n, stop)
            except (db.Error, Unavailable, Overtaken) as e:
                # Anything written in between means that the failure is a new one.
                failures = 1 if self._totals.batches > began else failures + 1
                _report(n, e)
                await _pause(stop, _backoff(failures))

    async def _serve(self, n: int, stop: asyncio.Event) -> None:
        """Hold the stream for as long as one connection lives."""
        conn = await db.connect(self._settings.database_url, application="trailpost write")
        async with conn:
            while not await store.take_stream(conn, n):
                if await _pause(stop, _STAND_BY):
                    return
            await store.prefer_indexes(conn)
            await store.create_temporary_tables(conn)
            await self._drain(conn, Source(stream.Reader(self._redis, n), self._settings), stop)

    async def _drain(self, conn: db.Connection, source: Source, stop: asyncio.Event) -> None:
        await source.start(conn)
        _log.info("writing", stream=source.stream, position=source.chain.position.last_id)
        ahead = Ahead(source, stop)
        try:
            while (found := await ahead.next()) is not None:
                await self._write(conn, source, found.batch, found.move)
                await source.acknowledge(found.last_id)
        finally:
            await ahead.close()

    async def _write(
        self,
        conn: db.Connection,
        source: Source,
        batch: Batch | None,
        move: Move,
    ) -> None:
        if batch is None:
            return
        await self._ensure_partitions(conn, batch.content.days)
        began = time.perf_counter()
        try:
            ledger = await self._write_once(conn, source, batch, move)
        except db.Error as e:
            if not db.is_refused(e):
                raise
            batch = await self._without_poison(conn, source, batch, e)
            ledger = await write(conn, source.stream, batch, self._hooks, move)
        self._totals.add(ledger)
        metrics.SECONDS.observe(time.perf_counter() - began)
        metrics.MISSING.inc(move[1].missing - move[0].missing)
        metrics.LAG.set(_age(batch.messages[0].id))

    async def _write_once(
        self, conn: db.Connection, source: Source, batch: Batch, move: Move
    ) -> list[store.LedgerRow]:
        """Trusting that nothing was stored before, and carefully for a while when that fails."""
        if not self._careful:
            try:
                return await write(
                    conn,
                    source.stream,
                    batch,
                    self._hooks,
                    move,
                    trusting=True,
                    pace=source.pace,
                )
            except db.Error as e:
                if not db.is_duplicate(e):
                    raise
            self._careful = _CAREFUL
        self._careful -= 1
        return await write(conn, source.stream, batch, self._hooks, move, pace=source.pace)

    async def _without_poison(
        self, conn: db.Connection, source: Source, batch: Batch, error: db.Error
    ) -> Batch:
        """Raises `error` again when no event is to blame for it."""
        poison = await find_poison(conn, batch, self._hooks)
        if not poison:
            raise error
        _log.error("events refused by the database", stream=source.stream, events=len(poison))
        return await source.prepare_again(batch, poison)

    async def _ensure_partitions(self, conn: db.Connection, days: set[int]) -> None:
        """What is farther away waits in the default partition, like an event without a day."""
        unknown = days - self._partitions
        if not unknown:
            return
        today = clock.now().date()
        keep = min(self._settings.retention_days or _OLDEST, _OLDEST)
        first, last = today - timedelta(days=keep), today + timedelta(days=_NEWEST)
        for day in sorted(unknown):
            if first <= store.date_of(day) <= last:
                await store.ensure_event_partition(conn, store.date_of(day))
                self._partitions.add(day)


@contextmanager
def _rare_collection() -> Iterator[None]:
    """Nothing in a batch refers back to what holds it, so it is freed without the collector.

    Which would walk through tens of thousands of rows again and again: a quarter of the time for
    requests of 100 events, half of it for single ones.
    """
    usual = gc.get_threshold()
    gc.set_threshold(100_000, 20, 20)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _report(n: int, error: BaseException) -> None:
    reason = " ".join(str(error).split()) or type(error).__name__
    known = isinstance(error, Unavailable | Overtaken) or db.is_away(error)
    if known:
        _log.warning("the writer stops and starts again", stream=n, reason=reason)
    else:
        _log.error("the writer cannot write", stream=n, reason=reason, exc_info=error)


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


def _age(entry_id: str) -> float:
    """Seconds since Redis took an entry."""
    return max(0.0, clock.now().timestamp() - int(entry_id.partition("-")[0]) / 1000)
