"""What visitors choose, keep and take back."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import PeriodAsks


class Option(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One option: a value in a category."""

    category: Annotated[str, text("Category", "What is chosen.")]
    value: Annotated[str, text("Option", "As what it is chosen.")]
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
    share: Annotated[
        float | None,
        figure("Share", "Kept, of the sessions that kept any option of the category.", "percent"),
    ]
    decided: Annotated[
        int,
        figure("Decided", "Sessions that kept any option of the category.", "count"),
    ]


REPORT = Report(
    name="options",
    title="Options",
    definition="Choices that visitors made themselves, in sessions that began in the period. "
    "At most 1,000 options, the most kept ones of the most decided categories first.",
    asks=PeriodAsks,
    row=Option,
    sql=db.query("trailpost.analytics.reports", "options", Option),
    chart="table",
)
