"""What happens at this moment, to the product's visitors and to our own server."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import NowAsks


class RealTime(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """This moment's figures; what is not known is null."""

    active_sessions: Annotated[
        int,
        figure("Active sessions", "Sessions whose last event is less than 5 minutes old.", "count"),
    ]
    events_per_second: Annotated[
        float,
        figure(
            "Events per second",
            "Events received since the last full minute began, bots' too, divided by the 60 to "
            "120 seconds that have passed. Events still in the queue are not in it.",
            "per_second",
        ),
    ]
    average_response_ms: Annotated[
        float | None,
        figure(
            "Response time",
            "Time our own server took to answer a request, averaged over all requests of the "
            "minutes that began less than 5 minutes ago, of every project.",
            "ms",
        ),
    ]
    slowest_response_ms: Annotated[
        float | None, figure("Slowest response", "The slowest of those requests.", "ms")
    ]
    requests: Annotated[int, figure("Requests", "The number of those requests.", "count")]
    error_rate: Annotated[
        float | None,
        figure(
            "Error rate",
            "Those requests that our own server failed (status 500 and above), of all of them.",
            "percent",
        ),
    ]
    cache_hit_rate: Annotated[
        float | None,
        figure(
            "Cache hit rate",
            "Live views of a session that Redis answered, of all that this web process was asked "
            "for since it started.",
            "percent",
        ),
    ]
    queue_depth: Annotated[
        int | None,
        figure(
            "Waiting",
            "Events that ingest acknowledged and the writer has not taken yet; those in the spool "
            "are not among them.",
            "count",
        ),
    ]
    queue_age: Annotated[
        float | None,
        figure(
            "Oldest waiting",
            "Age of the oldest entry in the streams while events wait; 0 when none does.",
            "seconds",
        ),
    ]


class LastEvent(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One of the last events."""

    event_id: Annotated[UUID, text("Event", "The event's id.")]
    session_id: Annotated[UUID, text("Session", "The session it belongs to.")]
    occurred_at: Annotated[datetime, text("Occurred", "When it happened.")]
    kind: Annotated[str, text("Kind", "What kind of event it is.")]
    what: Annotated[str | None, text("What", "What happened, in short.")]
    category: Annotated[str | None, text("Category", "The category it is about.")]
    value: Annotated[str | None, text("Value", "What was selected or chosen.")]
    price: Annotated[
        Decimal | None, figure("Price", "The total price after it, if it says one.", "eur")
    ]
    device_type: Annotated[str | None, text("Device", "The kind of device of the session.")]
    is_bot: Annotated[bool, text("Bot", "Whether the session is a bot's.")]


REPORT = Report(
    name="real_time",
    title="Real time",
    definition="This moment. Figures of our own server cover all projects.",
    asks=NowAsks,
    row=RealTime,
    sql=db.query("trailpost.analytics.reports", "real_time", RealTime),
    chart="figures",
    parts=(
        Part(
            name="events",
            title="Last events",
            definition="The 20 events that happened last, the newest first. Sessions with an "
            "event that lies in the future are not among them.",
            row=LastEvent,
            sql=db.query("trailpost.analytics.reports", "real_time_events", LastEvent),
        ),
    ),
)
