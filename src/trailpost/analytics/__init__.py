"""Sums over stored events, and the reports that read them."""

from trailpost.analytics import http, jobs
from trailpost.analytics.http.encode import as_csv, as_json
from trailpost.analytics.reports import REPORTS, run_report
from trailpost.analytics.rules.ledger import Balance, balance
from trailpost.analytics.rules.periods import Period, Span, zone_names
from trailpost.analytics.rules.rebuilding import Difference
from trailpost.analytics.rules.reports import Part, Report, ReportAnswer, definitions
from trailpost.analytics.store import last_write, rebuild, roll_up, verify
from trailpost.analytics.wire import Definition
from trailpost.base.feature import Feature

__all__ = [
    "FEATURE",
    "REPORTS",
    "Balance",
    "Definition",
    "Difference",
    "Part",
    "Period",
    "Report",
    "ReportAnswer",
    "Span",
    "as_csv",
    "as_json",
    "balance",
    "definitions",
    "last_write",
    "rebuild",
    "roll_up",
    "run_report",
    "verify",
    "zone_names",
]

FEATURE = Feature(
    name="analytics",
    tables=frozenset({"rollup_sessions", "rollup_events", "rollup_options", "rollup_timings"}),
    routes=(http.routes,),
    on_write=(roll_up,),
    jobs=jobs.JOBS,
)
