"""Every choice, whoever made it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.exports import events
from trailpost.analytics.rules.exports import Table
from trailpost.analytics.rules.figures import figure, text


class Choice(msgspec.Struct, rename="camel"):
    event_id: events.Id
    session_id: events.Session
    occurred_at: events.Occurred
    received_at: events.Received
    day: events.Day
    is_bot: events.Bot
    category: Annotated[str | None, text("Category", "What is chosen.")]
    from_value: Annotated[str | None, text("From", "What was chosen before.")]
    to_value: Annotated[str | None, text("To", "What is chosen now; none: it was taken back.")]
    source: Annotated[
        str | None,
        text(
            "Source",
            "The choice is by user, default, reset, shared_link, constraint or restored.",
        ),
    ]
    price_before: Annotated[Decimal | None, figure("Price before", "Total before it.", "eur")]
    price_after: Annotated[Decimal | None, figure("Price after", "Total after it.", "eur")]
    price_list_version: events.PriceList
    clock: events.Clock
    additional_data: events.Data


TABLE = Table(
    name="choices",
    title="Choices",
    definition="Every choice in a category, whoever made it, by day of storage and by time.",
    row=Choice,
    sql=db.query("trailpost.analytics.exports", "choices", Choice),
    expected=events.EXPECTED,
    kind="choice",
)
