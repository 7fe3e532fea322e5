"""Whether every event that was received can be accounted for."""

from __future__ import annotations

from typing import Protocol

import msgspec


class Totals(Protocol):
    """The ledger's sums over a range, and what the streams' positions say."""

    @property
    def received(self) -> int: ...
    @property
    def stored(self) -> int: ...
    @property
    def duplicate(self) -> int: ...
    @property
    def rejected(self) -> int: ...
    @property
    def dead_lettered(self) -> int: ...
    @property
    def erased(self) -> int: ...
    @property
    def written_total(self) -> int: ...
    @property
    def missing(self) -> int: ...


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """received + queued + spooled = accounted, or `difference` says by how much not."""

    adds_up: bool
    received: int
    """Written, queued and spooled."""
    accounted: int
    """Stored, duplicate, rejected, dead-lettered, erased, queued and spooled."""
    difference: int
    """Received less accounted."""
    queued: int | None
    """In the streams, not yet written; None when Redis cannot be asked."""
    spooled: int
    missing: int
    """Counted by ingest, never delivered by the stream."""
    reason: str | None
    """Why it does not add up."""


def balance(
    totals: Totals, backlog_total: int | None, spooled: int, what: str = "events"
) -> Balance:
    """`backlog_total` is the sum of the streams' running totals, read after `totals`.

    The ledger's sums may be of any range: each of its rows must add up by itself. What is queued
    is what ingest counted in the streams less what their positions say is written.
    """
    queued = None if backlog_total is None else backlog_total - totals.written_total
    waiting = max(queued or 0, 0) + spooled
    stored = totals.stored + totals.duplicate + totals.erased
    ended = stored + totals.rejected + totals.dead_lettered
    reason = _reason(totals.received - ended, totals.missing, queued, what)
    return Balance(
        adds_up=reason is None,
        received=totals.received + waiting,
        accounted=ended + waiting,
        difference=totals.received - ended,
        queued=None if queued is None else max(queued, 0),
        spooled=spooled,
        missing=totals.missing,
        reason=reason,
    )


def _reason(difference: int, missing: int, queued: int | None, what: str) -> str | None:
    if difference:
        return f"{abs(difference)} {what} are {'un' if difference > 0 else 'over'}accounted for"
    if missing:
        return f"{missing} {what} were counted by ingest and never came out of the stream"
    if queued is not None and queued < 0:
        return f"the streams count fewer {what} than were written from them: Redis lost its data"
    return None
