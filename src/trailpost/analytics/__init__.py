"""Sums over stored events, and the reports that read them."""

from trailpost.analytics import http, jobs
from trailpost.analytics.exports import EXPORTS, Output, Written, export, whole_file
from trailpost.analytics.http.encode import as_csv, as_json, csv_head, csv_lines
from trailpost.analytics.http.exports import order as order_export
from trailpost.analytics.http.exports import ordered as ordered_exports
from trailpost.analytics.reports import REPORTS, every_row, run_report
from trailpost.analytics.rules.chosen import option_of, option_text
from trailpost.analytics.rules.exports import FORMATS, Table
from trailpost.analytics.rules.exports import file_name as export_file_name
from trailpost.analytics.rules.ledger import Balance, balance
from trailpost.analytics.rules.periods import Period, Span, zone_names
from trailpost.analytics.rules.rebuilding import Difference
from trailpost.analytics.rules.reports import Part, Queue, Report, ReportAnswer, definitions
from trailpost.analytics.store import (
    add_funnel,
    add_process_sample,
    delete_funnel,
    find_project,
    last_write,
    list_funnels,
    moment,
    rebuild,
    required_categories,
    roll_up,
    set_required_categories,
    suggest_required_categories,
    unrolled,
    verify,
)
from trailpost.analytics.wire import Definition, ExportAnswer, ExportAsks, FunnelAdded
from trailpost.base.feature import Feature

__all__ = [
    "EXPORTS",
    "FEATURE",
    "FORMATS",
    "REPORTS",
    "Balance",
    "Definition",
    "Difference",
    "ExportAnswer",
    "ExportAsks",
    "FunnelAdded",
    "Output",
    "Part",
    "Period",
    "Queue",
    "Report",
    "ReportAnswer",
    "Span",
    "Table",
    "Written",
    "add_funnel",
    "add_process_sample",
    "as_csv",
    "as_json",
    "balance",
    "csv_head",
    "csv_lines",
    "definitions",
    "delete_funnel",
    "every_row",
    "export",
    "export_file_name",
    "find_project",
    "last_write",
    "list_funnels",
    "moment",
    "option_of",
    "option_text",
    "order_export",
    "ordered_exports",
    "rebuild",
    "required_categories",
    "roll_up",
    "run_report",
    "set_required_categories",
    "suggest_required_categories",
    "unrolled",
    "verify",
    "whole_file",
    "zone_names",
]

FEATURE = Feature(
    name="analytics",
    tables=frozenset(
        {
            "rollup_sessions",
            "rollup_events",
            "rollup_timings",
            "report_settings",
            "closed_days",
            "built_days",
            "daily_analytics",
            "closed_hours",
            "built_hours",
            "hour_analytics",
            "configured_sessions",
            "configured_prices",
            "abandoned_days",
            "configuration_days",
            "popular_configurations",
            "timing_days",
            "process_samples",
            "funnels",
        }
    ),
    routes=(http.routes, http.admin_routes, http.export_routes, http.funnel_routes),
    on_write=(roll_up,),
    on_erase=(unrolled,),
    jobs=jobs.JOBS,
)
