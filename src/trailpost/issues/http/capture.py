"""POST /api/issues: one occurrence or a batch, made durable; never touches PostgreSQL."""

from __future__ import annotations

import msgspec
from prometheus_client import Counter

from trailpost.base import clock
from trailpost.base.errors import BadRequest, TooLarge
from trailpost.http import UNREADABLE, at_fault, decode, times
from trailpost.http.bounded import MAX_BODY, Time
from trailpost.http.characters import REASON, may_hold_nul, nul_path, with_nul_for_halves
from trailpost.http.endpoint import Answer, Call, answer
from trailpost.http.refused import AllRefused, Refused
from trailpost.issues import wire
from trailpost.issues.rules.accept import accept

_OCCURRENCES = Counter(
    "trailpost_ingest_occurrences", "Occurrences received, by what became of them", ["outcome"]
)
_ACCEPTED, _REJECTED = _OCCURRENCES.labels("accepted"), _OCCURRENCES.labels("rejected")


class Read(msgspec.Struct):
    """A body: its occurrences, not decoded yet, each with the path that it stands at."""

    found: list[tuple[str, msgspec.Raw]]
    sent_at: Time | None
    key: str | None


async def capture(call: Call) -> Answer:
    """202 when it is durable: in Redis, or in the spool while Redis is away."""
    caller = call.caller
    # A wrong key in the headers costs no decoding.
    project = call.guard.project(call.keys, caller, caller.key) if caller.key else None
    sent = read(await call.body())
    key = caller.key or sent.key or ""
    project = project or call.guard.project(call.keys, caller, key)
    call.guard.spend(key, caller, len(sent.found))
    received_at = times.micros(clock.now())
    kept, refused = _accept_all(sent, received_at)
    envelope = wire.Envelope(wire.VERSION, project.id, received_at, len(refused), kept)
    await call.stream.publish(
        b"issues", wire.encode(envelope), len(kept) + len(refused), None, "issues"
    )
    _ACCEPTED.inc(len(kept))
    _REJECTED.inc(len(refused))
    if not kept:
        raise AllRefused(refused, "occurrence")
    return answer(202, wire.Accepted(len(kept), refused))


def read(body: bytes) -> Read:
    """Raises BadRequest naming the field when there is no occurrence to be read at all."""
    body = with_nul_for_halves(body)
    batch = decode(body, wire.LOOSE_BATCH, MAX_BODY)
    if batch.occurrences is None:
        return Read([("$", msgspec.Raw(body))], batch.sent_at, batch.key)
    if not batch.occurrences:
        raise BadRequest("there are no occurrences", field="$.occurrences")
    if len(batch.occurrences) > wire.MAX_OCCURRENCES:
        reason = f"{len(batch.occurrences)} occurrences; the limit is {wire.MAX_OCCURRENCES}"
        raise TooLarge(reason, field="$.occurrences")
    found = [(f"$.occurrences[{i}]", raw) for i, raw in enumerate(batch.occurrences)]
    return Read(found, batch.sent_at, batch.key)


def _accept_all(sent: Read, received_at: int) -> tuple[list[wire.Kept], list[Refused]]:
    sent_at = None if sent.sent_at is None else times.micros(sent.sent_at)
    skew = times.skew(sent_at, received_at)
    kept: list[wire.Kept] = []
    refused: list[Refused] = []
    for index, (path, raw) in enumerate(sent.found):
        try:
            kept.append(accept(_decoded(raw), skew, received_at))
        except BadRequest as e:
            at = (e.field or "$").removeprefix("$").removeprefix(".")
            field = path if not at else f"{path}.{at}"
            refused.append(Refused(index, field, str(e)))
    return kept, refused


def _decoded(raw: msgspec.Raw) -> wire.Occurrence:
    """Raises BadRequest naming the field."""
    try:
        nul = nul_path(msgspec.json.decode(raw)) if may_hold_nul(bytes(raw)) else None
        if nul is None:
            return wire.OCCURRENCE.decode(raw)
    except UNREADABLE as e:
        field, reason = at_fault(e)
        raise BadRequest(reason, field=field) from e
    raise BadRequest(REASON, field=f"${nul}")
