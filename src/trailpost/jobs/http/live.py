"""One job as server-sent events. A client that comes back gets what it missed, from the row."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.datastructures import State

from trailpost import db
from trailpost.jobs import look
from trailpost.jobs.http.answers import job_answer
from trailpost.jobs.watch import Watch
from trailpost.jobs.wire import JobRow

KEEP_ALIVE = 15.0
# Then the client connects again, and the guard looks at its login again.
LONGEST = 600.0
_WATCH, _CLOSING = "jobs_watch", "jobs_closing"
_AWAY = 1.0
# Milliseconds until a client that lost its stream comes back: not all at the same moment.
_SOON, _LATE = 1000, 4000
_COMMENT = b": still here\n\n"


@contextlib.asynccontextmanager
async def watching(app: Litestar, url: str, pool: db.Pool) -> AsyncIterator[None]:
    """The process's one ear for all streams; around the life of the application."""
    watch = Watch(url, pool)
    app.state.update({_WATCH: watch, _CLOSING: asyncio.Event()})
    task = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        end_streams(app)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def end_streams(app: Litestar) -> None:
    """Call when the server begins to stop: open streams would hold it up."""
    closing: asyncio.Event | None = app.state.get(_CLOSING)
    if closing is not None:
        closing.set()


async def events(state: State, job: UUID, after: int) -> AsyncIterator[bytes]:
    """What is newer than `after`, until the job or the server ends, or for ten minutes."""
    told = _told(state, job, after)
    closing = asyncio.create_task(state[_CLOSING].wait())
    news: asyncio.Future[bytes] | None = None
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST
    yield hello()
    try:
        while not closing.done() and loop.time() < end:
            news = news or asyncio.ensure_future(anext(told))
            await asyncio.wait(
                {news, closing}, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED
            )
            if not news.done():
                yield _COMMENT
                continue
            event, news = news.result(), None
            yield event
    except StopAsyncIteration:  # the job has ended
        return
    finally:
        await _stop(closing)
        if news is not None:
            await _stop(news)
        await told.aclose()


def hello() -> bytes:
    """The beginning of every stream; all of it while the database is away."""
    return b"retry: %d\n\n" % random.randint(_SOON, _LATE)


async def _told(state: State, job: UUID, after: int) -> AsyncGenerator[bytes, None]:
    """While the database is away the stream stays: an EventSource gives up at a 503."""
    watch: Watch = state[_WATCH]
    while True:
        try:
            async for row in watch.follow(job, after):
                event = await _event(state.pool, row)
                after = row.version
                yield event
            return
        except db.Error as e:
            if not db.is_away(e):
                raise
        await asyncio.sleep(_AWAY)


async def _stop(task: asyncio.Future[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _event(pool: db.Pool, row: JobRow) -> bytes:
    async with pool.connection() as conn:
        left = None if row.finished else await look.eta(conn, row)
    data = msgspec.json.encode(job_answer(row, left))
    return b"id: %d\nevent: job\ndata: %b\n\n" % (row.version, data)
