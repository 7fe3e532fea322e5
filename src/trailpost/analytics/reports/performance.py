"""How fast the product is, and what our own processes cost: quantiles, never averages of them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from trailpost import db
from trailpost.analytics.rules.figures import OWN_UNIT, figure, in_own_unit, text
from trailpost.analytics.rules.reports import Chart, Family, Part, Report
from trailpost.analytics.wire import PeriodAsks

_REPORTS = "trailpost.analytics.reports"
_P50 = figure("Median", "Half of the measurements are at or below it, to within 1 %.", "ms")
_P75 = figure("p75", "75th percentile of the measurements, to within 1 %.", "ms")
_P95 = figure("p95", "95th percentile of the measurements, to within 1 %.", "ms")
_P99 = figure("p99", "99th percentile of the measurements, to within 1 %.", "ms")
_OWN_P50, _OWN_P75, _OWN_P95, _OWN_P99 = map(in_own_unit, (_P50, _P75, _P95, _P99))
_OWN_AVERAGE = figure("Average", "Sum of the measurements divided by their number.", OWN_UNIT)
_UNIT = text(
    "Unit",
    "What the values are in: ms; null for cls, a score without a unit. A metric of the product's "
    "own is taken for milliseconds: sums do not keep the unit it was sent with.",
)
_METRIC = text("Metric", "What was measured, as the product names it.", filters="metric")
_NEAR = "One within 2 % of the border may count on either side."
_REQUESTS = figure("Requests", "Requests our own server answered, of every project.", "count")
_FAILED = figure(
    "Error rate", "Requests answered with status 500 and above, of all of them.", "percent"
)


class PerformanceAsks(PeriodAsks, frozen=True, kw_only=True):
    """What the product measured, over days."""

    metric: (
        Annotated[
            str,
            Meta(max_length=200, description="One metric; default: the one measured most often."),
        ]
        | None
    ) = None
    endpoint: (
        Annotated[
            str,
            Meta(
                max_length=500,
                description="Over time, only measurements of this endpoint.",
            ),
        ]
        | None
    ) = None


class PerformanceStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One metric in one local day, or one hour of a short period."""

    starts_at: Annotated[datetime, text("Step", "When the local day, or the hour, begins.")]
    metric: Annotated[str, _METRIC]
    unit: Annotated[str | None, _UNIT]
    measurements: Annotated[
        int, figure("Measurements", "Measurements that happened in the step.", "count")
    ]
    p50: Annotated[float | None, _OWN_P50]
    p75: Annotated[float | None, _OWN_P75]
    p95: Annotated[float | None, _OWN_P95]
    p99: Annotated[float | None, _OWN_P99]
    average: Annotated[float | None, _OWN_AVERAGE]


class Metric(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One metric over the period."""

    metric: Annotated[str, _METRIC]
    unit: Annotated[str | None, _UNIT]
    measurements: Annotated[
        int, figure("Measurements", "Measurements that happened in the period.", "count")
    ]
    p50: Annotated[float, _OWN_P50]
    p75: Annotated[float, _OWN_P75]
    p95: Annotated[float, _OWN_P95]
    p99: Annotated[float, _OWN_P99]
    average: Annotated[float, _OWN_AVERAGE]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    endpoint: Annotated[str, text("Endpoint", "What was asked.", filters="endpoint")]
    metric: Annotated[str, _METRIC]
    unit: Annotated[str | None, _UNIT]
    measurements: Annotated[
        int, figure("Measurements", "Measurements that happened in the period.", "count")
    ]
    p50: Annotated[float, _OWN_P50]
    p95: Annotated[float, _OWN_P95]
    p99: Annotated[float, _OWN_P99]
    error_rate: Annotated[
        float | None,
        figure(
            "Error rate",
            "Measurements with a status of 500 and above, of those that name a status.",
            "percent",
        ),
    ]


class Vital(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One web vital; CLS has no unit, the others are milliseconds."""

    metric: Annotated[str, text("Web vital", "lcp, inp, cls, fcp or ttfb.")]
    unit: Annotated[str | None, text("Unit", "What the values are in: ms; null for cls, a score.")]
    measurements: Annotated[int, figure("Page views", "Page views that measured it.", "count")]
    good: Annotated[float, figure("Good", f"Those up to the border of good. {_NEAR}", "percent")]
    needs_improvement: Annotated[
        float, figure("Needs improvement", "Those between the borders.", "percent")
    ]
    poor: Annotated[float, figure("Poor", f"Those above the border of poor. {_NEAR}", "percent")]
    p75: Annotated[
        float,
        figure("p75", "75th percentile, to within 1 %: the value that is rated.", OWN_UNIT),
    ]
    rating: Annotated[str, text("Rating", "good, needs improvement or poor, by the p75.")]
    good_up_to: Annotated[float, figure("Good up to", "The border of good, by web.dev.", OWN_UNIT)]
    poor_above: Annotated[float, figure("Poor above", "The border of poor, by web.dev.", OWN_UNIT)]


class Route(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One route of our own server."""

    method: Annotated[str, text("Method", "The HTTP method.")]
    route: Annotated[str, text("Route", "The route's template.")]
    requests: Annotated[int, _REQUESTS]
    p50: Annotated[float | None, _P50]
    p95: Annotated[float | None, _P95]
    p99: Annotated[float | None, _P99]
    slowest: Annotated[float, figure("Slowest", "The slowest of them.", "ms")]
    error_rate: Annotated[float | None, _FAILED]


class Efficiency(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Our own server in one figure; null when nobody asked it anything."""

    requests: Annotated[int, _REQUESTS]
    p50: Annotated[float | None, _P50]
    p95: Annotated[float | None, _P95]
    error_rate: Annotated[float | None, _FAILED]
    apdex: Annotated[
        float | None,
        text(
            "Apdex",
            "Requests answered within 100 ms, plus half of those within 400 ms, less those that "
            "failed, divided by all; 0 at least. Times to within 2 %.",
        ),
    ]
    rating: Annotated[
        str | None,
        text(
            "Efficiency",
            "By the Apdex: excellent from 0.94, good from 0.85, fair from 0.70, poor from 0.50, "
            "else unacceptable.",
        ),
    ]


class Process(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One of our own processes; the databases are not among them."""

    process: Annotated[str, text("Process", "Role, host and process id.")]
    samples: Annotated[int, figure("Samples", "Samples in the period, one a minute.", "count")]
    first_seen: Annotated[datetime, text("First", "The first of them.")]
    last_seen: Annotated[datetime, text("Last", "The last of them.")]
    cpu_now: Annotated[
        float, figure("CPU", "Of one processor, in the minute before the last.", "percent")
    ]
    cpu_average: Annotated[float, figure("Average CPU", "Over the samples.", "percent")]
    cpu_highest: Annotated[float, figure("Highest CPU", "Of the samples.", "percent")]
    memory_now: Annotated[int, figure("Memory", "Resident memory at the last sample.", "bytes")]
    memory_highest: Annotated[int, figure("Highest memory", "Of the samples.", "bytes")]


class Database(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """PostgreSQL at this moment."""

    size_bytes: Annotated[int, figure("Size", "All tables and indexes.", "bytes")]
    connections: Annotated[int, figure("Connections", "Open at this moment.", "count")]
    cache_hit_rate: Annotated[
        float | None,
        figure(
            "Cache hits",
            "Pages found in PostgreSQL's own memory, of all it asked for since its start.",
            "percent",
        ),
    ]
    rollback_rate: Annotated[
        float | None,
        figure("Rollbacks", "Transactions taken back, of all since its start.", "percent"),
    ]
    deadlocks: Annotated[int, figure("Deadlocks", "Since its start.", "count")]
    oldest_transaction: Annotated[
        float | None,
        figure("Oldest transaction", "Age of the longest that runs at this moment.", "seconds"),
    ]


def _part(name: str, title: str, definition: str, row: type[msgspec.Struct]) -> Part:
    sql = db.query(_REPORTS, f"performance_{name}", row, prepare=False)
    chart: Chart = "figures" if name in ("efficiency", "database") else "table"
    return Part(name=name, title=title, definition=definition, row=row, sql=sql, chart=chart)


FAMILY = Family(
    name="timings",
    metrics=(),
    close=(db.query(_REPORTS, "clear_timings"), db.query(_REPORTS, "close_timings")),
)

REPORT = Report(
    name="performance",
    title="Performance over time",
    definition="Measurements of one metric by the time they happened. Quantiles come from sketches "
    "that add up over time, so they are those of all measurements, to within 1 %: of n in "
    "ascending order quantile q is the one at place q (n - 1) from 0, rounded down.",
    asks=PerformanceAsks,
    row=PerformanceStep,
    sql=db.query(_REPORTS, "performance", PerformanceStep, prepare=False),
    chart="lines",
    parts=(
        _part(
            "efficiency", "Efficiency", "Our own server over the period, every project.", Efficiency
        ),
        _part("vitals", "Web vitals", "What visitors' browsers measured.", Vital),
        _part("metrics", "Metrics", "Every metric over the period.", Metric),
        _part(
            "endpoints",
            "Slowest endpoints",
            "Measurements that name an endpoint, the highest p95 first.",
            Endpoint,
        ),
        _part(
            "routes",
            "Our own routes",
            "What our server answered, the most time spent first.",
            Route,
        ),
        _part("processes", "Processes", "What our own processes used.", Process),
        _part("database", "Database", "PostgreSQL at this moment.", Database),
    ),
    families=(FAMILY,),
)
