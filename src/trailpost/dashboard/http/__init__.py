"""The owner's pages and their live stream; behind a login, all of them."""

from __future__ import annotations

from litestar import Router
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.dashboard.http import (
    errors,
    issues,
    jobs,
    kept,
    live,
    pages,
    sections,
    settings,
    shared,
    values,
)

ROUTES: tuple[ControllerRouterHandler, ...] = (
    pages.icon,
    Router(
        "/",
        route_handlers=[
            pages.root,
            pages.journey_page,
            sections.section_page,
            kept.kept_page,
            values.values_page,
            live.live,
            issues.issues_page,
            issues.issue_page,
        ],
        guards=[access.require_user],
        after_request=errors.security_headers,
    ),
    Router(
        "/",
        route_handlers=[shared.shared_page, shared.shared_live],
        after_request=errors.security_headers,
    ),
    Router(
        "/",
        route_handlers=[kept.save_view, kept.delete_view],
        guards=[access.require_self],
        after_request=errors.security_headers,
    ),
    Router(
        "/",
        route_handlers=[
            settings.require_categories,
            settings.funnel_form,
            settings.add_funnel,
            settings.delete_funnel,
            settings.order_export,
            kept.annotate,
            kept.change_note,
            kept.delete_note,
            kept.share,
            kept.revoke_link,
            pages.erase_session,
            jobs.jobs_page,
            jobs.job_page,
            jobs.live_jobs,
            jobs.live_job,
            jobs.cancel_job,
            jobs.retry_job,
            jobs.pause_queue,
            jobs.resume_queue,
            jobs.run_now,
            issues.change_issue,
        ],
        guards=[access.require_admin],
        after_request=errors.security_headers,
    ),
)
