"""Whether there are more of them: week by week, and month by month."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks, RangeName

_REPORTS = "trailpost.analytics.reports"


class GrowthAsks(FilterAsks, frozen=True, kw_only=True):
    """Weeks are few in 30 days."""

    default_range: ClassVar[RangeName] = "90d"


def _change(title: str) -> Meta:
    return figure(
        f"{title}, change",
        "Change to the step before. Null: that had none, or one of the two is not whole.",
        "percent",
    )


class GrowthStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One local week or month."""

    starts_at: Annotated[datetime, text("Step", "When the local week (on Monday) or month begins.")]
    is_whole: Annotated[
        bool, text("Whole", "Whether all of it lies in the period, and has passed.")
    ]
    sessions: Annotated[
        int, figure("Sessions", "Sessions begun in the step, within the period.", "count")
    ]
    sessions_change: Annotated[float | None, _change("Sessions")]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors counted once per UTC day, in the step in which they came first that day, "
            "and added up.",
            "count",
        ),
    ]
    visitors_change: Annotated[float | None, _change("Visitors")]
    converted: Annotated[
        int, figure("Conversions", "Those sessions that reached converted.", "count")
    ]
    converted_change: Annotated[float | None, _change("Conversions")]
    configured_value: Annotated[
        Decimal,
        figure(
            "Configured value",
            "Last known total price, added up over those sessions with at least one choice by "
            "the visitor.",
            "eur",
        ),
    ]
    configured_value_change: Annotated[float | None, _change("Configured value")]


REPORT = Report(
    name="growth",
    title="Growth",
    definition="Each local week of the period, with its change to the week before in percent. "
    "Range if none is given: 90d.",
    asks=GrowthAsks,
    row=GrowthStep,
    sql=db.query(_REPORTS, "growth", GrowthStep, prepare=False),
    chart="lines",
    parts=(
        Part(
            name="months",
            title="By month",
            definition="The same by local month.",
            row=GrowthStep,
            sql=db.query(_REPORTS, "growth_months", GrowthStep, prepare=False),
            chart="lines",
        ),
    ),
)
