"""Every event as it was stored."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.analytics.rules.exports import Table
from trailpost.analytics.rules.figures import figure, text

_SQL = "trailpost.analytics.exports"
EXPECTED = db.query(_SQL, "expected_events")

Id = Annotated[UUID, text("Event", "The event's id.")]
Session = Annotated[UUID | None, text("Session", "The session it belongs to.")]
Occurred = Annotated[datetime, text("Occurred", "When it happened, by our clock.")]
Received = Annotated[datetime, text("Received", "When the server received it.")]
Day = Annotated[
    date, text("Day", "UTC day of the time the client gave: the day under which it is stored.")
]
Bot = Annotated[bool, text("Bot", "Whether a bot drives the session.")]
Clock = Annotated[
    str | None,
    text(
        "Clock",
        "future or ancient when the time the client gave is not believable: occurred is kept as "
        "given, and the time of receipt counts.",
    ),
]
PriceList = Annotated[
    str | None, text("Price list", "Version of the price list behind the prices.")
]
Configuration = Annotated[
    msgspec.Raw | None, text("Configuration", "The configuration as it was sent, as JSON.")
]
Hash = Annotated[str | None, text("Configuration hash", "SHA-256 of the options, in hexadecimal.")]
Completion = Annotated[
    int | None, figure("Completion", "Completion of the configuration, as sent.", "percent")
]
Status = Annotated[
    str | None, text("Status", "What the session reached: in_cart, completed or converted.")
]
Trigger = Annotated[str | None, text("Trigger", "What made the client send the snapshot.")]
Data = Annotated[msgspec.Raw | None, text("Data", "Anything else the event carries, as JSON.")]


class Event(msgspec.Struct, rename="camel"):
    event_id: Id
    session_id: Session
    occurred_at: Occurred
    received_at: Received
    day: Day
    kind: Annotated[
        str,
        text(
            "Kind",
            "session_start, page_view, interaction, choice, snapshot, timing, session_end, "
            "consent or identify.",
        ),
    ]
    is_bot: Bot
    event_type: Annotated[str | None, text("Type", "What kind of interaction it is.")]
    category: Annotated[str | None, text("Category", "The category it is about.")]
    element_id: Annotated[str | None, text("Element", "The element of the page.")]
    value: Annotated[str | None, text("Value", "What was selected or chosen.")]
    previous_value: Annotated[str | None, text("Previous value", "What it took the place of.")]
    source: Annotated[
        str | None,
        text(
            "Source",
            "A choice is by user, default, reset, shared_link, constraint or restored.",
        ),
    ]
    price_before: Annotated[
        Decimal | None, figure("Price before", "Total price before a choice.", "eur")
    ]
    price: Annotated[Decimal | None, figure("Price", "Total price after it.", "eur")]
    price_list_version: PriceList
    configuration: Configuration
    configuration_hash: Hash
    completion: Completion
    conversion_status: Status
    trigger_event: Trigger
    url: Annotated[str | None, text("Address", "Address of the page.")]
    time_spent: Annotated[int | None, figure("Time spent", "Time spent, as the event says.", "ms")]
    metric_name: Annotated[str | None, text("Metric", "What a timing measured.")]
    metric_value: Annotated[float | None, text("Metric value", "What it was, in its unit.")]
    unit: Annotated[str | None, text("Unit", "Unit of the metric's value.")]
    endpoint: Annotated[str | None, text("Endpoint", "The endpoint that was timed.")]
    method: Annotated[str | None, text("Method", "HTTP method of the timed request.")]
    status: Annotated[int | None, text("HTTP status", "HTTP status of the timed request.")]
    device_type: Annotated[str | None, text("Device", "desktop, mobile, tablet or other.")]
    viewport_width: Annotated[int | None, text("Width", "Width of the window in CSS pixels.")]
    viewport_height: Annotated[int | None, text("Height", "Height of the window in CSS pixels.")]
    clock: Clock
    additional_data: Data


TABLE = Table(
    name="events",
    title="Events",
    definition="Every event as it was stored, by day of storage and by time.",
    row=Event,
    sql=db.query(_SQL, "events", Event),
    expected=EXPECTED,
)
