"""Every report, in dashboard order. To add one: a module and its statement here, a line below."""

from __future__ import annotations

from trailpost.analytics.reports import ledger, options, overview, real_time, user_journey
from trailpost.analytics.rules.reports import Report
from trailpost.base.errors import NotFound

REPORTS: dict[str, Report] = {
    module.REPORT.name: module.REPORT
    for module in (overview, real_time, options, user_journey, ledger)
}


def find_report(name: str) -> Report:
    found = REPORTS.get(name)
    if found is None:
        raise NotFound(f"no report is named {name!r}; there are {', '.join(REPORTS)}")
    return found
