"""The sessions that began last, each a way into its journey."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import PeriodAsks


class Session(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A session in one line; nothing that names a person."""

    session_id: Annotated[UUID, text("Session", "The session's id.")]
    start_time: Annotated[datetime, text("Began", "When its first event happened.")]
    is_active: Annotated[bool, text("Active", "Whether its last event is under 5 minutes old.")]
    status: Annotated[
        str,
        text(
            "Status",
            "The furthest it reached: ongoing, in_cart, completed or converted; abandoned once "
            "idle (after 30 minutes unless set otherwise), expired after 30 days.",
        ),
    ]
    device_type: Annotated[str | None, text("Device", "desktop, mobile, tablet or other.")]
    referrer: Annotated[str | None, text("Referrer", "The page that led to the session.")]
    utm_source: Annotated[str | None, text("Source", "UTM source of the session's address.")]
    utm_campaign: Annotated[str | None, text("Campaign", "UTM campaign of the session's address.")]
    total_choices: Annotated[
        int, figure("Choices", "Choices the visitor made, with a category.", "count")
    ]
    session_duration: Annotated[
        int, figure("Duration", "Time from the first event to the last.", "seconds")
    ]
    total_price: Annotated[
        Decimal | None, figure("Price", "The last total price an event named.", "eur")
    ]
    is_bot: Annotated[bool, text("Bot", "Whether a bot drives the session.")]


REPORT = Report(
    name="sessions",
    title="Recent sessions",
    definition="The 12 sessions that began last in the period, the newest first.",
    asks=PeriodAsks,
    row=Session,
    sql=db.query("trailpost.analytics.reports", "sessions", Session),
    chart="table",
)
