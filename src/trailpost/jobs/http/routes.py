"""GET, DELETE and the events of /api/jobs, and GET /api/queues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get
from litestar.connection import ASGIConnection
from litestar.datastructures import ResponseHeader, State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, QueryParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler, Guard

from trailpost import db
from trailpost.base.errors import Unavailable
from trailpost.jobs import look
from trailpost.jobs.http import answers, live
from trailpost.jobs.http.answers import JobAnswer, JobsAnswer, QueueAnswer
from trailpost.jobs.store import looking
from trailpost.jobs.wire import Status

_Request = Request[Any, Any, State]
_NO_STORE = [ResponseHeader(name="cache-control", value="no-store")]
_EVENTS = "text/event-stream"
_STREAMED = {"cache-control": "no-store", "x-accel-buffering": "no"}
_TAGS = ["Jobs"]
_UNKNOWN = ResponseSpec(None, description="There is no such job, or it is somebody else's.")
_LATE = ResponseSpec(None, description="The job has ended.")


class Guards(msgspec.Struct, frozen=True):
    """What stands before the routes; jobs know nobody, so they are told."""

    own: Guard
    """Somebody is logged in, and may change what is their own."""
    admin: Guard
    owner: Callable[[ASGIConnection[Any, Any, Any, Any]], int | None]
    """Behind `own`: whose jobs may be seen. None: everybody's."""


def routes(guards: Guards) -> list[ControllerRouterHandler]:
    own: list[Guard] = [guards.own]
    return [
        _get_job(guards, own),
        _list_jobs(guards, own),
        _cancel(guards, own),
        _events(guards, own),
        _queues(guards),
    ]


def _get_job(guards: Guards, own: list[Guard]) -> ControllerRouterHandler:
    @get(
        "/api/jobs/{job_id:uuid}",
        guards=own,
        tags=_TAGS,
        response_headers=_NO_STORE,
        responses={404: _UNKNOWN},
    )
    async def get_job(request: _Request, job_id: FromPath[UUID]) -> JobAnswer:
        """One job, with the time it may still take."""
        async with _pool(request).connection() as conn:
            row = await look.get(conn, job_id, user=guards.owner(request))
            left = None if row.finished else await look.eta(conn, row)
        return answers.job_answer(row, left)

    return get_job


def _list_jobs(guards: Guards, own: list[Guard]) -> ControllerRouterHandler:
    @get("/api/jobs", guards=own, tags=_TAGS, response_headers=_NO_STORE)
    async def list_jobs(
        request: _Request,
        status: Annotated[Status | None, QueryParameter()] = None,
        kind: Annotated[str | None, QueryParameter(max_length=100)] = None,
        queue: Annotated[str | None, QueryParameter(max_length=100)] = None,
        user: Annotated[
            int | None,
            QueryParameter(ge=0, le=2**63 - 1, description="Whose jobs; administrators see all."),
        ] = None,
        cursor: Annotated[
            UUID | None, QueryParameter(description="`nextCursor` of the page before.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> JobsAnswer:
        """Jobs, newest first. Who is no administrator sees their own."""
        only = guards.owner(request)
        if only is not None and user not in (None, only):
            return JobsAnswer([], None)
        async with _pool(request).connection() as conn:
            rows = await looking.list_jobs(
                conn,
                user=user if only is None else only,
                kind=kind,
                queue=queue,
                status=status,
                before=cursor,
                limit=limit + 1,
            )
        more = rows[limit - 1].id if len(rows) > limit else None
        return JobsAnswer([answers.job_answer(r) for r in rows[:limit]], more)

    return list_jobs


def _cancel(guards: Guards, own: list[Guard]) -> ControllerRouterHandler:
    @delete(
        "/api/jobs/{job_id:uuid}",
        guards=own,
        status_code=200,
        tags=_TAGS,
        response_headers=_NO_STORE,
        responses={404: _UNKNOWN, 409: _LATE},
    )
    async def cancel_job(request: _Request, job_id: FromPath[UUID]) -> JobAnswer:
        """Cancel a job. One that waits ends now, one that runs at its next sign of life."""
        async with _pool(request).connection() as conn:
            row = await look.cancel(conn, job_id, user=guards.owner(request))
        return answers.job_answer(row)

    return cancel_job


def _events(guards: Guards, own: list[Guard]) -> ControllerRouterHandler:
    @get(
        "/api/jobs/{job_id:uuid}/events",
        guards=own,
        tags=_TAGS,
        media_type=_EVENTS,
        exception_handlers={db.Error: _come_back, Unavailable: _come_back},
        responses={
            204: ResponseSpec(None, description="The client has seen the job's end."),
            404: _UNKNOWN,
        },
    )
    async def job_events(
        request: _Request,
        job_id: FromPath[UUID],
        seen: Annotated[int | None, HeaderParameter(name="last-event-id", required=False)] = None,
    ) -> Response[Any]:
        """State, step, progress and estimate as they change, until the job ends.

        Each event is named `job`, holds what `GET /api/jobs/{id}` answers, and has the job's
        version as its id. A client that reconnects with `Last-Event-ID` gets what is newer.
        """
        async with _pool(request).connection() as conn:
            row = await look.get(conn, job_id, user=guards.owner(request))
        after = -1 if seen is None else seen
        if row.finished and row.version <= after:
            # The one answer that keeps an EventSource from coming back.
            return Response(None, status_code=204, headers={"cache-control": "no-store"})
        return Stream(
            live.events(request.app.state, job_id, after),
            media_type=_EVENTS,
            headers=_STREAMED,
        )

    return job_events


def _come_back(request: _Request, error: db.Error | Unavailable) -> Response[Any]:
    """While the database is away: an empty stream. At a 503 an EventSource gives up for ever."""
    if isinstance(error, db.Error) and not db.is_away(error):
        answer: Response[Any] = request.app.exception_handlers[db.Error](request, error)
        return answer
    return Response(live.hello(), media_type=_EVENTS, headers=_STREAMED)


def _queues(guards: Guards) -> ControllerRouterHandler:
    @get("/api/queues", guards=[guards.admin], tags=_TAGS, response_headers=_NO_STORE)
    async def list_queues(request: _Request) -> list[QueueAnswer]:
        """Every queue now, with its attempts of the last 24 hours. Null: no data."""
        async with _pool(request).connection() as conn:
            return [answers.queue_answer(f) for f in await look.figures(conn)]

    return list_queues


def _pool(request: _Request) -> db.Pool:
    pool: db.Pool = request.app.state.pool
    return pool
