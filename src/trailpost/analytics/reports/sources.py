"""Where visitors come from, and what those of each source go on to do."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Visits(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is said of the sessions of a row. Rows that build on it leave `kw_only` out: so their
    own fields come first."""

    sessions: Annotated[
        int, figure("Sessions", "Sessions of the row begun in the period.", "count")
    ]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors of those sessions, counted once per local day and row, and added up over the "
            "days.",
            "count",
        ),
    ]
    engaged: Annotated[
        int,
        figure(
            "Engaged sessions", "Those sessions with at least one choice by the visitor.", "count"
        ),
    ]
    converted: Annotated[
        int, figure("Conversions", "Those sessions that reached converted.", "count")
    ]
    conversion_rate: Annotated[
        float, figure("Conversion rate", "Conversions, of the row's sessions.", "percent")
    ]
    average_configured_value: Annotated[
        Decimal | None,
        figure(
            "Average configured value",
            "Last known total price, averaged over those sessions with at least one choice by the "
            "visitor and a known price.",
            "eur",
        ),
    ]
    bounce_rate: Annotated[
        float,
        figure(
            "Bounce rate",
            "Sessions under 30 s without a choice by the visitor, of the row's sessions.",
            "percent",
        ),
    ]


class SourceAsks(FilterAsks, frozen=True, kw_only=True):
    """How sessions are told apart."""

    by: Annotated[
        Literal["source", "referrer", "medium", "campaign", "landing", "country"],
        Meta(
            description="source: UTM source in lower case, else the referrer's host, else direct. "
            "referrer: the referring page without scheme, www. and query. medium and campaign: of "
            "UTM. landing: path of the first page. country: as a proxy says."
        ),
    ] = "source"
    touch: Annotated[
        Literal["last", "first"],
        Meta(
            description="last: how the session itself arrived. first: how the first session of "
            "its visitor did, bots apart: the first known of one who is recognised, of others the "
            "first of that local day."
        ),
    ] = "last"


class Arrival(Visits, frozen=True, rename="camel"):
    value: Annotated[
        str | None,
        text("Value", "What `by` asks for, to 500 characters. None: not known."),
    ]
    source: Annotated[
        str | None,
        text(
            "Source",
            "The same when `by` is source and `touch` is last: what sessions can be filtered by.",
            filters="source",
        ),
    ]


class Campaign(Visits, frozen=True, rename="camel"):
    campaign: Annotated[
        str | None, text("Campaign", "UTM campaign. None: without one.", filters="campaign")
    ]


class Country(Visits, frozen=True, rename="camel"):
    country: Annotated[
        str | None, text("Country", "ISO 3166-1 alpha-2. None: not known.", filters="country")
    ]


class _Told(Visits, frozen=True, rename="camel"):
    part: str
    value: str | None
    source: str | None
    campaign: str | None
    country: str | None


class SourceStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One value in one step."""

    starts_at: Annotated[datetime, text("Step", "When the local day, or the hour, begins.")]
    value: Annotated[str | None, text("Value", "What `by` asks for. None: not known.")]
    sessions: Annotated[int, figure("Sessions", "Sessions of it begun in the step.", "count")]


FAMILY = Family(
    name="visits",
    metrics=tuple(
        f"visit_{what}{touch}"
        for touch in ("", "_first")
        for what in ("source", "referrer", "medium", "campaign", "landing", "country")
    )
    + ("visit_device", "visit_browser", "visit_os", "visit_viewport", "visit_language"),
    close=(db.query(_REPORTS, "close_visits"),),
)

_ARRIVALS = db.query(_REPORTS, "sources", _Told, prepare=False)

REPORT = Report(
    name="sources",
    title="Sources",
    definition="Sessions begun in the period by how they came, the most frequent first; at most "
    "500 values.",
    asks=SourceAsks,
    row=Arrival,
    sql=_ARRIVALS,
    parts=(
        Part(
            name="series",
            title="Sources over time",
            definition="The five values with the most sessions: one row each per local day; per "
            "hour when the period is two days at most.",
            row=SourceStep,
            sql=db.query(_REPORTS, "sources_series", SourceStep, prepare=False),
            chart="lines",
        ),
        Part(
            name="campaigns",
            title="Campaigns",
            definition="The same sessions by their campaign, whatever `by` says; `touch` counts.",
            row=Campaign,
            sql=_ARRIVALS,
        ),
        Part(
            name="countries",
            title="Countries",
            definition="The same sessions by country, whatever `by` says; `touch` counts.",
            row=Country,
            sql=_ARRIVALS,
        ),
    ),
    families=(FAMILY,),
)
