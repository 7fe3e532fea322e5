"""How the configured price moves from day to day, and from price list to price list."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.reports.price_distribution import FAMILY
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class PriceStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One local day, or one hour of a short period. Prices are those of configured sessions."""

    starts_at: Annotated[datetime, text("Step", "When the local day, or the hour, begins.")]
    sessions: Annotated[
        int,
        figure(
            "Configured sessions",
            "Sessions begun in the step with at least one choice by the visitor and a known "
            "total price.",
            "count",
        ),
    ]
    average: Annotated[
        Decimal | None, figure("Average price", "Their last total price, averaged.", "eur")
    ]
    median: Annotated[
        Decimal | None,
        figure("Median price", "The lowest price that at least half do not exceed.", "eur"),
    ]
    p10: Annotated[
        Decimal | None,
        figure("10th percentile", "The lowest price that at least 10 % do not exceed.", "eur"),
    ]
    p90: Annotated[
        Decimal | None,
        figure("90th percentile", "The lowest price that at least 90 % do not exceed.", "eur"),
    ]
    total: Annotated[
        Decimal, figure("Configured value", "Their last total price, added up.", "eur")
    ]


class PriceVersion(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Sessions whose last price came from one price list."""

    version: Annotated[
        str | None,
        text("Price list", "The version the last price named.", filters="priceList"),
    ]
    sessions: Annotated[int, figure("Configured sessions", "As above, of this list.", "count")]
    first_seen: Annotated[datetime, text("First", "When the first of them began.")]
    last_seen: Annotated[datetime, text("Last", "When the last of them began.")]
    average: Annotated[Decimal, figure("Average price", "Last total price, averaged.", "eur")]
    median: Annotated[
        Decimal,
        figure("Median price", "The lowest price that at least half do not exceed.", "eur"),
    ]
    conversion_rate: Annotated[
        float, figure("Conversion rate", "Those that reached converted, of them.", "percent")
    ]


REPORT = Report(
    name="price_evolution",
    title="Price over time",
    definition="Last total price of configured sessions, by the local day on which they began; "
    "by hour when the period is two days at most.",
    asks=FilterAsks,
    row=PriceStep,
    sql=db.query(_REPORTS, "price_evolution", PriceStep, prepare=False),
    chart="lines",
    parts=(
        Part(
            name="versions",
            title="By price list",
            definition="The same sessions by the price list their last price names.",
            row=PriceVersion,
            sql=db.query(_REPORTS, "price_evolution_versions", PriceVersion, prepare=False),
        ),
    ),
    families=(FAMILY,),
)
