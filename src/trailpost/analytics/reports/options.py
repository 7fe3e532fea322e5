"""What visitors choose, keep and take back, and how long they take to decide."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"
_WILSON = (
    "bound of the 95 % interval of the keep rate, by Wilson's formula: how far chance alone may "
    "have moved it."
)
_DECISION = (
    "of the decision time over the sessions that kept the option: from the session's latest first "
    "choice in another category before, or its beginning, to its first choice in this category, "
    "whichever option that was."
)


class Option(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One option: a value in a category."""

    category: Annotated[str, text("Category", "What is chosen.")]
    value: Annotated[
        str | None,
        text("Option", "As what it is chosen; none: the category was seen, and nobody chose."),
    ]
    option: Annotated[
        str | None,
        text(
            "As a filter",
            "category:value, as filters take it.",
            filters="option",
        ),
    ]
    exposed: Annotated[
        int,
        figure(
            "Exposed",
            "Sessions in which any interaction or choice, whoever made it, named the category. "
            "How the tracker says that a page was left (category page) is none.",
            "count",
        ),
    ]
    chosen: Annotated[
        int,
        figure(
            "Chosen",
            "Sessions in which the visitor chose it at least once. A default, a reset, a shared "
            "link or a constraint is nobody's choice.",
            "count",
        ),
    ]
    kept: Annotated[
        int,
        figure(
            "Kept",
            "Those of them whose last choice in the category it was, as far as known.",
            "count",
        ),
    ]
    switched_away: Annotated[
        int,
        figure(
            "Switched away",
            "Those of them whose last choice in the category was another, or to have none.",
            "count",
        ),
    ]
    keep_rate: Annotated[
        float | None, figure("Keep rate", "Kept, of the sessions that chose it.", "percent")
    ]
    keep_rate_low: Annotated[float | None, figure("At least", f"Lower {_WILSON}", "percent")]
    keep_rate_high: Annotated[float | None, figure("At most", f"Upper {_WILSON}", "percent")]
    share: Annotated[
        float | None,
        figure("Share", "Kept, of the sessions that kept any option of the category.", "percent"),
    ]
    decided: Annotated[
        int,
        figure("Decided", "Sessions that kept any option of the category.", "count"),
    ]
    decision_seconds: Annotated[
        float | None,
        figure("Decision time", f"Median, to within 1 %, {_DECISION}", "seconds"),
    ]
    decision_seconds_p90: Annotated[
        float | None,
        figure("Slow decisions", f"90th percentile, to within 1 %, {_DECISION}", "seconds"),
    ]


FAMILY = Family(
    name="options",
    metrics=("option", "option_exposed"),
    close=(db.query(_REPORTS, "close_options"),),
    hours=(db.query(_REPORTS, "close_options_hour"),),
)

REPORT = Report(
    name="options",
    title="Options",
    definition="Choices that visitors made themselves, in sessions that began in the period. "
    "At most 1,000 options, the most kept ones of the most decided categories first.",
    asks=FilterAsks,
    row=Option,
    sql=db.query(_REPORTS, "options", Option, prepare=False),
    chart="table",
    families=(FAMILY,),
)
