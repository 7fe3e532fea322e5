"""The owner's pages and their live stream; behind a login, all of them."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.dashboard.http import errors, jobs, live, pages

ROUTES: tuple[ControllerRouterHandler, ...] = (
    pages.icon,
    Router(
        "/",
        route_handlers=[pages.root, pages.overview_page, pages.journey_page, live.live],
        guards=[access.require_user],
        after_request=errors.security_headers,
    ),
    Router(
        "/",
        route_handlers=[
            jobs.jobs_page,
            jobs.job_page,
            jobs.live_jobs,
            jobs.live_job,
            jobs.cancel_job,
            jobs.retry_job,
            jobs.pause_queue,
            jobs.resume_queue,
            jobs.run_now,
        ],
        guards=[access.require_admin],
        after_request=errors.security_headers,
    ),
)
