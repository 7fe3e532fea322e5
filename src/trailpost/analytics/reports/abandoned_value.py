"""What visitors configured and left: what may still come, what went, what came back."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.reports.price_distribution import FAMILY
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class AbandonedValue(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Visitors in one state; each is in one at most."""

    state: Annotated[
        str,
        text(
            "State",
            "Of the visitor's configured sessions begun in the period, open: none converted, the "
            "last event of one is no older than the idle time (30 minutes unless set otherwise). "
            "abandoned: none converted, all are idle. recovered: one converted that began after "
            "one that did not.",
        ),
    ]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors with a configured session in the period: a choice by the visitor and a "
            "total price above 0. Whoever gave no lasting id is another visitor each UTC day.",
            "count",
        ),
    ]
    value: Annotated[
        Decimal,
        figure(
            "Value",
            "Last total price of each visitor's last configured session, added up; for recovered "
            "ones that of the last session that converted.",
            "eur",
        ),
    ]
    average_value: Annotated[
        Decimal | None, figure("Average value", "Value divided by visitors.", "eur")
    ]
    share: Annotated[
        float | None, figure("Share", "Visitors, of those in the three states.", "percent")
    ]


REPORT = Report(
    name="abandoned_value",
    title="Abandoned value",
    definition="What visitors configured and did not take, once per visitor. Those who converted "
    "without having left a configuration before are in no state.",
    asks=FilterAsks,
    row=AbandonedValue,
    sql=db.query(_REPORTS, "abandoned_value", AbandonedValue, prepare=False),
    chart="bars",
    families=(FAMILY,),
)
