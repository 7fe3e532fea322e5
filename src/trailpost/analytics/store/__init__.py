"""The only analytics code that runs SQL: rolling up, closing days, rebuilding, reporting."""

from trailpost.analytics.store.closing import (
    build_day,
    close_days,
    list_projects,
    open_days,
    required_categories,
    set_required_categories,
)
from trailpost.analytics.store.rebuilding import rebuild, verify
from trailpost.analytics.store.reporting import (
    answer,
    clean_days,
    find_project,
    last_write,
    one_moment,
)
from trailpost.analytics.store.rolling import roll_up

__all__ = [
    "answer",
    "build_day",
    "clean_days",
    "close_days",
    "find_project",
    "last_write",
    "list_projects",
    "one_moment",
    "open_days",
    "rebuild",
    "required_categories",
    "roll_up",
    "set_required_categories",
    "verify",
]
