"""Which pages are seen, which ones visitors come in by, and which ones they leave from."""

from __future__ import annotations

from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Page(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    path: Annotated[
        str,
        text(
            "Page",
            "Path of the address, to 500 characters: without host, query and fragment, but for a "
            "fragment that is a path itself (#/…).",
        ),
    ]
    views: Annotated[
        int,
        figure(
            "Page views",
            "Page views in the period, whenever their session began. Left out are those of a "
            "device whose clock was more than a day off.",
            "count",
        ),
    ]
    sessions: Annotated[
        int,
        figure(
            "Sessions",
            "Sessions with such a view, counted once per local day and page and added up.",
            "count",
        ),
    ]
    entries: Annotated[
        int, figure("Entries", "Sessions begun in the period whose first page it is.", "count")
    ]
    exits: Annotated[
        int,
        figure(
            "Exits", "Sessions begun in the period whose last page it is, as far as known.", "count"
        ),
    ]
    exit_rate: Annotated[
        float | None, figure("Exit rate", "Exits, in proportion to the page views.", "percent")
    ]
    median_seconds: Annotated[
        float | None,
        figure(
            "Time on page",
            "Median of the time in which the page was in sight, added up per session and local "
            "day, over those in which the tracker reported it; to within 1 %.",
            "seconds",
        ),
    ]


FAMILY = Family(
    name="pages",
    metrics=("page_view", "page_time", "page_entry", "page_exit"),
    close=(db.query(_REPORTS, "close_pages"),),
    raw=True,
)

REPORT = Report(
    name="pages",
    title="Pages",
    definition="Pages by their views, the most seen first; at most 500. A view belongs to the "
    "local day on which it happened, an entry and an exit to the one on which the session began.",
    asks=FilterAsks,
    row=Page,
    sql=db.query(_REPORTS, "pages", Page, prepare=False),
    families=(FAMILY,),
)
