"""One session, event by event, with the configuration and the price at each moment."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import SessionAsks

Json = dict[str, object]


class Moment(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One event, and how things stood right after it."""

    place: Annotated[int, figure("Place", "Place of the event in its session, from 1.", "count")]
    event_id: Annotated[UUID, text("Event", "The event's id.")]
    occurred_at: Annotated[datetime, text("Occurred", "When it happened, by our clock.")]
    seconds_since_previous: Annotated[
        float | None,
        figure("Pause", "Time since the event before it; of the first there is none.", "seconds"),
    ]
    kind: Annotated[str, text("Kind", "What kind of event it is.")]
    what: Annotated[str | None, text("What", "What happened, in short.")]
    category: Annotated[str | None, text("Category", "The category it is about.")]
    value: Annotated[str | None, text("Value", "What was selected or chosen.")]
    previous_value: Annotated[str | None, text("Previous value", "What it took the place of.")]
    source: Annotated[
        str | None,
        text(
            "Source",
            "A choice is by user, default, reset, shared_link, constraint or restored.",
        ),
    ]
    time_spent: Annotated[int | None, figure("Time spent", "Time spent, as the event says.", "ms")]
    price: Annotated[
        Decimal | None,
        figure("Price", "Total price at that moment: the last that an event named.", "eur"),
    ]
    price_change: Annotated[
        Decimal | None,
        figure(
            "Price change",
            "Price at that moment less the price at the event before; none while either is "
            "unknown.",
            "eur",
        ),
    ]
    completion: Annotated[
        int | None,
        figure(
            "Completion",
            "Completion of the configuration at that moment: the last that a snapshot named.",
            "percent",
        ),
    ]
    chosen: Annotated[
        Json | None,
        text(
            "Chosen",
            "The value of each category at that moment, by the choices so far, whoever made them.",
        ),
    ]
    configuration: Annotated[
        Json | None,
        text("Configuration", "The configuration of the last snapshot at that moment."),
    ]
    clock: Annotated[
        str | None,
        text("Clock", "future or ancient when the time the client gave is not believable."),
    ]
    additional_data: Annotated[Json | None, text("Data", "Anything else the event carries.")]


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What is known of the session as a whole."""

    session_id: Annotated[UUID, text("Session", "The session's id.")]
    visitor: Annotated[
        str,
        text(
            "Visitor",
            "The first 8 digits of the visitor's salted hash; the salt is thrown away every UTC "
            "day.",
        ),
    ]
    client_session_id: Annotated[
        str | None, text("Client's id", "The id the client gave, when that is not a UUID.")
    ]
    start_time: Annotated[datetime, text("Began", "When its first event happened.")]
    last_activity: Annotated[datetime, text("Last active", "When its last event happened.")]
    end_time: Annotated[
        datetime | None,
        text("Ended", "When the visitor left: what the page said, else the last event once idle."),
    ]
    session_duration: Annotated[
        int, figure("Duration", "Time from the first event to the last.", "seconds")
    ]
    status: Annotated[
        str,
        text(
            "Status",
            "The furthest it reached: ongoing, in_cart, completed or converted. One that is not "
            "converted is abandoned once idle (after 30 minutes unless set otherwise), and "
            "expired after 30 days.",
        ),
    ]
    reached: Annotated[str, text("Reached", "The furthest status it reached, idle or not.")]
    total_events: Annotated[int, figure("Events", "Events of the session.", "count")]
    total_interactions: Annotated[
        int, figure("Interactions", "Interactions and choices of the session.", "count")
    ]
    total_choices: Annotated[
        int, figure("Choices", "Choices the visitor made, with a category.", "count")
    ]
    total_price: Annotated[
        Decimal | None, figure("Total price", "The last total price an event named.", "eur")
    ]
    price_list_version: Annotated[
        str | None, text("Price list", "Version of the price list that price is from.")
    ]
    completion: Annotated[
        int | None,
        figure("Completion", "Last known completion of its configuration.", "percent"),
    ]
    configuration: Annotated[
        Json | None, text("Configuration", "The configuration of the last snapshot.")
    ]
    device_type: Annotated[str | None, text("Device", "desktop, mobile, tablet or other.")]
    browser_name: Annotated[str | None, text("Browser", "The browser, by its user agent.")]
    os_name: Annotated[str | None, text("System", "The operating system, by its user agent.")]
    language: Annotated[str | None, text("Language", "The language the browser asks for.")]
    viewport_width: Annotated[
        int | None, figure("Width", "Width of the visible page in CSS pixels.", "count")
    ]
    viewport_height: Annotated[
        int | None, figure("Height", "Height of the visible page in CSS pixels.", "count")
    ]
    referrer: Annotated[str | None, text("Referrer", "The page that led to the session.")]
    utm_source: Annotated[str | None, text("Source", "UTM source of the session's address.")]
    utm_medium: Annotated[str | None, text("Medium", "UTM medium of the session's address.")]
    utm_campaign: Annotated[str | None, text("Campaign", "UTM campaign of the session's address.")]
    landing_page: Annotated[str | None, text("Landing page", "The first page.")]
    exit_page: Annotated[str | None, text("Exit page", "The last page.")]
    consent: Annotated[str | None, text("Consent", "The visitor's last answer: granted or denied.")]
    is_bot: Annotated[bool, text("Bot", "Whether a bot drives the session.")]
    bot_class: Annotated[str | None, text("Bot class", "crawler, headless, tool or unknown.")]
    bot_reason: Annotated[str | None, text("Bot reason", "Why it is taken for a bot.")]


REPORT = Report(
    name="user_journey",
    title="Journey",
    definition="Every event of one session, in the order in which they happened: 2,000 at most, "
    "`offset` leads further.",
    asks=SessionAsks,
    row=Moment,
    sql=db.query("trailpost.analytics.reports", "user_journey", Moment),
    chart="timeline",
    parts=(
        Part(
            name="session",
            title="Session",
            definition="What is known of the session as a whole: one row.",
            row=SessionFacts,
            sql=db.query("trailpost.analytics.reports", "user_journey_session", SessionFacts),
        ),
    ),
    needs="session",
)
