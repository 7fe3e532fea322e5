"""In which order visitors go through the categories, and where they go back."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Path(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One order of categories."""

    path: Annotated[
        list[str] | None,
        text(
            "Path",
            "Categories in the order of the visitor's first choice in each, the first 8 of them, "
            "names to 50 characters; between equal times, by name. None: all other paths.",
        ),
    ]
    paths: Annotated[int, figure("Paths", "How many paths the row stands for.", "count")]
    sessions: Annotated[int, figure("Sessions", "Sessions that took the path.", "count")]
    share: Annotated[
        float | None,
        figure("Share", "Those, of the sessions with a choice by the visitor.", "percent"),
    ]
    converted: Annotated[
        int, figure("Conversions", "Those of them that reached converted.", "count")
    ]
    conversion_rate: Annotated[
        float | None,
        figure("Conversion rate", "Conversions, of the sessions that took the path.", "percent"),
    ]
    duration: Annotated[
        float | None,
        figure(
            "Duration",
            "Median, to within 1 %, of the time from a session's first event to its last. Not "
            "known of the other paths.",
            "seconds",
        ),
    ]


class Link(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """From one category to the next."""

    step: Annotated[
        int, figure("Step", "The place of the category in the path, from 1 to 7.", "count")
    ]
    category: Annotated[str, text("From", "The category in that place.")]
    next_category: Annotated[str, text("To", "The category that was begun next.")]
    sessions: Annotated[int, figure("Sessions", "Sessions that went so.", "count")]


class Begun(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One category, wherever it stands in a path."""

    category: Annotated[str, text("Category", "What was chosen.")]
    sessions: Annotated[
        int, figure("Sessions", "Sessions with a choice in it by the visitor.", "count")
    ]
    seconds_since_previous: Annotated[
        float | None,
        figure(
            "Time since the previous",
            "Median, to within 1 %, of the time from the first choice in the category before it "
            "in the session's path, or from the session's beginning, to the first choice in it.",
            "seconds",
        ),
    ]
    came_back: Annotated[
        int,
        figure(
            "Came back",
            "Those sessions whose last choice in it came after the first choice in the category "
            "that was begun next.",
            "count",
        ),
    ]
    came_back_rate: Annotated[
        float | None, figure("Came back", "Those, of the sessions with a choice in it.", "percent")
    ]


class _Told(msgspec.Struct, frozen=True, kw_only=True):
    """A path, a link or a category."""

    part: str
    path: list[str] | None
    paths: int | None
    sessions: int
    share: float | None
    converted: int | None
    conversion_rate: float | None
    duration: float | None
    step: int | None
    category: str | None
    next_category: str | None
    seconds_since_previous: float | None
    came_back: int | None
    came_back_rate: float | None


FAMILY = Family(
    name="journeys",
    metrics=("journey_path", "journey_time", "journey_link", "journey_category"),
    close=(db.query(_REPORTS, "close_journeys"),),
    hours=(db.query(_REPORTS, "close_journeys_hour"),),
)

_JOURNEYS = db.query(_REPORTS, "journeys", _Told, prepare=False)

REPORT = Report(
    name="journeys",
    title="Journeys",
    definition="The orders in which visitors went through the categories, in sessions that began "
    "in the period and hold a choice by the visitor: the 50 most frequent, and all others in one "
    "row.",
    asks=FilterAsks,
    row=Path,
    sql=_JOURNEYS,
    chart="table",
    parts=(
        Part(
            name="links",
            title="From category to category",
            definition="The steps of those paths; at most 1,000, the most frequent ones first.",
            row=Link,
            sql=_JOURNEYS,
            chart="flow",
        ),
        Part(
            name="categories",
            title="Categories on the way",
            definition="How long each takes to begin, and how often visitors come back to it. At "
            "most 1,000, the most chosen ones first.",
            row=Begun,
            sql=_JOURNEYS,
        ),
    ),
    families=(FAMILY,),
)
