"""Whether visitors come back: of those who let themselves be recognised, week by week."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks, RangeName

_REPORTS = "trailpost.analytics.reports"


class RetentionAsks(FilterAsks, frozen=True, kw_only=True):
    """Cohorts need some weeks behind them."""

    default_range: ClassVar[RangeName] = "90d"


class Cohort(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One cohort, so many weeks later."""

    starts_at: Annotated[
        datetime, text("Cohort", "The Monday that begins the local week of the first session.")
    ]
    size: Annotated[
        int,
        figure(
            "Visitors",
            "Recognised visitors whose first session known lies in that week and in the period.",
            "count",
        ),
    ]
    weeks_later: Annotated[int, text("Week", "0 is the cohort's own week, 8 the eighth after it.")]
    returned: Annotated[
        int | None,
        figure(
            "Came back",
            "Those of them with a session in that local week, the period's end aside. Null: the "
            "week has not begun.",
            "count",
        ),
    ]
    share: Annotated[
        float | None, figure("Share", "Those who came back, of the cohort.", "percent")
    ]


class Known(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One row."""

    sessions: Annotated[int, figure("Sessions", "Sessions begun in the period.", "count")]
    recognised: Annotated[
        int,
        figure(
            "Recognised sessions",
            "Those of a visitor with an id that outlives the day, given with consent. Of others "
            "nobody can say whether they came back.",
            "count",
        ),
    ]
    share: Annotated[
        float | None,
        figure("Recognised", "Recognised sessions, of all sessions of the period.", "percent"),
    ]


REPORT = Report(
    name="retention",
    title="Retention",
    definition="Recognised visitors by the local week of their first session, and how many of them "
    "had a session so many weeks later. Filters are about that first session. Range if none is "
    "given: 90d.",
    asks=RetentionAsks,
    row=Cohort,
    sql=db.query(_REPORTS, "retention", Cohort, prepare=False),
    chart="cohorts",
    parts=(
        Part(
            name="known",
            title="Recognised sessions",
            definition="For how many sessions the cohorts speak: one row.",
            row=Known,
            sql=db.query(_REPORTS, "retention_known", Known),
            filtered=db.query(_REPORTS, "retention_known_filtered", Known, prepare=False),
            chart="figures",
        ),
    ),
)
