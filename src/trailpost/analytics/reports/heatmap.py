"""When visitors come, and when those come who convert."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class WeekHour(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One hour of the week, over all weeks of the period."""

    weekday: Annotated[int, text("Weekday", "1 is Monday, 7 is Sunday.")]
    hour: Annotated[int, text("Hour", "Local hour, 0 to 23.")]
    sessions: Annotated[
        int, figure("Sessions", "Sessions of the period begun in that hour, added up.", "count")
    ]
    converted: Annotated[
        int, figure("Conversions", "Those of them that reached converted.", "count")
    ]
    conversion_rate: Annotated[
        float | None, figure("Conversion rate", "Conversions, of the hour's sessions.", "percent")
    ]


REPORT = Report(
    name="heatmap",
    title="Hours of the week",
    definition="Sessions by the local weekday and hour in which they began. All 168 hours: the "
    "one that clocks skip has less, the one they repeat has more.",
    asks=FilterAsks,
    row=WeekHour,
    sql=db.query(_REPORTS, "heatmap", WeekHour),
    filtered=db.query(_REPORTS, "heatmap_filtered", WeekHour, prepare=False),
    chart="heatmap",
)
