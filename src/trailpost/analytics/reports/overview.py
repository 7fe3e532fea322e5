"""The owner's first look: how many came, what they configured, how many converted."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import before, figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import FilterAsks

_REPORTS = "trailpost.analytics.reports"


class Overview(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The figures of a period; a rate or an average of nothing is null, never 0."""

    sessions: Annotated[
        int, figure("Sessions", "Sessions whose first event lies in the period.", "count")
    ]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors with a session in the period, counted once per UTC day and added up over "
            "the days: who returns on another day counts again.",
            "count",
        ),
    ]
    converted: Annotated[
        int, figure("Conversions", "Sessions that reached the status converted.", "count")
    ]
    conversion_rate: Annotated[
        float | None,
        figure("Conversion rate", "Sessions that reached converted, of all sessions.", "percent"),
    ]
    configured: Annotated[
        int,
        figure(
            "Configured sessions",
            "Sessions with at least one choice by the visitor and a known total price.",
            "count",
        ),
    ]
    average_configured_value: Annotated[
        Decimal | None,
        figure(
            "Average configured value",
            "Total configured value divided by the configured sessions.",
            "eur",
        ),
    ]
    total_configured_value: Annotated[
        Decimal,
        figure(
            "Total configured value",
            "Last known total price, added up over sessions with at least one choice by the "
            "visitor. What was configured, not what was sold.",
            "eur",
        ),
    ]
    average_duration: Annotated[
        float | None,
        figure(
            "Average duration",
            "Time from a session's first event to its last, averaged over all sessions.",
            "seconds",
        ),
    ]
    bounce_rate: Annotated[
        float | None,
        figure(
            "Bounce rate",
            "Sessions that last under 30 s and hold no choice by the visitor, of all sessions. "
            "One that has only just begun is among them until it lasts longer.",
            "percent",
        ),
    ]
    engaged_rate: Annotated[
        float | None,
        figure(
            "Engaged rate",
            "Sessions with at least one choice by the visitor, of all sessions.",
            "percent",
        ),
    ]
    completion: Annotated[
        float | None,
        figure(
            "Completion",
            "Last known completion of a session's configuration, averaged over the sessions in "
            "which it is known.",
            "percent",
        ),
    ]
    active_now: Annotated[
        int,
        figure(
            "Active now",
            "Sessions whose last event is less than 5 minutes old, whenever they began.",
            "count",
        ),
    ]
    previous_sessions: Annotated[int, before("Sessions", "count")]
    previous_visitors: Annotated[int, before("Visitors", "count")]
    previous_converted: Annotated[int, before("Conversions", "count")]
    previous_conversion_rate: Annotated[float | None, before("Conversion rate", "percent")]
    previous_configured: Annotated[int, before("Configured sessions", "count")]
    previous_average_configured_value: Annotated[
        Decimal | None, before("Average configured value", "eur")
    ]
    previous_total_configured_value: Annotated[Decimal, before("Total configured value", "eur")]
    previous_average_duration: Annotated[float | None, before("Average duration", "seconds")]
    previous_bounce_rate: Annotated[float | None, before("Bounce rate", "percent")]
    previous_engaged_rate: Annotated[float | None, before("Engaged rate", "percent")]
    previous_completion: Annotated[float | None, before("Completion", "percent")]


class OverviewStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One local day, or one hour of a short period."""

    starts_at: Annotated[datetime, text("Step", "When the local day, or the hour, begins.")]
    sessions: Annotated[
        int, figure("Sessions", "Sessions whose first event lies in the step.", "count")
    ]
    visitors: Annotated[
        int,
        figure(
            "Visitors",
            "Visitors whose first session of a UTC day, of those in the period, began in the step. "
            "All steps add up to the visitors of the period; who comes back within the UTC day "
            "counts in the first step only, also where a local day begins between.",
            "count",
        ),
    ]
    engaged: Annotated[
        int,
        figure(
            "Engaged sessions", "Those of them with at least one choice by the visitor.", "count"
        ),
    ]
    converted: Annotated[
        int, figure("Conversions", "Those of them that reached converted.", "count")
    ]
    configured_value: Annotated[
        Decimal,
        figure(
            "Configured value",
            "Last known total price, added up over those of them with at least one choice by "
            "the visitor.",
            "eur",
        ),
    ]
    configured: Annotated[
        int,
        figure(
            "Configured sessions",
            "Those of them with at least one choice by the visitor and a known total price.",
            "count",
        ),
    ]
    average_configured_value: Annotated[
        Decimal | None,
        figure(
            "Average configured value",
            "Configured value divided by the configured sessions of the step.",
            "eur",
        ),
    ]
    average_duration: Annotated[
        float | None,
        figure(
            "Average duration",
            "Time from a session's first event to its last, averaged over those of the step.",
            "seconds",
        ),
    ]
    bounce_rate: Annotated[
        float | None,
        figure(
            "Bounce rate",
            "Sessions of the step that last under 30 s and hold no choice by the visitor, of all "
            "of the step.",
            "percent",
        ),
    ]
    completion: Annotated[
        float | None,
        figure(
            "Completion",
            "Last known completion of a session's configuration, averaged over the sessions of "
            "the step in which it is known.",
            "percent",
        ),
    ]


class ActiveStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A quarter of an hour, as clocks show it."""

    starts_at: Annotated[datetime, text("Quarter", "When the quarter of an hour begins.")]
    active_sessions: Annotated[
        int,
        figure(
            "Active sessions",
            "Sessions that were active in the quarter, or in its part until now: from a session's "
            "first event, whenever it paused, until 5 minutes after its last. One counts in each "
            "quarter it reaches into, so quarters do not add up.",
            "count",
        ),
    ]


REPORT = Report(
    name="overview",
    title="Overview",
    definition="The figures of a period, and of the equal period before. A session belongs to "
    "the moment it began.",
    asks=FilterAsks,
    row=Overview,
    sql=db.query(_REPORTS, "overview", Overview),
    filtered=db.query(_REPORTS, "overview_filtered", Overview, prepare=False),
    chart="figures",
    parts=(
        Part(
            name="series",
            title="Over time",
            definition="One row per local day; per hour when the period is two days at most.",
            row=OverviewStep,
            sql=db.query(_REPORTS, "overview_series", OverviewStep),
            filtered=db.query(_REPORTS, "overview_series_filtered", OverviewStep, prepare=False),
        ),
        Part(
            name="active",
            title="Active sessions",
            definition="One row per quarter of an hour of the last 24 hours, up to the one that "
            "now lies in, whatever the period. Sessions with an event that lies in the future "
            "are not among them.",
            row=ActiveStep,
            sql=db.query(_REPORTS, "overview_active", ActiveStep),
            filtered=db.query(_REPORTS, "overview_active_filtered", ActiveStep, prepare=False),
        ),
    ),
)
