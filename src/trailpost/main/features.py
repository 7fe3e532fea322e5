"""The one list of features. Imported by the roles that need them, not by the command line."""

from __future__ import annotations

import functools

from trailpost.base.feature import Feature


@functools.cache
def features() -> tuple[Feature, ...]:
    """Every feature, in the order of the arrow: data flows from the first to the last."""
    from trailpost import access, analytics, dashboard, tracking

    return (access.FEATURE, tracking.FEATURE, analytics.FEATURE, dashboard.FEATURE)
