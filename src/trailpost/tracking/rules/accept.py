"""From what a client sent to what the stream carries: ids, times and columns, one event each."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from trailpost.base.errors import BadRequest
from trailpost.http import times
from trailpost.http.bounded import json_object
from trailpost.tracking import wire
from trailpost.tracking.rules import identity
from trailpost.tracking.wire import native, text

Flag: TypeAlias = times.Clock | None
Json: TypeAlias = bytes | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What all events of a request have in common."""

    project_id: int
    secret: bytes
    at: int
    """When we received it, microseconds since 1970."""
    skew: int = 0
    """Microseconds to add to the client's times."""
    device_type: str | None = None
    size: tuple[int | None, int | None] = (None, None)
    """Of the page, where an event does not say: width and height."""
    random: Callable[[int], bytes] = os.urandom


def accept(sent: native.AnyEvent, receipt: Receipt) -> wire.Event:
    """Raises BadRequest whose `field` is the event's own field at fault."""
    event_id = _event_id(sent.id, receipt)
    at = sent.at
    given = at * 1000 if type(at) is int else _given(sent, event_id, receipt)
    occurred_at, clock = times.place(given, receipt.skew, receipt.at)
    data = json_object(sent.data, "data", text.MAX_DATA) if sent.data else None
    make = _COLUMNS[type(sent)]
    return make(sent, receipt, event_id, occurred_at, given // times.DAY, clock, data)


def _event_id(given: str | None, receipt: Receipt) -> bytes:
    if given is None:
        return times.uuid7(receipt.at, receipt.random(10))
    return identity.uuid_of(given) or identity.named(receipt.project_id, "event", given)


def _given(sent: native.AnyEvent, event_id: bytes, receipt: Receipt) -> int:
    """The client's own time: it may be wrong, but is the same on every retry."""
    if sent.at is not None:
        return times.micros(sent.at)
    known = times.uuid7_time(event_id) if sent.id is not None else None
    return receipt.at if known is None else known


def _text(value: str | float | None) -> str | None:
    """A value as the text it is kept as; no text at all is no value."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if value == int(value) else repr(value)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _cents(price: float | None) -> int | None:
    return None if price is None else round(price * 100)


def size_of(viewport: native.Viewport | None) -> tuple[int | None, int | None]:
    return (round(viewport.width), round(viewport.height)) if viewport else (None, None)


# One function a kind, its columns by position as far as they go: by name an event takes half as
# long again.


def _session_start(
    _: native.SessionStart, __: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(i, "session_start", at, day, clock=clock, additional_data=data)


def _page_view(
    sent: native.PageView, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(
        i,
        "page_view",
        at,
        day,
        url=sent.url,
        time_spent=_whole(sent.time_spent),
        clock=clock,
        additional_data=data,
    )


def _interaction(
    sent: native.Interaction, receipt: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    width, height = size_of(sent.viewport) if sent.viewport else receipt.size
    return wire.Event(
        i,
        "interaction",
        at,
        day,
        sent.event,
        sent.category,
        sent.element,
        _text(sent.value),
        _text(sent.previous),
        _whole(sent.time_spent),
        device_type=receipt.device_type,
        viewport_width=width,
        viewport_height=height,
        clock=clock,
        additional_data=data,
    )


def _choice(
    sent: native.Choice, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(
        i,
        "choice",
        at,
        day,
        None,
        sent.category,
        None,
        _text(sent.to),
        _text(sent.from_),
        source=sent.source,
        price_cents=_cents(sent.price_after),
        price_before_cents=_cents(sent.price_before),
        price_list_version=_text(sent.price_list_version),
        clock=clock,
        additional_data=data,
    )


def _snapshot(
    sent: native.Snapshot, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    configuration = json_object(sent.configuration, "configuration", text.MAX_CONFIGURATION)
    if configuration is None:
        raise BadRequest("Expected `object`, got `null`", field="configuration")
    return wire.Event(
        i,
        "snapshot",
        at,
        day,
        price_cents=_cents(sent.total_price),
        price_list_version=_text(sent.price_list_version),
        configuration=configuration,
        completion=_whole(sent.completion),
        trigger_event=sent.trigger,
        conversion_status=sent.conversion_status,
        clock=clock,
        additional_data=data,
    )


def _timing(
    sent: native.Timing, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(
        i,
        "timing",
        at,
        day,
        metric_name=sent.metric,
        metric_value=sent.value,
        unit=sent.unit,
        endpoint=sent.endpoint,
        method=sent.method,
        status=sent.status,
        clock=clock,
        additional_data=data,
    )


def _session_end(
    sent: native.SessionEnd, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(
        i,
        "session_end",
        at,
        day,
        time_spent=_whole(sent.time_spent),
        url=sent.exit_page,
        conversion_status=sent.conversion_status,
        clock=clock,
        additional_data=data,
    )


def _consent(
    sent: native.Consent, _: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    return wire.Event(i, "consent", at, day, value=sent.state, clock=clock, additional_data=data)


def _identify(
    sent: native.Identify, receipt: Receipt, i: bytes, at: int, day: int, clock: Flag, data: Json
) -> wire.Event:
    user = identity.user_hash(receipt.secret, sent.user)
    return wire.Event(i, "identify", at, day, value=user, clock=clock, additional_data=data)


_COLUMNS: dict[type, Callable[..., wire.Event]] = {
    native.SessionStart: _session_start,
    native.PageView: _page_view,
    native.Interaction: _interaction,
    native.Choice: _choice,
    native.Snapshot: _snapshot,
    native.Timing: _timing,
    native.SessionEnd: _session_end,
    native.Consent: _consent,
    native.Identify: _identify,
}
