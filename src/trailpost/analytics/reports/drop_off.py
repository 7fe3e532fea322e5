"""Where sessions that did not convert stopped, and what the price was at that moment."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"
_CATEGORY = text(
    "Last choice",
    "The category of the last choice that the visitor made; none: no choice was made.",
)
_AVERAGE = figure(
    "Average price",
    "Total price right after the last choice, averaged over the sessions in which the choice "
    "named it.",
    "eur",
)
_MEDIAN = figure("Median price", "The median of those prices, to within 1 %.", "eur")


class DropOff(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One category in which sessions stopped."""

    category: Annotated[str | None, _CATEGORY]
    sessions: Annotated[
        int,
        figure(
            "Sessions", "Sessions that have not converted and whose last choice it was.", "count"
        ),
    ]
    share: Annotated[
        float | None,
        figure("Share", "Those, of all sessions that have not converted.", "percent"),
    ]
    average_price: Annotated[Decimal | None, _AVERAGE]
    median_price: Annotated[float | None, _MEDIAN]


class DropOffOption(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One option at which sessions stopped."""

    category: Annotated[str, _CATEGORY]
    value: Annotated[
        str | None,
        text("Option", "What the last choice chose; none: it took the choice back."),
    ]
    option: Annotated[
        str | None,
        text(
            "As a filter",
            "category:value, as filters take it.",
            filters="option",
        ),
    ]
    sessions: Annotated[
        int,
        figure(
            "Sessions", "Sessions that have not converted and whose last choice it was.", "count"
        ),
    ]
    share: Annotated[
        float | None,
        figure("Share", "Those, of the sessions that stopped in the category.", "percent"),
    ]
    average_price: Annotated[Decimal | None, _AVERAGE]
    median_price: Annotated[float | None, _MEDIAN]


class _Told(DropOffOption, frozen=True, rename="camel"):
    """Of a category it has no value."""

    part: str


FAMILY = Family(
    name="drop_off",
    metrics=("drop_off", "drop_off_no_choice"),
    close=(db.query(_REPORTS, "close_drop_off"),),
    hours=(db.query(_REPORTS, "close_drop_off_hour"),),
)

_STOPPED = db.query(_REPORTS, "drop_off", _Told, prepare=False)

REPORT = Report(
    name="drop_off",
    title="Drop-off",
    definition="Sessions that began in the period and have not converted as things stand, by the "
    "category of the last choice that the visitor made. At most 1,000 categories, the most "
    "frequent ones first.",
    asks=FilterAsks,
    row=DropOff,
    sql=_STOPPED,
    chart="bars",
    parts=(
        Part(
            name="options",
            title="Drop-off by option",
            definition="The same by option; at most 1,000, the most frequent ones first.",
            row=DropOffOption,
            sql=_STOPPED,
        ),
    ),
    families=(FAMILY,),
)
