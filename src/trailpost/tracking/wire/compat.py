"""Requests and answers of the compatible routes, field for field as their clients know them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from trailpost.http.bounded import MAX_USER_AGENT, Url
from trailpost.tracking.wire.native import Utm, Viewport
from trailpost.tracking.wire.text import (
    Configuration,
    Data,
    Endpoint,
    Id,
    Measure,
    Milliseconds,
    Name,
    Pixels,
    Price,
    Status,
    Text,
    Trigger,
    Value,
)

UserAgent = Annotated[str, Meta(max_length=MAX_USER_AGENT)]
EventType = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        description="click, hover, scroll, selection, input or custom; "
        "another word is kept as a custom interaction with the word in its data",
    ),
]


class SessionDevice(msgspec.Struct, frozen=True, rename="camel"):
    """The device as the page sees it."""

    type: Text | None = None
    user_agent: UserAgent | None = None
    viewport: Viewport | None = None


class CreateSession(msgspec.Struct, frozen=True, rename="camel"):
    device_info: SessionDevice
    referrer: Url | None = None
    utm: Utm | None = None


class SessionCreated(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    session_id: str
    message: str
    timestamp: datetime


class TrackedEvent(msgspec.Struct, frozen=True, rename="camel"):
    type: EventType
    category: Name
    element_id: Text | None = None
    value: Value | None = None
    previous_value: Value | None = None
    time_spent: Milliseconds | None = None


class TrackEvent(msgspec.Struct, frozen=True, rename="camel"):
    session_id: Id
    event: TrackedEvent


class InteractionDevice(msgspec.Struct, frozen=True, rename="camel"):
    """The device at the time of the interaction."""

    type: Text | None = None
    width: Pixels | None = None
    height: Pixels | None = None


class TrackedInteraction(msgspec.Struct, frozen=True, rename="camel"):
    event_type: EventType
    category: Name
    element_id: Text | None = None
    selection_value: Value | None = None
    previous_value: Value | None = None
    time_spent: Milliseconds | None = None
    device_info: InteractionDevice | None = None
    additional_data: Data = msgspec.field(default_factory=msgspec.Raw)


class TrackInteraction(msgspec.Struct, frozen=True, rename="camel"):
    session_id: Id
    interaction: TrackedInteraction


class InteractionReceipt(msgspec.Struct, frozen=True, rename="camel"):
    interaction_id: str
    session_id: str
    event_type: str
    category: str
    processing_time: float
    """Milliseconds from the request until the interaction was durable."""
    timestamp: datetime


class InteractionTracked(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    message: str
    data: InteractionReceipt


class SaveConfiguration(msgspec.Struct, frozen=True, rename="camel"):
    session_id: Id
    configuration: Configuration
    trigger: Trigger
    total_price: Price | None = None
    """Else `totalPrice` of the configuration, where that is a number."""


class ConfigurationSaved(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    message: str
    session_id: str
    snapshot_id: str
    timestamp: datetime


class FinalizeSession(msgspec.Struct, frozen=True, rename="camel"):
    session_id: Id
    exit_page: Url
    conversion_status: Annotated[
        str,
        Meta(
            max_length=64,
            description="ACTIVE, IN_CART, COMPLETED or CONVERTED in any case; "
            "ABANDONED and EXPIRED follow from time alone, so they change nothing",
        ),
    ]
    final_configuration: Configuration = msgspec.field(default_factory=msgspec.Raw)


class SessionFinalized(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    message: str
    session_id: str
    conversion_status: Literal["ongoing", "in_cart", "completed", "converted"] | None
    """The status asked for; a session never goes back to a lower one. Null: it asked for none."""
    timestamp: datetime


class TrackPerformance(msgspec.Struct, frozen=True, rename="camel"):
    metric_name: Name
    value: Measure
    unit: Annotated[str, Meta(max_length=32)] | None = None
    session_id: Id | None = None
    endpoint: Endpoint | None = None
    method: Annotated[str, Meta(max_length=32)] | None = None
    status: Status | None = None
    user_agent: UserAgent | None = None
    additional_data: Data = msgspec.field(default_factory=msgspec.Raw)


class PerformanceTracked(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    message: str
    metric_id: str
    timestamp: datetime


class Interaction(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One interaction of a session, as it was sent."""

    interaction_id: str
    event_type: str | None
    category: str | None
    element_id: str | None
    selection_value: str | None
    previous_value: str | None
    time_spent: int | None
    """Milliseconds."""
    timestamp: datetime


class Performance(msgspec.Struct, frozen=True, rename="camel"):
    """How fast this server took interactions lately. Null: it has taken none since it started."""

    average_processing_time: float | None
    """Milliseconds, over the last 1,000."""
    tracking_efficiency: Literal["excellent", "good", "needs_optimization"] | None
    """Under 50 ms, under 100 ms, or more."""


class Interactions(msgspec.Struct, frozen=True, rename="camel"):
    success: bool
    session_id: str
    interaction_count: int
    interactions: list[Interaction]
    """The last 100, newest first."""
    performance: Performance
