"""Where events become durable: in Redis, or in the local spool while Redis is away.

Three states. Direct: groups go to Redis. Spooling: everything goes to the spool, which is
replayed as soon as Redis answers. Between them, for some milliseconds, new parts are held until
the last spooled ones are in Redis, so that a process's events keep their order.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from datetime import date
from pathlib import Path

import msgspec

from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.stream import group, keys, metrics
from trailpost.stream.connect import AWAY, Client, connect, nodes_info, reason
from trailpost.stream.lane import MOST_BYTES, Lane, refuse, settle
from trailpost.stream.salts import Salts
from trailpost.stream.spool import Record, Spool, SpoolFull, Unreadable, replay_piece
from trailpost.stream.spool.files import SpoolFile
from trailpost.stream.wire import Part, Waiting

_log = log.get(__name__)
_IN_FLIGHT = 2
"""Groups of one stream: the second is on Redis's desk when the first one's fsync returns."""
_WATCH_SECONDS = 2.0
"""Between looks at Redis's memory and for orphaned spools."""
_FIRST_RETRY, _SLOWEST_RETRY = 0.1, 2.0
"""Seconds between attempts to reach a Redis that is away."""


class PublisherStatus(msgspec.Struct, frozen=True):
    redis: str
    """`ok`, or why it is away."""
    spooled_events: int
    spooled_bytes: int
    spool: str = "ok"
    """`ok`, or why it would take nothing now."""
    corrupt_files: int = 0
    """Spool files set aside in the folder because a part of them could not be read."""


class Publisher:
    """One per web process."""

    def __init__(
        self,
        redis_url: str,
        streams: int,
        spool_dir: Path,
        spool_max_bytes: int,
        live_max_bytes: int,
    ) -> None:
        self._redis_url = redis_url
        self._streams = streams
        self._live_max_bytes = live_max_bytes
        self._live_mode: group.LiveMode = "push" if live_max_bytes else ""
        self._spool = Spool(spool_dir, spool_max_bytes)
        self._away: str | None = "not started"
        self._away_since = self._away_counted = time.monotonic()
        self._direct = False
        self._closed = True

    async def start(self) -> None:
        """Adopts what dead processes left. A Redis that is away is no error."""
        self._loop = asyncio.get_running_loop()
        self._redis: Client = connect(self._redis_url)
        self._salts = Salts(self._redis)
        numbers = [*keys.numbers("events", self._streams), *keys.numbers("issues", self._streams)]
        self._lanes = {n: Lane(self._send, _IN_FLIGHT) for n in numbers}
        self._spool_lane = Lane(self._send_to_spool, 1)
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        await self._spool.prepare()
        if await self._spool.adopt():
            self._wake.set()
        await self._try_first()
        self._closed = False
        self._start_keeper()
        self._watcher = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Refuses new parts, and returns when all accepted ones are durable."""
        self._closed = True
        for lane in (*self._lanes.values(), self._spool_lane):
            await lane.idle()
        self._stopping.set()
        await self._watcher
        await self._end_keeper()
        await self._spool.close()
        await self._redis.aclose()

    async def publish(
        self, key: bytes, blob: bytes, count: int, live: str | None, kind: keys.Kind = "events"
    ) -> None:
        """Returns when the blob is durable. Raises Unavailable when neither place takes it.

        `count` events are in it; `key` decides the stream; `live` names the live list.
        """
        if self._closed:
            raise Unavailable("this process is stopping", retry_after=1)
        numbers = keys.numbers(kind, self._streams)
        stream = numbers[keys.choose(key, len(numbers))]
        done = self._loop.create_future()
        lane = self._lanes[stream] if self._direct else self._spool_lane
        lane.add(Waiting(stream, Part(count, blob), live, done))
        await done

    async def live(self, key: bytes, name: str) -> list[bytes] | None:
        """The last blobs published under that name, oldest first. None: not held, ask the store."""
        if self._away is not None:
            return None
        try:
            found = await self._redis.execute_command(
                "LRANGE", keys.live(keys.choose(key, self._streams), name), 0, -1
            )
        except AWAY:
            return None
        return list(found) or None

    async def salt(self, day: date) -> bytes:
        """32 random bytes of that UTC day, shared by all processes while Redis is there."""
        return await self._salts.of(day, away=self._away is not None)

    def status(self) -> PublisherStatus:
        return PublisherStatus(
            redis=self._away or "ok",
            spooled_events=self._spool.events,
            spooled_bytes=self._spool.bytes,
            spool=self._spool.problem or "ok",
            corrupt_files=self._spool.corrupt,
        )

    def _start_keeper(self) -> None:
        if self._closed:
            return
        self._keeper = asyncio.create_task(self._keep())
        self._keeper.add_done_callback(self._keeper_ended)

    def _keeper_ended(self, task: asyncio.Task[None]) -> None:
        """Without it nothing would ever leave the spool again."""
        if not (task.cancelled() or self._closed):
            _log.error("replay failed", exc_info=task.exception())
            self._wake.set()
            self._loop.call_later(_SLOWEST_RETRY, self._start_keeper)

    async def _end_keeper(self) -> None:
        """Again and again: asyncio.wait_for, which the client uses, may swallow a cancellation."""
        while not self._keeper.done():
            self._keeper.cancel()
            await asyncio.wait([self._keeper], timeout=0.1)

    async def _send(self, waiting: list[Waiting]) -> None:
        """A group's flight to Redis. What it does to an error decides whether events are lost."""
        if not self._direct:
            self._respool(waiting)
            return
        try:
            await group.send(
                self._redis,
                waiting[0].stream,
                [w.part for w in waiting],
                [w.live for w in waiting],
                self._live_mode,
            )
        except AWAY as e:
            # It may have arrived all the same: better twice than never, the writer tells by the id.
            self._went_away(e)
            self._respool(waiting)
            return
        settle(waiting)
        metrics.GROUPS.inc()
        metrics.GROUP_SIZE.observe(len(waiting))
        metrics.EVENTS.inc(_events(waiting))

    async def _send_to_spool(self, waiting: list[Waiting]) -> None:
        try:
            await self._spool.append(waiting)
        except SpoolFull:
            self._refuse(waiting, "Redis is away and the spool is full")
        except OSError:
            self._refuse(waiting, "Redis is away and the spool cannot be written")
        else:
            settle(waiting)
            metrics.SPOOLED.inc(_events(waiting))
            self._measure()

    def _respool(self, waiting: list[Waiting]) -> None:
        for w in waiting:
            self._spool_lane.add(w)

    def _refuse(self, waiting: list[Waiting], why: str) -> None:
        metrics.REFUSED.inc(_events(waiting))
        refuse(waiting, why)

    def _went_away(self, error: BaseException) -> None:
        self._direct = False
        if self._away is None:
            self._away_since = self._away_counted = time.monotonic()
            _log.warning("Redis is away: events go to the spool", reason=reason(error))
        self._away = reason(error)
        metrics.REDIS_AWAY.set(1)
        self._wake.set()

    def _came_back(self) -> None:
        if self._away is not None:
            self._count_away()
            seconds = time.monotonic() - self._away_since
            _log.info("Redis is back", seconds=round(seconds, 1), spooled=self._spool.events)
        self._away = None
        metrics.REDIS_AWAY.set(0)

    async def _try_first(self) -> None:
        """Know at once whether Redis is there; the first request need not find out."""
        try:
            await asyncio.wait_for(self._probe(), 2)
            self._away, self._direct = None, True
            metrics.REDIS_AWAY.set(0)
        except AWAY as e:
            self._away = None
            self._went_away(e)

    async def _probe(self) -> None:
        """A write, for a Redis that is full, read-only or without a disk answers reads."""
        await self._redis.execute_command("SET", keys.probe(), 1, "EX", 60)

    async def _keep(self) -> None:
        """Bring Redis back into use whenever it answers."""
        pause = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause or None)
            if self._away is not None:
                # What went wrong is on its way to the spool: its replay is the best probe.
                await asyncio.sleep(_FIRST_RETRY)
            self._wake.clear()
            try:
                await self._recover()
                pause = 0.0 if self._direct else _FIRST_RETRY
            except AWAY as e:
                self._went_away(e)
                self._wake.clear()
                pause = min(max(pause * 2, _FIRST_RETRY), _SLOWEST_RETRY) * random.uniform(0.8, 1.2)

    async def _recover(self) -> None:
        """Replay everything, then go direct. Raises what the client raises when Redis is away."""
        file = self._spool.first()
        if self._away is not None and (file is None or not file.behind):
            await self._probe()
            self._came_back()
        while True:
            if self._near_direct():
                await self._go_direct()
            file = self._spool.first()
            if file is None or not (file.behind or file.sealed):
                return
            await self._step(file)
            self._measure()

    def _near_direct(self) -> bool:
        """Whether what is left to replay is so little that new parts may wait for it."""
        if self._away is not None or self._spool.behind > MOST_BYTES:
            return False
        return not self._direct or bool(self._spool.own)

    async def _step(self, file: SpoolFile) -> None:
        """Replay a piece of a file, or drop it when there is nothing left in it."""
        try:
            more = await replay_piece(file, self._send_spooled)
        except Unreadable as e:
            _log.error("spool file cannot be read", path=str(file.path), reason=str(e))
            file.damaged = True
            await self._drop(file)
            return
        if more:
            self._came_back()
        elif file.sealed:
            await self._drop(file)

    async def _go_direct(self) -> None:
        """Hold new parts until the last spooled ones are in Redis, then let them go there."""
        for lane in self._lanes.values():
            lane.hold()
        self._direct = True
        try:
            await self._spool_lane.idle()
            while self._spool.own:
                file = self._spool.own[0]
                file.sealed = True
                await self._step(file)
        except AWAY:
            self._direct = False
            raise
        finally:
            for lane in self._lanes.values():
                lane.release()

    async def _send_spooled(self, file: SpoolFile, stream: int, records: list[Record]) -> int:
        return await group.send(
            self._redis,
            stream,
            [r.part for r in records],
            [r.live for r in records],
            self._live_mode,
            group.Marker(file.id, records[0].seq, records[-1].seq),
        )

    async def _drop(self, file: SpoolFile) -> None:
        await self._spool.drop(file)
        # Only now: without its marker the file would be replayed again. They expire in any case.
        with contextlib.suppress(*AWAY):
            for stream in file.markers:
                await self._redis.delete(keys.spooled(stream, file.id))

    async def _watch(self) -> None:
        """Ends by itself: an adoption that is cut off would keep files locked."""
        while not await self._stops_within(_WATCH_SECONDS):
            self._count_away()
            if self._spool.problem:
                await self._spool.prepare()
            if await self._spool.adopt():
                self._wake.set()
            with contextlib.suppress(*AWAY):
                await self._choose_live_mode()

    async def _stops_within(self, seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
        return self._stopping.is_set()

    async def _choose_live_mode(self) -> None:
        if not self._live_max_bytes or self._away is not None:
            return
        short = await _used_memory(self._redis) > self._live_max_bytes
        if short != (self._live_mode == "drop"):
            _log.info("live lists paused" if short else "live lists resumed")
        self._live_mode = "drop" if short else "push"

    def _count_away(self) -> None:
        if self._away is not None:
            now = time.monotonic()
            metrics.REDIS_AWAY_SECONDS.inc(now - self._away_counted)
            self._away_counted = now

    def _measure(self) -> None:
        metrics.SPOOL_EVENTS.set(self._spool.events)
        metrics.SPOOL_BYTES.set(self._spool.bytes)


async def _used_memory(redis: Client) -> int:
    """Bytes; of the fullest node in a cluster."""
    return max(int(node["used_memory"]) for node in await nodes_info(redis))


def _events(waiting: list[Waiting]) -> int:
    return sum([w.part.count for w in waiting])
