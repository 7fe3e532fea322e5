"""The ledger as the page shows it, and the queue that stands before it."""

from __future__ import annotations

import msgspec

from trailpost.analytics import Balance, definitions
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Figure, Ledger, Sum

QUEUE = (
    "Queue",
    "Events that ingest has acknowledged and the writer has not stored yet: in the streams, and "
    "in this machine's spool. Of all projects.",
)
_QUEUED = "Events in the streams that the writer has not read yet, of all projects."
_SPOOLED = "Events in this machine's spool, waiting for Redis to come back, of all projects."
_RECEIVED = (
    "Events that ingest answered for in the period: stored, duplicate, rejected, dead-lettered, "
    "erased, and those still waiting in the queue or the spool."
)


def queue(balance: Balance) -> Figure:
    waiting = None if balance.queued is None else balance.queued + balance.spooled
    return Figure(
        name="queue",
        title=QUEUE[0],
        definition=QUEUE[1],
        text=words.figure(waiting, "count"),
        alarm=bool(balance.missing),
    )


def ledger(totals: msgspec.Struct, balance: Balance) -> Ledger:
    told = definitions(type(totals))
    parts = [
        _sum(name, told[wire].title, told[wire].definition, getattr(totals, name))
        for name, wire in _PARTS.items()
    ]
    parts.append(_sum("queued", "Queued", _QUEUED, balance.queued))
    parts.append(_sum("spooled", "Spooled", _SPOOLED, balance.spooled))
    return Ledger(
        received=_sum("received", "Received", _RECEIVED, balance.received),
        parts=tuple(parts),
        adds_up=balance.adds_up if balance.received else None,
        verdict=_verdict(balance),
    )


_PARTS = {
    "stored": "stored",
    "duplicate": "duplicate",
    "rejected": "rejected",
    "dead_lettered": "deadLettered",
    "erased": "erased",
}


def _sum(name: str, title: str, definition: str, value: int | None) -> Sum:
    return Sum(
        name=name,
        title=title,
        definition=definition,
        text=words.figure(value, "count") or "no data",
        is_zero=not value,
        alarm=name == "dead_lettered" and bool(value),
    )


def _verdict(balance: Balance) -> str:
    if not balance.adds_up:
        reason = balance.reason or "the sums differ"
        return f"Does not add up: {reason}."
    if not balance.received:
        return "Nothing was received in this period."
    return "Adds up: every event received is accounted for."
