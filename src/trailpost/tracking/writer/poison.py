"""Find the events that PostgreSQL refuses, so that the rest of their batch can be stored."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import msgspec

from trailpost import db
from trailpost.tracking.store import EventKey
from trailpost.tracking.wire import Event
from trailpost.tracking.writer.batch import Batch, Request, content_of
from trailpost.tracking.writer.transaction import Hook, store_content

_Unit = tuple[int, Event]
"""The number of a request in its batch, and one of its events."""


async def find_poison(
    conn: db.Connection, batch: Batch, hooks: Sequence[Hook]
) -> dict[EventKey, str]:
    """Events that cannot be stored, with PostgreSQL's reason, by halving the batch.

    Each trial is a transaction that is rolled back. None found: it was not the data.
    """
    requests = batch.content.requests
    units = [(n, event) for n, request in enumerate(requests) for event in request.events]
    found: dict[EventKey, str] = {}
    waiting = [units]
    while waiting:
        tried = waiting.pop()
        reason = await _refusal(conn, requests, tried, hooks)
        if reason is None:
            continue
        if len(tried) == 1:
            event = tried[0][1]
            found[event.event_id, event.day] = reason
            continue
        middle = len(tried) // 2
        waiting += [tried[middle:], tried[:middle]]
    return found


async def _refusal(
    conn: db.Connection, requests: Sequence[Request], units: Sequence[_Unit], hooks: Sequence[Hook]
) -> str | None:
    trial = Batch([], content_of(_narrowed(requests, units)))
    try:
        async with conn.transaction(force_rollback=True):
            await store_content(conn, trial, hooks)
    except db.Error as e:
        if not db.is_refused(e):
            raise
        return str(e)
    return None


def _narrowed(requests: Sequence[Request], units: Sequence[_Unit]) -> list[Request]:
    return [
        msgspec.structs.replace(requests[n], events=[event for _, event in group])
        for n, group in groupby(units, key=itemgetter(0))
    ]
