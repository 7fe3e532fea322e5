"""/admin/jobs: queues, jobs and schedules, what administrators do to them, and their stream."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get, post
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import access, db, jobs
from trailpost.base import clock
from trailpost.base.errors import NotFound
from trailpost.dashboard import templates
from trailpost.dashboard.http.hub import Fragments, Hub
from trailpost.dashboard.rules import jobs as rules
from trailpost.dashboard.rules.jobs import JobPage, JobsAsked, JobsView

_Request = Request[Any, Any, State]
_Looked = JobsAsked | UUID
"""The page of all jobs as somebody filters it, or one job's."""

_SIZE = 50
_EVENT_STREAM = {"cache-control": "no-store", "x-accel-buffering": "no"}


@get("/admin/jobs", include_in_schema=False)
async def jobs_page(request: _Request) -> Response[str]:
    view = await _jobs_view(request.app.state, rules.asked(request.query_params))
    user = access.current_user(request)
    return _page(templates.render("jobs", view=view, user=user, page="jobs"))


@get("/admin/jobs/{job_id:uuid}", include_in_schema=False)
async def job_page(request: _Request, job_id: FromPath[UUID]) -> Response[str]:
    view = await _job_view(request.app.state, job_id)
    user = access.current_user(request)
    return _page(templates.render("job", view=view, user=user, page="job"))


@get("/admin/live/jobs", include_in_schema=False)
async def live_jobs(request: _Request) -> Stream:
    return _stream(request, rules.asked(request.query_params))


@get("/admin/live/jobs/{job_id:uuid}", include_in_schema=False)
async def live_job(request: _Request, job_id: FromPath[UUID]) -> Stream:
    return _stream(request, job_id)


@post("/admin/jobs/{job_id:uuid}/cancel", include_in_schema=False)
async def cancel_job(request: _Request, job_id: FromPath[UUID]) -> Redirect:
    async with _pool(request.app.state).connection() as conn:
        await jobs.cancel(conn, job_id)
    return _see(f"/admin/jobs/{job_id}")


@post("/admin/jobs/{job_id:uuid}/retry", include_in_schema=False)
async def retry_job(request: _Request, job_id: FromPath[UUID]) -> Redirect:
    async with _pool(request.app.state).connection() as conn:
        await jobs.retry(conn, job_id)
    return _see(f"/admin/jobs/{job_id}")


@post("/admin/jobs/queues/{queue:str}/pause", include_in_schema=False)
async def pause_queue(request: _Request, queue: FromPath[str]) -> Redirect:
    async with _pool(request.app.state).connection() as conn:
        await jobs.pause(conn, queue)
    return await _back(request)


@post("/admin/jobs/queues/{queue:str}/resume", include_in_schema=False)
async def resume_queue(request: _Request, queue: FromPath[str]) -> Redirect:
    async with _pool(request.app.state).connection() as conn:
        await jobs.resume(conn, queue)
    return await _back(request)


@post("/admin/jobs/schedules/{kind:str}/run", include_in_schema=False)
async def run_now(request: _Request, kind: FromPath[str]) -> Redirect:
    declared = _declared(request.app.state).get(kind)
    if declared is None or declared.schedule is None:
        raise NotFound(f"no schedule is called {kind!r}")
    async with _pool(request.app.state).connection() as conn:
        made = await jobs.run_now(conn, declared)
    return _see(f"/admin/jobs/{made.id}")


def end_streams(state: State) -> None:
    found: Hub[_Looked] | None = state.get("jobs_hub")
    if found is not None:
        found.close()


async def _jobs_view(state: State, asked: JobsAsked) -> JobsView:
    async with db.transaction(_pool(state)) as conn:
        figures = await jobs.figures(conn)
        rows = await jobs.list_jobs(
            conn,
            status=asked.status or None,
            kind=asked.kind or None,
            queue=asked.queue or None,
            before=asked.before,
            limit=_SIZE + 1,
        )
        schedules = await jobs.schedules(conn)
    return rules.page(asked, figures, rows, schedules, _declared(state), clock.now(), _SIZE)


async def _job_view(state: State, job: UUID) -> JobPage:
    async with db.transaction(_pool(state)) as conn:
        row = await jobs.get(conn, job)
        eta = None if row.finished else await jobs.eta(conn, row)
        attempts = await jobs.history(conn, job)
        payload = await jobs.payload(conn, job)
    return rules.one(row, eta, attempts, payload, clock.now())


def _stream(request: _Request, looked: _Looked) -> Stream:
    events = _hub_of(request.app.state).subscribe(looked)
    return Stream(events, media_type="text/event-stream", headers=_EVENT_STREAM)


def _hub_of(state: State) -> Hub[_Looked]:
    """One for each web process, woken by what its one ear hears of jobs."""
    found: Hub[_Looked] | None = state.get("jobs_hub")
    if found is None:
        found = state["jobs_hub"] = Hub(partial(_heard, state), partial(_draw, state))
    return found


async def _heard(state: State) -> int:
    watch: jobs.Watch = state["jobs_watch"]
    return watch.heard


async def _draw(state: State, looked: _Looked) -> Fragments:
    if isinstance(looked, UUID):
        job = await _job_view(state, looked)
        return {f"job-{n}": templates.render(f"_job_{n}", view=job) for n in _JOB_PARTS}
    view = await _jobs_view(state, looked)
    return {name: templates.render(f"_{name}", view=view) for name in _PARTS}


_PARTS = ("queues", "jobs", "schedules")
_JOB_PARTS = ("state", "steps", "attempts", "facts")
"""Templates `_name.html`, each inside the element of that id."""


async def _back(request: _Request) -> Redirect:
    """To the page as it was filtered."""
    query = rules.asked(await request.form()).query
    return _see("/admin/jobs" + (f"?{query}" if query else ""))


def _see(path: str) -> Redirect:
    return Redirect(path, status_code=HTTP_303_SEE_OTHER, headers={"cache-control": "no-store"})


def _page(html: str) -> Response[str]:
    return Response(html, media_type=MediaType.HTML)


def _declared(state: State) -> dict[str, Any]:
    declared: dict[str, Any] = state["declared_jobs"]
    return declared


def _pool(state: State) -> db.Pool:
    pool: db.Pool = state.pool
    return pool
