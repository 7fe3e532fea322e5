"""From what a client sent to what the stream carries: one occurrence, its time believed or not."""

from __future__ import annotations

import msgspec

from trailpost.http import times
from trailpost.http.bounded import json_object
from trailpost.issues import wire

_NIL = bytes(16)


def accept(sent: wire.Occurrence, skew: int, received_at: int) -> wire.Kept:
    """`skew`, microseconds, is added to the client's time. Raises BadRequest naming the field."""
    at, doubt = times.place(times.micros(sent.occurred_at), skew, received_at)
    session = sent.session_id.bytes if sent.session_id else _NIL
    return wire.Kept(
        occurrence_id=sent.occurrence_id.bytes,
        # A clock that is a day ahead, or a quarter behind, says nothing.
        occurred_at=received_at if doubt else at,
        level=sent.level,
        type=sent.type,
        message=sent.message,
        url=sent.url,
        session_id=None if session == _NIL else session,
        stack=[msgspec.convert(f, wire.KeptFrame, from_attributes=True) for f in sent.stack],
        release=sent.release,
        environment=sent.environment,
        tags=sent.tags,
        context=json_object(sent.context, "context", wire.MAX_CONTEXT),
        fingerprint=sent.fingerprint,
    )
