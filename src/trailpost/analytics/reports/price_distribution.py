"""What visitors were about to pay: how many sessions ended at which price."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure
from trailpost.analytics.rules.reports import Family, Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class PriceBar(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    price_from: Annotated[Decimal, figure("From", "The lowest price of the bar.", "eur")]
    price_to: Annotated[Decimal, figure("To", "The price at which the next bar begins.", "eur")]
    sessions: Annotated[
        int,
        figure("Sessions", "Configured sessions whose last total price lies in the bar.", "count"),
    ]
    converted: Annotated[
        int, figure("Conversions", "Those of them that reached converted.", "count")
    ]
    conversion_rate: Annotated[
        float | None, figure("Conversion rate", "Conversions, of the bar's sessions.", "percent")
    ]


class PriceFigures(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One row; prices are null when no session was configured."""

    sessions: Annotated[
        int,
        figure(
            "Configured sessions",
            "Sessions with at least one choice by the visitor and a known total price.",
            "count",
        ),
    ]
    lowest: Annotated[Decimal | None, figure("Lowest", "The lowest last total price.", "eur")]
    p10: Annotated[
        Decimal | None,
        figure("10th percentile", "The lowest price that at least 10 % do not exceed.", "eur"),
    ]
    median: Annotated[
        Decimal | None,
        figure("Median", "The lowest price that at least half do not exceed.", "eur"),
    ]
    average: Annotated[
        Decimal | None, figure("Average", "Last total price, averaged over the sessions.", "eur")
    ]
    p90: Annotated[
        Decimal | None,
        figure("90th percentile", "The lowest price that at least 90 % do not exceed.", "eur"),
    ]
    highest: Annotated[Decimal | None, figure("Highest", "The highest last total price.", "eur")]


FAMILY = Family(
    name="configured",
    metrics=(),
    close=(
        db.query(_REPORTS, "clear_configured"),
        db.query(_REPORTS, "close_configured"),
        db.query(_REPORTS, "close_abandoned"),
    ),
)

REPORT = Report(
    name="price_distribution",
    title="Price distribution",
    definition="Configured sessions by their last total price, in bars of one width.",
    asks=FilterAsks,
    row=PriceBar,
    sql=db.query(_REPORTS, "price_distribution", PriceBar, prepare=False),
    chart="distribution",
    parts=(
        Part(
            name="figures",
            title="Prices",
            definition="Exact over all configured sessions of the period.",
            row=PriceFigures,
            sql=db.query(_REPORTS, "price_distribution_figures", PriceFigures, prepare=False),
            chart="figures",
        ),
    ),
    families=(FAMILY,),
)
