"""Every session as its events have left it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.analytics.exports import events
from trailpost.analytics.rules.exports import Table
from trailpost.analytics.rules.figures import figure, text

_SQL = "trailpost.analytics.exports"


class Session(msgspec.Struct, rename="camel"):
    session_id: Annotated[UUID, text("Session", "The session's id.")]
    client_session_id: Annotated[
        str | None, text("Client's id", "The id the client gave, when it is no UUID.")
    ]
    start_time: Annotated[datetime, text("Began", "When its first event happened.")]
    last_activity: Annotated[datetime, text("Last event", "When its last event happened.")]
    end_time: Annotated[datetime | None, text("Ended", "When the client said that it ended.")]
    session_duration: Annotated[
        int, figure("Duration", "Time from the first event to the last.", "seconds")
    ]
    is_bot: events.Bot
    bot_class: Annotated[str | None, text("Bot class", "What kind of bot.")]
    bot_reason: Annotated[str | None, text("Bot reason", "What gave the bot away.")]
    visitor: Annotated[
        str,
        text(
            "Visitor",
            "Salted hash in hexadecimal. The salt is thrown away every UTC day, unless the "
            "visitor is recognised.",
        ),
    ]
    is_recognised: Annotated[
        bool, text("Recognised", "Whether the hash is of an id given with consent, for good.")
    ]
    user_hash: Annotated[str | None, text("User", "Keyed hash of the identified user.")]
    conversion_status: Annotated[
        str,
        text("Status", "The furthest it reached: ongoing, in_cart, completed or converted."),
    ]
    in_cart_at: Annotated[
        datetime | None, text("In cart at", "When it first reported in_cart or further.")
    ]
    completed_at: Annotated[
        datetime | None, text("Completed at", "When it first reported completed or further.")
    ]
    converted_at: Annotated[
        datetime | None, text("Converted at", "When it first reported converted.")
    ]
    total_events: Annotated[int, figure("Events", "Its events.", "count")]
    total_interactions: Annotated[
        int, figure("Interactions", "Its interactions and choices.", "count")
    ]
    total_choices: Annotated[
        int, figure("Choices", "Choices the visitor made, with a category.", "count")
    ]
    total_price: Annotated[
        Decimal | None, figure("Price", "The last total price an event named.", "eur")
    ]
    price_list_version: events.PriceList
    completion: Annotated[
        int | None, figure("Completion", "The last completion a snapshot named.", "percent")
    ]
    configuration: Annotated[
        msgspec.Raw | None, text("Configuration", "That of the last snapshot, as JSON.")
    ]
    configuration_hash: events.Hash
    choices: Annotated[
        msgspec.Raw,
        text(
            "Chosen",
            "What the visitor chose, as JSON: by category the value now (null: taken back), "
            "firstAt, lastAt, count, the price after the last choice, and the values seen.",
        ),
    ]
    exposed: Annotated[
        list[str], text("Exposed", "Categories that an interaction or a choice named.")
    ]
    referrer: Annotated[str | None, text("Referrer", "The page that led to the session.")]
    utm_source: Annotated[str | None, text("Source", "UTM source of the session's address.")]
    utm_medium: Annotated[str | None, text("Medium", "UTM medium of the session's address.")]
    utm_campaign: Annotated[str | None, text("Campaign", "UTM campaign of the session's address.")]
    landing_page: Annotated[str | None, text("Landing page", "The first page.")]
    exit_page: Annotated[str | None, text("Exit page", "The last page.")]
    country: Annotated[str | None, text("Country", "Two letters, as a trusted proxy gave it.")]
    language: Annotated[str | None, text("Language", "Language of the browser.")]
    device_type: Annotated[str | None, text("Device", "desktop, mobile, tablet or other.")]
    browser_name: Annotated[str | None, text("Browser", "Name of the browser.")]
    os_name: Annotated[str | None, text("System", "Name of the operating system.")]
    user_agent: Annotated[str | None, text("User agent", "As the browser sent it.")]
    viewport_width: Annotated[int | None, text("Width", "Width of the window in CSS pixels.")]
    viewport_height: Annotated[int | None, text("Height", "Height of the window in CSS pixels.")]
    consent: Annotated[str | None, text("Consent", "What the visitor consented to.")]


TABLE = Table(
    name="sessions",
    title="Sessions",
    definition="Every session as its events have left it, in the order in which they began.",
    row=Session,
    sql=db.query(_SQL, "sessions", Session),
    expected=db.query(_SQL, "expected_sessions"),
    by_day=False,
)
