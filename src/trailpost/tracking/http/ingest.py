"""The native route: many events a request, decoded all at once, one by one when one is wrong."""

from __future__ import annotations

import msgspec

from trailpost.base.errors import BadRequest, TooLarge
from trailpost.http import UNREADABLE, at_fault, decode, times
from trailpost.http.bounded import MAX_BODY, Time
from trailpost.http.characters import (
    REASON,
    may_hold_nul,
    nul_path,
    with_nul_for_halves,
)
from trailpost.http.endpoint import Answer, Call, answer
from trailpost.http.refused import AllRefused, Refused
from trailpost.tracking.http.submit import Submission, submit
from trailpost.tracking.wire import native
from trailpost.tracking.wire.text import MAX_EVENTS


async def ingest(call: Call) -> Answer:
    caller = call.caller
    # A wrong key in the headers costs no decoding.
    project = call.guard.project(call.keys, caller, caller.key) if caller.key else None
    sent = read(await call.body())
    key = caller.key or sent.key or ""
    project = project or call.guard.project(call.keys, caller, key)
    call.guard.spend(key, caller, len(sent.events))
    submission = Submission(
        project=project,
        session=sent.session,
        events=sent.events,
        refused=sent.refused,
        sent_at=None if sent.sent_at is None else times.micros(sent.sent_at),
        user_agent=caller.user_agent,
    )
    done = await submit(call.stream, submission, caller)
    if not done.events:
        raise AllRefused(done.refused)
    return answer(202, native.Accepted(len(done.events), done.refused))


class Read(msgspec.Struct):
    """A body, decoded; None stands where an event was refused."""

    session: native.Session
    events: list[native.AnyEvent | None]
    refused: list[Refused]
    sent_at: Time | None
    key: str | None


def read(body: bytes) -> Read:
    """Raises BadRequest naming the field when no event can be read at all."""
    if may_hold_nul(body):
        return _read_one_by_one(body)
    try:
        batch = native.BATCH.decode(body)
    except UNREADABLE:
        return _read_one_by_one(body)
    return Read(batch.session, [*batch.events], [], batch.sent_at, batch.key)


def _read_one_by_one(body: bytes) -> Read:
    batch = decode(with_nul_for_halves(body), native.LOOSE_BATCH, MAX_BODY)
    if not batch.events:
        raise BadRequest("there are no events", field="$.events")
    if len(batch.events) > MAX_EVENTS:
        reason = f"{len(batch.events)} events; the limit is {MAX_EVENTS}"
        raise TooLarge(reason, field="$.events")
    nul = nul_path(msgspec.to_builtins(batch.session))
    if nul is not None:
        raise BadRequest(REASON, field=f"$.session{nul}")
    refused: list[Refused] = []
    events = [_read_event(raw, i, refused) for i, raw in enumerate(batch.events)]
    return Read(batch.session, events, refused, batch.sent_at, batch.key)


def _read_event(raw: msgspec.Raw, index: int, refused: list[Refused]) -> native.AnyEvent | None:
    try:
        nul = nul_path(msgspec.json.decode(raw)) if may_hold_nul(bytes(raw)) else None
        if nul is None:
            event: native.AnyEvent = native.EVENT.decode(raw)
            return event
        path, reason = f"${nul}", REASON
    except UNREADABLE as e:
        found, reason = at_fault(e)
        path = found or "$"
    refused.append(Refused(index, f"$.events[{index}]{path[1:]}", reason))
    return None
