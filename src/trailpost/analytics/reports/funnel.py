"""Where sessions stop on their way from the first event to the order."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Family, Part, Report
from trailpost.analytics.wire import FunnelAsks

_REPORTS = "trailpost.analytics.reports"
_PLACE = figure("Place", "Place of the step, from 1.", "count")
_STEP = text(
    "Step",
    "session; first_choice: of any category; decided: a required category; complete: all of them "
    "decided; order_attempt: in cart or further; converted. Where no category is required, "
    "complete is the status completed or further, and comes after the order attempt. In an "
    "owner's funnel, the step's name.",
)
_CATEGORY = text(
    "Category",
    "The required category of the step decided: chosen by the visitor, and that choice not taken "
    "back. Its time is that of the first choice in the category.",
)
_OF_FIRST = figure("Of the first", "Sessions of the step, of those of the first.", "percent")


class FunnelStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One step; a rate of nothing is null."""

    place: Annotated[int, _PLACE]
    step: Annotated[str, _STEP]
    category: Annotated[str | None, _CATEGORY]
    sessions: Annotated[
        int,
        figure(
            "Sessions",
            "Ordered: sessions that reached this step and every one before it, each first reached "
            "no earlier than the one before. Otherwise: sessions that reached it.",
            "count",
        ),
    ]
    of_previous: Annotated[
        float | None,
        figure(
            "Of the previous",
            "Sessions of the step, of those of the step before; over 100 may be when not ordered.",
            "percent",
        ),
    ]
    of_first: Annotated[float | None, _OF_FIRST]
    seconds_to_next: Annotated[
        float | None,
        figure(
            "Time to next",
            "Median, to within 1 %, of the time from first reaching this step to first reaching "
            "the next, over the sessions that count in both and did not reach the next one "
            "earlier.",
            "seconds",
        ),
    ]


class FunnelMoment(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One step of the funnel in one step of time."""

    starts_at: Annotated[datetime, text("Begins", "When the local day, or the hour, begins.")]
    place: Annotated[int, _PLACE]
    step: Annotated[str, _STEP]
    category: Annotated[str | None, _CATEGORY]
    sessions: Annotated[
        int,
        figure(
            "Sessions",
            "Sessions that began in that day or hour and count in the step, whenever they "
            "reached it.",
            "count",
        ),
    ]
    of_first: Annotated[float | None, _OF_FIRST]


class _Told(FunnelStep, frozen=True, rename="camel"):
    """A step of the funnel, or one of a step of time."""

    part: str
    starts_at: datetime | None


FAMILY = Family(
    name="funnel",
    metrics=("funnel_ordered", "funnel_any", "funnel_ordered_time", "funnel_any_time"),
    close=(db.query(_REPORTS, "close_funnel"),),
    hours=(db.query(_REPORTS, "close_funnel_hour"),),
)

_STEPS = db.query(_REPORTS, "funnel", _Told, prepare=False)

REPORT = Report(
    name="funnel",
    title="Funnel",
    definition="Sessions that began in the period, by the steps they reached: session, first "
    "choice, each required category decided, complete, order attempt, converted; or the steps of "
    "an owner's funnel. `ordered` (the default) counts a session in a step when it reached all "
    "steps up to it one after the other; `ordered=false` counts each step by itself. In an "
    "owner's funnel that is ordered, a step is reached by the first event it matches that is not "
    "earlier than the event by which the step before it was reached.",
    asks=FunnelAsks,
    row=FunnelStep,
    sql=_STEPS,
    instead=(("funnel", db.query(_REPORTS, "own_funnel", FunnelStep, prepare=False)),),
    chart="funnel",
    parts=(
        Part(
            name="series",
            title="Funnel over time",
            definition="One row per step and local day; per hour when the period is two days at "
            "most.",
            row=FunnelMoment,
            sql=_STEPS,
            instead=(
                ("funnel", db.query(_REPORTS, "own_funnel_series", FunnelMoment, prepare=False)),
            ),
            chart="lines",
        ),
    ),
    families=(FAMILY,),
    needs="funnel",
)
