"""Every configuration that was sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.exports import events
from trailpost.analytics.rules.exports import Table
from trailpost.analytics.rules.figures import figure


class Snapshot(msgspec.Struct, rename="camel"):
    event_id: events.Id
    session_id: events.Session
    occurred_at: events.Occurred
    received_at: events.Received
    day: events.Day
    is_bot: events.Bot
    configuration: events.Configuration
    configuration_hash: events.Hash
    total_price: Annotated[Decimal | None, figure("Price", "Price of the configuration.", "eur")]
    price_list_version: events.PriceList
    completion: events.Completion
    conversion_status: events.Status
    trigger_event: events.Trigger
    clock: events.Clock
    additional_data: events.Data


TABLE = Table(
    name="snapshots",
    title="Snapshots",
    definition="Every configuration that was sent, by day of storage and by time.",
    row=Snapshot,
    sql=db.query("trailpost.analytics.exports", "snapshots", Snapshot),
    expected=events.EXPECTED,
    kind="snapshot",
)
