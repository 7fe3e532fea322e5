"""What the demo sends: the native route's body, made of one session and its events."""

from __future__ import annotations

from typing import Literal

import msgspec

from trailpost.apps.houses import Category, Quantity


class Viewport(msgspec.Struct, frozen=True):
    width: int
    height: int


class Utm(msgspec.Struct, frozen=True, omit_defaults=True):
    source: str
    medium: str
    campaign: str | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    id: str
    referrer: str | None = None
    utm: Utm | None = None
    landing_page: str | None = None
    viewport: Viewport | None = None
    language: str | None = None
    visitor_id: str | None = None


class Data(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    quantity: int | None = None
    previous_quantity: int | None = None
    monthly: int | None = None
    view: str | None = None
    rule: str | None = None
    """Of a choice that a limit made: its id."""


class Event(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, gc=False
):
    """An event of any kind: fields a kind does not have stay None and are not sent."""

    type: str
    id: str
    at: int
    """Milliseconds since 1970."""
    url: str | None = None
    time_spent: int | None = None
    event: str | None = None
    category: str | None = None
    element: str | None = None
    value: str | float | None = None
    previous: str | None = None
    source: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    price_before: int | None = None
    price_after: int | None = None
    price_list_version: str | None = None
    configuration: dict[Category, str | Quantity] | None = None
    total_price: int | None = None
    completion: int | None = None
    trigger: str | None = None
    conversion_status: str | None = None
    metric: str | None = None
    unit: str | None = None
    endpoint: str | None = None
    method: str | None = None
    status: int | None = None
    state: str | None = None
    user: str | None = None
    exit_page: str | None = None
    data: Data | None = None


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """One request: a session, its events (500 at most), and what a browser's headers say."""

    session: Session
    events: list[Event]
    user_agent: str
    address: str
    """Sent as X-Forwarded-For; a server that trusts the sender's address tells visitors apart."""

    def body(self) -> bytes:
        return _encode({"session": self.session, "events": self.events})


_encode = msgspec.json.Encoder().encode

Kind = Literal["bot", "bounce", "look", "configure"]
