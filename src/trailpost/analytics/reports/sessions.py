"""One session a line, the newest first, each a way into its journey."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from trailpost import db
from trailpost.analytics.rules.cursors import place_of
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Report
from trailpost.analytics.wire import NarrowAsks

Status = Literal["ongoing", "in_cart", "completed", "converted", "abandoned", "expired"]


class SessionsAsks(NarrowAsks, frozen=True, kw_only=True):
    """Which sessions, and which page of them."""

    search: (
        Annotated[
            str,
            Meta(
                max_length=200,
                description="Only sessions in which it is found, in upper or lower case: at the "
                "beginning of the session's id or the client's, within the source, the campaign "
                "or the landing page, or as an option that is kept, `value` or `category:value`.",
            ),
        ]
        | None
    ) = msgspec.field(default=None, name="q")
    status: Annotated[Status, Meta(description="Only sessions of this status.")] | None = None
    limit: Annotated[int, Meta(ge=1, le=200, description="Sessions a page; CSV has all.")] = 12
    cursor: (
        Annotated[str, Meta(max_length=200, description="`next` of the page before.")] | None
    ) = None

    @property
    def place(self) -> tuple[datetime, UUID] | None:
        """Raises BadRequest when the cursor is none."""
        return None if self.cursor is None else place_of(self.cursor, tuple[datetime, UUID])

    @property
    def place_at(self) -> datetime | None:
        return self.place[0] if self.place else None

    @property
    def place_id(self) -> UUID | None:
        return self.place[1] if self.place else None


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
    device_type: Annotated[
        str | None, text("Device", "desktop, mobile, tablet or other.", filters="device")
    ]
    country: Annotated[
        str | None,
        text("Country", "ISO 3166-1 alpha-2, where known.", filters="country"),
    ]
    source: Annotated[
        str,
        text(
            "Source",
            "UTM source in lower case, else the referrer's host, else direct.",
            filters="source",
        ),
    ]
    referrer: Annotated[str | None, text("Referrer", "The page that led to the session.")]
    utm_source: Annotated[str | None, text("UTM source", "UTM source of the session's address.")]
    utm_campaign: Annotated[
        str | None,
        text("Campaign", "UTM campaign of the session's address.", filters="campaign"),
    ]
    landing_page: Annotated[str | None, text("Landing page", "The first page.")]
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
    title="Sessions",
    definition="Sessions that began in the period, the newest first, `limit` a page; `next` of the "
    "answer is the `cursor` of the page after it. As CSV all of them.",
    asks=SessionsAsks,
    row=Session,
    sql=db.query("trailpost.analytics.reports", "sessions", Session, prepare=False),
    cursor=("start_time", "session_id"),
    chart="table",
)
