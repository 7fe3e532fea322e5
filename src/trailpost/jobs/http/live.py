"""One job as server-sent events. A client that comes back gets what it missed, from the row."""

from __future__ import annotations

import asyncio
import contextlib
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
# Milliseconds until a client that lost its stream comes back.
_HELLO = b"retry: 2000\n\n"
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
    watch: Watch = state[_WATCH]
    rows = watch.follow(job, after)
    closing = asyncio.create_task(state[_CLOSING].wait())
    end = asyncio.get_running_loop().time() + LONGEST
    news: asyncio.Future[JobRow] | None = None
    yield _HELLO
    try:
        while not closing.done() and asyncio.get_running_loop().time() < end:
            news = news or asyncio.ensure_future(anext(rows))
            await asyncio.wait(
                {news, closing}, timeout=KEEP_ALIVE, return_when=asyncio.FIRST_COMPLETED
            )
            if not news.done():
                yield _COMMENT
                continue
            row, news = news.result(), None
            yield await _event(state.pool, row)
    except (StopAsyncIteration, db.Error):
        # It has ended; or the database is away, and the client comes back by itself.
        return
    finally:
        await _stop(closing)
        if news is not None:
            await _stop(news)
        if isinstance(rows, AsyncGenerator):
            await rows.aclose()


async def _stop(task: asyncio.Future[Any]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _event(pool: db.Pool, row: JobRow) -> bytes:
    async with pool.connection() as conn:
        left = None if row.finished else await look.eta(conn, row)
    data = msgspec.json.encode(job_answer(row, left))
    return b"id: %d\nevent: job\ndata: %b\n\n" % (row.version, data)
