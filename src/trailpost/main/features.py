"""The one list of features. Imported by the roles that need them, not by the command line."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from trailpost.base.feature import Feature
from trailpost.base.settings import Settings

if TYPE_CHECKING:
    from trailpost import tracking


@functools.cache
def features() -> tuple[Feature, ...]:
    """Every feature, in the order of the arrow: data flows from the first to the last."""
    from trailpost import access, alerts, analytics, dashboard, issues, jobs, tracking
    from trailpost.apps import houses

    return (
        jobs.FEATURE,
        access.FEATURE,
        tracking.FEATURE,
        analytics.FEATURE,
        issues.FEATURE,
        alerts.FEATURE,
        dashboard.FEATURE,
        houses.FEATURE,
    )


def declared_jobs() -> dict[str, Any]:
    """Every feature's background work, by its kind."""
    return {job.kind: job for feature in features() for job in feature.jobs}


def eraser(settings: Settings) -> tracking.Eraser:
    """What erases sessions, and all that any feature made of them."""
    from trailpost import tracking

    return tracking.Eraser(settings, [hook for f in features() for hook in f.on_erase])


def write_hooks() -> list[Callable[..., Awaitable[None]]]:
    """What runs in the writer's transaction, after a batch is stored."""
    return [hook for feature in features() for hook in feature.on_write]
