"""The only analytics code that runs SQL: rolling up, closing days, rebuilding, reporting."""

from trailpost.analytics.store.checking import WholeLedger, counted, spooled, whole_ledger
from trailpost.analytics.store.closing import (
    build_day,
    close_days,
    list_projects,
    open_days,
    required_categories,
    set_required_categories,
    suggest_required_categories,
)
from trailpost.analytics.store.exporting import begin_export, expected_rows, exported_rows
from trailpost.analytics.store.funnels import (
    FunnelRow,
    add_funnel,
    change_funnel,
    delete_funnel,
    find_funnel,
    list_funnels,
)
from trailpost.analytics.store.hours import close_hours
from trailpost.analytics.store.rebuilding import rebuild, verify
from trailpost.analytics.store.reporting import (
    answer,
    answered_rows,
    clean_days,
    clean_hours,
    find_project,
    last_write,
    moment,
)
from trailpost.analytics.store.rolling import roll_up, unrolled
from trailpost.analytics.store.sampling import add_process_sample, purge_process_samples

__all__ = [
    "add_process_sample",
    "FunnelRow",
    "WholeLedger",
    "add_funnel",
    "change_funnel",
    "delete_funnel",
    "find_funnel",
    "list_funnels",
    "answer",
    "answered_rows",
    "begin_export",
    "build_day",
    "clean_days",
    "clean_hours",
    "counted",
    "close_days",
    "close_hours",
    "expected_rows",
    "exported_rows",
    "find_project",
    "last_write",
    "list_projects",
    "moment",
    "open_days",
    "purge_process_samples",
    "rebuild",
    "required_categories",
    "roll_up",
    "set_required_categories",
    "spooled",
    "suggest_required_categories",
    "unrolled",
    "verify",
    "whole_ledger",
]
