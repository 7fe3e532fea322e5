"""One attempt at a job: run its function, watch its time, and end it in one transaction."""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings
from trailpost.jobs.declare import Job
from trailpost.jobs.rules import pausing
from trailpost.jobs.run import Crunch, Run
from trailpost.jobs.store import running
from trailpost.jobs.wire import Ending, Started

_log = log.get(__name__)
_ERROR_LENGTH = 2000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0


class Why(enum.Enum):
    """What made the engine stop a job's function."""

    CANCEL = "somebody cancelled it"
    LOST = "another worker has it"
    STOP = "the worker stops"
    TIMEOUT = "it took too long"


class Works(msgspec.Struct, frozen=True):
    """What every attempt on a worker uses."""

    settings: Settings
    pool: db.Pool
    luck: Callable[[], float]
    at: Callable[[str], None]
    crunch: Crunch


class End(msgspec.Struct, frozen=True):
    wish: Ending
    result: str | None = None
    error: str | None = None
    again: float = 0.0


class Live:
    """A job that runs on this worker now."""

    def __init__(self, job: Job[Any, Any], held: Started, works: Works) -> None:
        self.job, self.held, self.works = job, held, works
        self.run_ = Run(held, job.steps, works.settings, works.pool, self._move, works.crunch)
        self._why: Why | None = None
        self._body: asyncio.Task[Any] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def run(self) -> None:
        self.works.at("started")
        try:
            payload = msgspec.json.decode(self.held.payload, type=self.job.payload)
        except msgspec.ValidationError as e:
            await self._close(End("FAILED", error=f"its payload cannot be read: {e}"))
            return
        self._body = asyncio.ensure_future(self.job.run(self.run_, payload))
        whole = self._after(self.job.timeout)
        await asyncio.wait([self._body])
        for timer in (whole, self._timer):
            if timer:
                timer.cancel()
        self.run_.lap()
        self.works.at("ran")
        await self._close(self._judge(self._body))

    def stop(self, why: Why) -> None:
        """Have the function end by CancelledError. The first reason counts."""
        if self._why is None:
            self._why = why
            if self._body and not self._body.done():
                self._body.cancel()

    def _after(self, seconds: float | None) -> asyncio.TimerHandle | None:
        if seconds is None:
            return None
        return asyncio.get_running_loop().call_later(seconds, self.stop, Why.TIMEOUT)

    async def _move(self, step: str, within: float, progress: float) -> None:
        if self._why:
            raise asyncio.CancelledError(self._why.value)
        if within == 0.0 and self.run_.current:
            if self._timer:
                self._timer.cancel()
            self._timer = self._after(self.run_.current.timeout)
        if not await self._stored(step, within, progress):
            # Cancelled, or somebody else's: the end of the attempt finds out which.
            self._why = self._why or Why.CANCEL
            raise asyncio.CancelledError(self._why.value)

    async def _stored(self, step: str, within: float, progress: float) -> bool:
        """Patient while the database is away, as long as the lease may still be ours."""
        lease = self.works.settings.job_lease_seconds
        pause, end = _FIRST_PAUSE, asyncio.get_running_loop().time() + 2 * lease
        while True:
            try:
                async with self.works.pool.connection() as conn:
                    return await running.move_job(conn, self.held, step, within, progress, lease)
            except db.Error as e:
                if not db.is_away(e) or asyncio.get_running_loop().time() > end:
                    raise
            await asyncio.sleep(pause)
            pause = min(_LONGEST_PAUSE, pause * 2)

    def _judge(self, body: asyncio.Task[Any]) -> End | None:
        """What to make of how the function ended; None: there is nothing left to end."""
        if self._why is Why.LOST:
            return None
        if body.cancelled():
            return self._judge_stop()
        error = body.exception()
        if error is not None:
            return self._judge_error(error)
        try:
            result = msgspec.convert(body.result(), self.job.result)
            return End("COMPLETED", result=msgspec.json.encode(result).decode())
        except (msgspec.MsgspecError, TypeError) as e:
            return End("FAILED", error=f"its result cannot be stored: {e}")

    def _judge_stop(self) -> End:
        if self._why is Why.STOP:
            return End("RELEASED", error=self._why.value)
        if self._why is Why.CANCEL:
            return End("CANCELLED", error=None)
        if self._why is Why.TIMEOUT:
            step = self.run_.current
            return self._again(TimeoutError(f"took too long{f' in {step.name}' if step else ''}"))
        return self._again(RuntimeError("its function cancelled itself"))

    def _judge_error(self, error: BaseException) -> End:
        if isinstance(error, self.job.permanent):
            return End("FAILED", error=_words(error))
        return self._again(error)

    def _again(self, error: BaseException) -> End:
        pause = pausing.pause(
            self.job.backoff, self.held.attempt, self.works.luck(), pausing.retry_after(error)
        )
        return End("RETRIED", error=_words(error), again=pause)

    async def _close(self, end: End | None) -> None:
        """In one transaction: the attempt's end, what the job stores with it, the next tickets."""
        pause = _FIRST_PAUSE
        limit = asyncio.get_running_loop().time() + 4 * self.works.settings.job_lease_seconds
        following = end
        while (now := following) is not None:
            try:
                following = await self._try_to_close(now)
            except (db.Error, Unavailable) as e:
                if asyncio.get_running_loop().time() > limit:
                    _log.error("gave up ending a job", job=str(self.held.id), reason=_words(e))
                    return
                following = _another_end(now, e)
                await asyncio.sleep(pause)
                pause = min(_LONGEST_PAUSE, pause * 2)
        self.works.at("ended")

    async def _try_to_close(self, end: End) -> End | None:
        """None: done. Another end: a hook failed, so nothing is stored and this one is next."""
        failed: BaseException | None = None
        try:
            async with db.transaction(self.works.pool) as conn:
                status = await self._end(conn, end)
                if status == "COMPLETED":
                    for hook in self.run_.at_completion:
                        failed = await _error_of(hook(conn))
                        if failed is not None:
                            raise _Undo
                self.works.at("ending")
                await running.settle(
                    conn,
                    self.held.owner,
                    self.held.queue,
                    self.job.kind,
                    capped=self.job.concurrency is not None,
                )
        except _Undo:
            if failed is None or (isinstance(failed, db.Error) and db.is_away(failed)):
                raise Unavailable("the database is away") from failed
            return self._judge_error(failed)
        _note(self.held, self.job.kind, end, status)
        return None

    async def _end(self, conn: db.Connection, end: End) -> str | None:
        return await running.end_attempt(
            conn,
            self.held.id,
            self.held.token,
            end.wish,
            result=end.result,
            error=end.error,
            again=end.again,
            seconds=self.run_.seconds,
        )


def _another_end(end: End, error: db.Error | Unavailable) -> End:
    """The same while the database is away; a failure when it refuses what it was given."""
    if not isinstance(error, db.Error) or db.is_away(error):
        return end
    if end.wish == "FAILED":
        raise error
    return End("FAILED", error=f"its result cannot be stored: {_words(error)}")


class _Undo(Exception):
    """Rolls the last transaction back."""


async def _error_of(work: Coroutine[Any, Any, None] | Any) -> BaseException | None:
    """What it raised, whatever that is: it belongs to the job, not to the worker."""
    task = asyncio.ensure_future(work)
    await asyncio.wait([task])
    return asyncio.CancelledError() if task.cancelled() else task.exception()


def _note(held: Started, kind: str, end: End, status: str | None) -> None:
    about = {"job": str(held.id), "kind": kind, "attempt": held.attempt, "status": status}
    if status == "FAILED":
        _log.error("job failed", **about, reason=end.error)
    elif end.wish == "RETRIED":
        _log.warning("job is tried again", **about, reason=end.error, after=round(end.again, 1))
    else:
        _log.debug("job ended", **about)


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split())
    name = type(error).__name__
    return (f"{name}: {text}" if text else name)[:_ERROR_LENGTH].replace("\0", "")
