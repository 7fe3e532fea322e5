"""What visitors put together most often, and whether they took it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class PopularAsks(FilterAsks, frozen=True, kw_only=True):
    """How many configurations are shown by name."""

    limit: Annotated[
        int, Meta(ge=1, le=1000, description="Rows before the one for all others.")
    ] = 20


class PopularConfiguration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One configuration, or all that are not shown by themselves."""

    configuration_hash: Annotated[
        str | None,
        text(
            "Configuration",
            "SHA-256 of the sorted JSON of what was chosen and how many, volatile keys removed. "
            "None: all other configurations together.",
        ),
    ]
    configuration: Annotated[
        dict[str, Any] | None,
        text("Choices", "The configuration as the latest of its sessions sent it."),
    ]
    configurations: Annotated[
        int,
        figure("Configurations", "Different configurations in the row: 1, or the tail's.", "count"),
    ]
    sessions: Annotated[
        int,
        figure(
            "Sessions",
            "Sessions with at least one choice by the visitor whose last snapshot is this "
            "configuration.",
            "count",
        ),
    ]
    share: Annotated[
        float, figure("Share", "Those sessions, of all that ended in a configuration.", "percent")
    ]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors of those sessions, counted once per local day and "
            "configuration and added up.",
            "count",
        ),
    ]
    complete: Annotated[
        int,
        figure(
            "Complete",
            "Those of the sessions in which the visitor decided every required category; where "
            "none is required, that reached completed.",
            "count",
        ),
    ]
    converted: Annotated[
        int, figure("Conversions", "Those of the sessions that reached converted.", "count")
    ]
    conversion_rate: Annotated[
        float, figure("Conversion rate", "Conversions, of the row's sessions.", "percent")
    ]
    lowest_price: Annotated[
        Decimal | None, figure("Lowest price", "The lowest last total price among them.", "eur")
    ]
    average_price: Annotated[
        Decimal | None,
        figure("Average price", "Last total price, averaged over those that name one.", "eur"),
    ]
    highest_price: Annotated[
        Decimal | None, figure("Highest price", "The highest last total price among them.", "eur")
    ]
    last_selected: Annotated[
        datetime, text("Last", "When the last snapshot of it among those sessions happened.")
    ]
    trend: Annotated[
        list[int],
        text("Trend", "Sessions in each step of the period: local days, or hours of a short one."),
    ]


FAMILY = Family(
    name="configurations",
    metrics=(),
    close=(db.query(_REPORTS, "close_configurations"),),
)

REPORT = Report(
    name="popular_configurations",
    title="Popular configurations",
    definition="Final configurations of the period's sessions, the most frequent first; the last "
    "row holds all others. Sessions in which only defaults stood are not among them.",
    asks=PopularAsks,
    row=PopularConfiguration,
    sql=db.query(_REPORTS, "popular_configurations", PopularConfiguration, prepare=False),
    chart="bars",
    families=(FAMILY,),
)
