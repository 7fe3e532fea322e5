"""What a session did until a moment ago: from Redis, or from PostgreSQL when it is not there."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs
from uuid import UUID

import msgspec
from prometheus_client import Counter

from trailpost import db
from trailpost.base.errors import BadRequest, Unavailable
from trailpost.http import times
from trailpost.http.endpoint import Answer, Call, Handler, answer
from trailpost.http.guard import Project
from trailpost.tracking import store, wire
from trailpost.tracking.rules.identity import live_name, session_uuid
from trailpost.tracking.rules.speed import Speed, efficiency
from trailpost.tracking.wire import compat
from trailpost.tracking.wire.text import MAX_SESSION_ID

SHOWN = 100
# A list this long may have lost its beginning.
_FULL = 100
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_READS = Counter("trailpost_live_reads", "Reads of a session, by what answered", ["source"])
_HIT, _MISS = _READS.labels("redis"), _READS.labels("postgres")


def cache_hit_rate() -> float | None:
    """Percent of this process's reads that Redis answered alone; None before the first."""
    samples = [s for metric in _READS.collect() for s in metric.samples]
    reads = {s.labels["source"]: s.value for s in samples if s.name.endswith("_total")}
    total = sum(reads.values())
    return 100 * reads["redis"] / total if total else None


class Found(msgspec.Struct, frozen=True):
    count: int
    latest: list[compat.Interaction]
    """Newest first."""


def interactions(speed: Speed) -> Handler:
    async def interactions(call: Call) -> Answer:
        session_id = _session_id(call)
        project = call.guard.project_or_default(call.keys, call.caller)
        call.guard.spend(call.caller.key or project.slug, call.caller, 1)
        found = await _find(call, project, session_uuid(project.id, session_id))
        average = speed.average()
        read = compat.Interactions(
            success=True,
            session_id=session_id,
            interaction_count=found.count,
            interactions=found.latest,
            performance=compat.Performance(
                average_processing_time=None if average is None else round(average, 3),
                tracking_efficiency=efficiency(average),
            ),
        )
        return answer(200, read)

    return interactions


async def _find(call: Call, project: Project, session_id: bytes) -> Found:
    blobs = await call.stream.live(session_id, live_name(project.id, session_id)) or []
    sent = [event for blob in blobs for event in wire.ENVELOPE.decode(blob).events]
    held = _held(sent)
    if _is_whole(blobs, sent):
        _HIT.inc()
        return Found(len(held), _latest(held))
    _MISS.inc()
    try:
        return await _with_stored(call, project, session_id, held)
    except Unavailable:
        if not held:
            raise
        return Found(len(held), _latest(held))


def _is_whole(blobs: list[bytes], sent: list[wire.Event]) -> bool:
    """A list may begin late: after an hour of quiet, or where Redis was short of memory."""
    return len(blobs) < _FULL and any(event.kind == "session_start" for event in sent)


async def _with_stored(
    call: Call, project: Project, session_id: bytes, held: list[compat.Interaction]
) -> Found:
    async with db.transaction(call.pool) as conn:
        kept = await store.session_interactions(conn, project.id, UUID(bytes=session_id), SHOWN)
    stored = [_stored(row) for row in kept.last]
    known = {found.interaction_id for found in stored}
    # One that is older than 100 stored ones was stored long ago.
    oldest = stored[-1].timestamp if len(stored) == SHOWN else _BEGINNING
    fresh = [i for i in held if i.interaction_id not in known and i.timestamp >= oldest]
    return Found(kept.count + len(fresh), _latest([*fresh, *stored]))


def _latest(found: list[compat.Interaction]) -> list[compat.Interaction]:
    return sorted(found, key=lambda i: (i.timestamp, i.interaction_id), reverse=True)[:SHOWN]


def _held(sent: list[wire.Event]) -> list[compat.Interaction]:
    """Each once, however often its client sent it."""
    found = {e.event_id: _sent(e) for e in sent if e.kind == "interaction"}
    return list(found.values())


def _sent(event: wire.Event) -> compat.Interaction:
    return compat.Interaction(
        interaction_id=str(UUID(bytes=event.event_id)),
        event_type=event.event_type,
        category=event.category,
        element_id=event.element_id,
        selection_value=event.value,
        previous_value=event.previous_value,
        time_spent=event.time_spent,
        timestamp=times.moment(event.occurred_at),
    )


def _stored(row: store.StoredInteraction) -> compat.Interaction:
    return compat.Interaction(
        interaction_id=str(row.event_id),
        event_type=row.event_type,
        category=row.category,
        element_id=row.element_id,
        selection_value=row.value,
        previous_value=row.previous_value,
        time_spent=row.time_spent,
        timestamp=row.occurred_at,
    )


def _session_id(call: Call) -> str:
    query = call.scope["query_string"].decode("latin-1")
    given = parse_qs(query, errors="replace").get("sessionId", [""])[0]
    if not 1 <= len(given) <= MAX_SESSION_ID:
        raise BadRequest("a session id of 1 to 200 characters is needed", field="sessionId")
    return given
