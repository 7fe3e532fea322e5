"""The compatible routes: one event a request, in the words of the clients that exist already."""

from __future__ import annotations

import os
from datetime import datetime
from typing import get_args
from uuid import UUID

import msgspec

from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.http import times
from trailpost.http.bounded import json_object
from trailpost.http.endpoint import Answer, Call, Handler, answer
from trailpost.http.refused import AllRefused
from trailpost.tracking import wire
from trailpost.tracking.http.submit import Submission, Submitted, submit
from trailpost.tracking.rules.speed import Speed
from trailpost.tracking.wire import compat, native
from trailpost.tracking.wire.text import (
    MAX_CONFIGURATION,
    MAX_DATA,
    Conversion,
    DeviceType,
    InteractionType,
    Price,
    Trigger,
    Value,
)

_INTERACTIONS: dict[str, InteractionType] = {word: word for word in get_args(InteractionType)}
_DEVICES: dict[str, DeviceType] = {word: word for word in get_args(DeviceType)}
_STATUSES: dict[str, Conversion | None] = {
    "active": "ongoing",
    "ongoing": "ongoing",
    "in_cart": "in_cart",
    "completed": "completed",
    "converted": "converted",
    # Both follow from time alone: a page that closes may not take back what a session reached.
    "abandoned": None,
    "expired": None,
}


async def create(call: Call) -> Answer:
    sent = await call.decode(_CREATE)
    device = sent.device_info
    # Version 7, so that its rows lie together.
    session_id = str(UUID(bytes=times.uuid7(times.micros(clock.now()), os.urandom(10))))
    session = native.Session(
        id=session_id, referrer=sent.referrer, utm=sent.utm, viewport=device.viewport
    )
    done = await _submit(
        call,
        session,
        [native.SessionStart()],
        user_agent=device.user_agent,
        device_type=_device(device.type),
    )
    created = compat.SessionCreated(True, session_id, "Session created", _when(done.events[0]))
    return answer(201, created)


def track(speed: Speed) -> Handler:
    async def track(call: Call) -> Answer:
        sent = await call.decode(_TRACK)
        event = sent.event
        interaction = _interaction(
            event.type,
            event.category,
            element=event.element_id,
            value=event.value,
            previous=event.previous_value,
            time_spent=event.time_spent,
        )
        return await _tracked(call, speed, sent.session_id, interaction, None, "Event tracked")

    return track


def track_interaction(speed: Speed) -> Handler:
    async def track_interaction(call: Call) -> Answer:
        sent = await call.decode(_TRACK_INTERACTION)
        given = sent.interaction
        device = given.device_info or compat.InteractionDevice()
        interaction = _interaction(
            given.event_type,
            given.category,
            element=given.element_id,
            value=given.selection_value,
            previous=given.previous_value,
            time_spent=given.time_spent,
            viewport=_viewport(device),
            data=json_object(given.additional_data, "$.interaction.additionalData", MAX_DATA),
        )
        said = "Interaction tracked"
        return await _tracked(call, speed, sent.session_id, interaction, _device(device.type), said)

    return track_interaction


async def save_configuration(call: Call) -> Answer:
    sent = await call.decode(_SAVE)
    snapshot = _snapshot(sent.configuration, "$.configuration", sent.trigger, sent.total_price)
    done = await _submit(call, native.Session(id=sent.session_id), [snapshot])
    saved = compat.ConfigurationSaved(
        True, "Configuration saved", sent.session_id, _id(done.events[0]), _when(done.events[0])
    )
    return answer(200, saved)


async def finalize(call: Call) -> Answer:
    sent = await call.decode(_FINALIZE)
    status = _status(sent.conversion_status)
    events: list[native.AnyEvent | None] = []
    if json_object(sent.final_configuration, "$.finalConfiguration", MAX_CONFIGURATION):
        events.append(
            _snapshot(sent.final_configuration, "$.finalConfiguration", "page_exit", None)
        )
    events.append(native.SessionEnd(exit_page=sent.exit_page, conversion_status=status))
    done = await _submit(call, native.Session(id=sent.session_id), events)
    ended = compat.SessionFinalized(
        True, "Session finalized", sent.session_id, status, _when(done.events[-1])
    )
    return answer(200, ended)


async def track_performance(call: Call) -> Answer:
    sent = await call.decode(_PERFORMANCE)
    timing = native.Timing(
        metric=sent.metric_name,
        value=sent.value,
        unit=sent.unit,
        endpoint=sent.endpoint,
        method=sent.method,
        status=sent.status,
        data=_raw(json_object(sent.additional_data, "$.additionalData", MAX_DATA)),
    )
    done = await _submit(
        call,
        native.Session(id=sent.session_id or "none"),
        [timing],
        user_agent=sent.user_agent,
        sessionless=sent.session_id is None,
    )
    kept = done.events[0]
    return answer(
        200, compat.PerformanceTracked(True, "Performance metric tracked", _id(kept), _when(kept))
    )


async def _tracked(
    call: Call,
    speed: Speed,
    session_id: str,
    interaction: native.Interaction,
    device_type: DeviceType | None,
    message: str,
) -> Answer:
    session = native.Session(id=session_id)
    done = await _submit(call, session, [interaction], device_type=device_type)
    kept = done.events[0]
    took = call.milliseconds()
    speed.record(took)
    receipt = compat.InteractionReceipt(
        interaction_id=_id(kept),
        session_id=session_id,
        event_type=interaction.event,
        category=interaction.category,
        processing_time=round(took, 3),
        timestamp=_when(kept),
    )
    return answer(200, compat.InteractionTracked(True, message, receipt))


async def _submit(
    call: Call,
    session: native.Session,
    events: list[native.AnyEvent | None],
    *,
    user_agent: str | None = None,
    device_type: DeviceType | None = None,
    sessionless: bool = False,
) -> Submitted:
    caller = call.caller
    project = call.guard.project_or_default(call.keys, caller)
    call.guard.spend(caller.key or project.slug, caller, len(events))
    submission = Submission(
        project=project,
        session=session,
        events=events,
        user_agent=caller.user_agent if user_agent is None else user_agent,
        device_type=device_type,
        sessionless=sessionless,
    )
    done = await submit(call.stream, submission, caller)
    if done.refused:
        raise AllRefused(done.refused)
    return done


def _interaction(
    word: str,
    category: str,
    *,
    element: str | None,
    value: Value | None,
    previous: Value | None,
    time_spent: float | None,
    viewport: native.Viewport | None = None,
    data: bytes | None = None,
) -> native.Interaction:
    """Another word than ours makes a custom interaction, and is kept in its data."""
    event = _INTERACTIONS.get(word.lower())
    if event is None:
        named = msgspec.json.decode(data or b"{}", type=dict[str, msgspec.Raw])
        data = msgspec.json.encode(named | {"eventType": msgspec.Raw(msgspec.json.encode(word))})
    return native.Interaction(
        event=event or "custom",
        category=category,
        element=element,
        value=value,
        previous=previous,
        time_spent=time_spent,
        viewport=viewport,
        data=_raw(data),
    )


def _snapshot(
    configuration: msgspec.Raw, field: str, trigger: Trigger, price: float | None
) -> native.Snapshot:
    """Raises BadRequest naming `field`. Often the price is one of the configuration's own."""
    checked = json_object(configuration, field, MAX_CONFIGURATION)
    if checked is None:
        raise BadRequest("Expected `object`, got `null`", field=field)
    return native.Snapshot(
        configuration=msgspec.Raw(checked),
        trigger=trigger,
        total_price=_price(checked) if price is None else price,
    )


def _price(configuration: bytes) -> float | None:
    try:
        return _PRICED.decode(configuration).total_price
    except msgspec.ValidationError:  # some clients keep a formatted text there
        return None


def _status(word: str) -> Conversion | None:
    key = word.strip().lower().replace("-", "_")
    if key not in _STATUSES:
        raise BadRequest(
            f"unknown status {word!r}; ACTIVE, IN_CART, COMPLETED, CONVERTED, ABANDONED or EXPIRED",
            field="$.conversionStatus",
        )
    return _STATUSES[key]


def _device(word: str | None) -> DeviceType | None:
    return _DEVICES.get(word.lower()) if word else None


def _viewport(device: compat.InteractionDevice) -> native.Viewport | None:
    if device.width is None or device.height is None:
        return None
    return native.Viewport(width=device.width, height=device.height)


def _raw(data: bytes | None) -> msgspec.Raw:
    return msgspec.Raw(data or b"")


def _id(event: wire.Event) -> str:
    return str(UUID(bytes=event.event_id))


def _when(event: wire.Event) -> datetime:
    return times.moment(event.occurred_at)


class _Priced(msgspec.Struct, rename="camel"):
    total_price: Price | None = None


_PRICED = msgspec.json.Decoder(_Priced)
_CREATE = msgspec.json.Decoder(compat.CreateSession)
_TRACK = msgspec.json.Decoder(compat.TrackEvent)
_TRACK_INTERACTION = msgspec.json.Decoder(compat.TrackInteraction)
_SAVE = msgspec.json.Decoder(compat.SaveConfiguration)
_FINALIZE = msgspec.json.Decoder(compat.FinalizeSession)
_PERFORMANCE = msgspec.json.Decoder(compat.TrackPerformance)
