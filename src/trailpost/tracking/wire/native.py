"""What the native route takes and answers. Unknown fields are ignored: trackers may be newer."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from trailpost.http.bounded import Time, Url
from trailpost.http.refused import Refused
from trailpost.tracking.wire.text import (
    MAX_EVENTS,
    ChoiceSource,
    Configuration,
    ConsentState,
    Conversion,
    Data,
    Endpoint,
    Id,
    InteractionType,
    Measure,
    Milliseconds,
    Name,
    Option,
    Percent,
    Pixels,
    Price,
    Status,
    Text,
    Trigger,
    Value,
)


class Viewport(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Size of the visible page in CSS pixels."""

    width: Pixels
    height: Pixels


class Utm(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """Campaign parameters of the address the session began at."""

    source: Text | None = None
    medium: Text | None = None
    campaign: Text | None = None


class Session(msgspec.Struct, frozen=True, rename="camel", gc=False):
    """The session that all events of the request belong to."""

    id: Id
    referrer: Url | None = None
    utm: Utm | None = None
    landing_page: Url | None = None
    viewport: Viewport | None = None
    language: Annotated[str, Meta(max_length=64)] | None = None
    visitor_id: Id | None = None
    """An id of the page's own that outlives the day. Send it only with the visitor's consent."""
    webdriver: bool | None = None
    """`navigator.webdriver`: a robot drives the browser."""


class Event(msgspec.Struct, frozen=True, kw_only=True, rename="camel", tag_field="type", gc=False):
    """What every kind of event may carry."""

    id: Id | None = None
    """The same on every retry: an id is stored once. Without it the server gives one."""
    at: Time | None = None
    """When it happened, by the client's clock."""
    data: Data = msgspec.field(default_factory=msgspec.Raw)
    """Anything else."""


class SessionStart(Event, frozen=True, kw_only=True, rename="camel", tag="session_start", gc=False):
    """The session began."""


class PageView(Event, frozen=True, kw_only=True, rename="camel", tag="page_view", gc=False):
    """A page, or a view of a one-page application, was shown."""

    url: Url
    time_spent: Milliseconds | None = None


class Interaction(Event, frozen=True, kw_only=True, rename="camel", tag="interaction", gc=False):
    """The visitor did something on the page."""

    event: InteractionType
    category: Name
    element: Text | None = None
    value: Value | None = None
    previous: Value | None = None
    time_spent: Milliseconds | None = None
    viewport: Viewport | None = None


class Choice(Event, frozen=True, kw_only=True, rename="camel", tag="choice", gc=False):
    """The choice in a category changed. No `to`: it was taken back."""

    category: Name
    source: ChoiceSource
    from_: Option | None = msgspec.field(default=None, name="from")
    to: Option | None = None
    price_before: Price | None = None
    price_after: Price | None = None
    price_list_version: Option | None = None


class Snapshot(Event, frozen=True, kw_only=True, rename="camel", tag="snapshot", gc=False):
    """The whole configuration at one moment."""

    configuration: Configuration
    trigger: Trigger
    total_price: Price | None = None
    completion: Percent | None = None
    price_list_version: Option | None = None
    conversion_status: Conversion | None = None


class Timing(Event, frozen=True, kw_only=True, rename="camel", tag="timing", gc=False):
    """A measurement: a web vital, the duration of a request, of a calculation."""

    metric: Name
    value: Measure
    unit: Annotated[str, Meta(max_length=32)] | None = None
    endpoint: Endpoint | None = None
    method: Annotated[str, Meta(max_length=32)] | None = None
    status: Status | None = None


class SessionEnd(Event, frozen=True, kw_only=True, rename="camel", tag="session_end", gc=False):
    """The visitor left. Later events of the session are still taken."""

    exit_page: Url | None = None
    conversion_status: Conversion | None = None
    time_spent: Milliseconds | None = None


class Consent(Event, frozen=True, kw_only=True, rename="camel", tag="consent", gc=False):
    """The visitor's answer to the consent question."""

    state: ConsentState


class Identify(Event, frozen=True, kw_only=True, rename="camel", tag="identify", gc=False):
    """The visitor is known to the product. Only a hash of `user` is kept."""

    user: Id


AnyEvent: TypeAlias = (
    SessionStart
    | PageView
    | Interaction
    | Choice
    | Snapshot
    | Timing
    | SessionEnd
    | Consent
    | Identify
)


class Batch(msgspec.Struct, frozen=True, rename="camel"):
    """One request of the native route."""

    session: Session
    events: Annotated[list[AnyEvent], Meta(min_length=1, max_length=MAX_EVENTS)]
    sent_at: Time | None = None
    """The client's clock when it sent this; corrects the times of the events."""
    key: Text | None = None
    """The ingest key, where a header or a query parameter cannot be set."""


class LooseBatch(msgspec.Struct, frozen=True, rename="camel"):
    """A batch in which some event is wrong: read one by one, so that the others are kept."""

    session: Session
    events: list[msgspec.Raw]
    sent_at: Time | None = None
    key: Text | None = None


class Accepted(msgspec.Struct, frozen=True):
    """The answer: what is durable, and what was refused."""

    accepted: int
    rejected: list[Refused]


BATCH = msgspec.json.Decoder(Batch)
LOOSE_BATCH = msgspec.json.Decoder(LooseBatch)
EVENT = msgspec.json.Decoder(AnyEvent)
