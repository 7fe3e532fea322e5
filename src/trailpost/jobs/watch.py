"""Live progress: one LISTEN per process, however many people watch."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from trailpost import db
from trailpost.base import log
from trailpost.jobs.outage import Outage
from trailpost.jobs.store import looking
from trailpost.jobs.wire import JobRow

_log = log.get(__name__)
# Said again after this, in case a notification was lost with its connection.
_AT_LEAST = 5.0


class Watch:
    """`run()` it once per process; then `follow(job)` as often as wanted."""

    def __init__(self, url: str, pool: db.Pool) -> None:
        self._url, self._pool = url, pool
        self.heard = 0
        """Grows with every change of any job."""
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

    async def run(self) -> None:
        """Listen until cancelled; begin again when the connection is lost."""
        # As seldom as followers look by themselves: nobody is told later than without an ear.
        away = Outage(_log, "progress is not heard", longest=_AT_LEAST)
        while True:
            reason: db.Error | str = "the connection ended"
            try:
                async with await db.connect(self._url, application="trailpost watch") as conn:
                    await looking.listen(conn)
                    away.over()
                    self._wake_all()
                    async for notice in conn.notifies():
                        self._hear(notice.payload)
            except db.Error as e:
                if not db.is_away(e):
                    raise
                reason = e
            await asyncio.sleep(away.pause(reason))

    async def follow(self, job: UUID, after: int = -1) -> AsyncIterator[JobRow]:
        """The job now, then each time it changed, ending with its end.

        `after`: the last version somebody saw, as on reconnecting; nothing is yielded before that.
        Quick changes may be told as one.
        """
        with self._listening(job) as changed:
            while True:
                changed.clear()
                async with self._pool.connection() as conn:
                    row = await looking.get_job(conn, job)
                if row is None:
                    return
                if row.version > after:
                    after = row.version
                    yield row
                if row.finished:
                    return
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), _AT_LEAST)

    @contextlib.contextmanager
    def _listening(self, job: UUID) -> Iterator[asyncio.Event]:
        changed = asyncio.Event()
        self._waiting[job].add(changed)
        try:
            yield changed
        finally:
            self._waiting[job].discard(changed)
            if not self._waiting[job]:
                del self._waiting[job]

    def _hear(self, job: str) -> None:
        """Of a job that changed; empty: new ones, which nobody can follow yet."""
        self.heard += 1
        for event in self._waiting.get(UUID(job), ()) if job else ():
            event.set()

    def _wake_all(self) -> None:
        self.heard += 1
        for events in self._waiting.values():
            for event in events:
                event.set()
