"""The system's own state in words: what waits, the ledger, the queues of jobs, the storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import msgspec

from trailpost.analytics import Balance
from trailpost.dashboard.rules import sums, words
from trailpost.dashboard.rules.views import Figure, Ledger
from trailpost.jobs import QueueFigures
from trailpost.stream import SpoolStatus, StreamStatus

_STREAMED = "Entries in all streams that a writer has not acknowledged yet."
_OLDEST = "Age of the oldest of those entries: how far the writers are behind."
_SPOOL = "Events in this machine's spool, waiting for Redis to come back."
_SIZE = "All tables of this database with their indexes."


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """A table, or a partition of one."""

    relation: str
    part: str
    rows: int
    bytes: int


class Size(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    rows: str
    size: str
    bytes: int
    share: float
    parts: tuple[Size, ...] = ()


class QueueLine(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    paused: bool
    waiting: str
    running: str
    oldest: str | None
    failed: str
    success: str | None
    wait: str | None


class System(msgspec.Struct, frozen=True, kw_only=True):
    gauges: tuple[Figure, ...]
    ledger: Ledger
    queues: tuple[QueueLine, ...]
    sizes: tuple[Size, ...]
    total: str


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """All that is asked for the page. `streams` None: Redis cannot be asked."""

    totals: msgspec.Struct
    balance: Balance
    streams: Sequence[StreamStatus] | None
    spool: SpoolStatus
    queues: Sequence[QueueFigures]
    relations: Sequence[Relation]


def system(known: Known, now: datetime) -> System:
    total = sum(r.bytes for r in known.relations)
    return System(
        gauges=_gauges(known, total),
        ledger=sums.ledger(known.totals, known.balance),
        queues=tuple(_queue(q, now) for q in known.queues),
        sizes=_sizes(known.relations, total),
        total=words.size(total),
    )


def _gauges(known: Known, total: int) -> tuple[Figure, ...]:
    streams = known.streams
    entries = None if streams is None else sum(s.entries for s in streams)
    ages = [s.oldest_ms for s in streams or () if s.oldest_ms is not None]
    oldest = None if streams is None else words.milliseconds(max(ages)) if ages else "none waits"
    return (
        sums.queue(known.balance),
        _gauge("entries", "Stream entries", _STREAMED, words.figure(entries, "count")),
        _gauge("oldest", "Oldest entry", _OLDEST, oldest),
        _gauge("spool", "Spool", _SPOOL, words.count(known.spool.events)),
        _gauge("size", "Storage", _SIZE, words.size(total)),
    )


def _gauge(name: str, title: str, definition: str, text: str | None) -> Figure:
    return Figure(name=f"system-{name}", title=title, definition=definition, text=text)


def _queue(q: QueueFigures, now: datetime) -> QueueLine:
    return QueueLine(
        name=q.queue,
        paused=q.paused,
        waiting=words.count(q.waiting),
        running=words.count(q.running),
        oldest=words.ago(q.oldest_waiting, now) if q.oldest_waiting else None,
        failed=words.count(q.failed),
        success=words.figure(None if q.success_rate is None else 100 * q.success_rate, "percent"),
        wait=words.figure(q.wait_p95, "seconds"),
    )


def _sizes(relations: Sequence[Relation], total: int) -> tuple[Size, ...]:
    grouped = groupby(sorted(relations, key=lambda r: r.relation), key=lambda r: r.relation)
    found = [_size(name, list(parts), total) for name, parts in grouped]
    return tuple(sorted(found, key=lambda s: -s.bytes))


def _size(name: str, relations: Sequence[Relation], total: int) -> Size:
    many = len(relations) > 1
    return Size(
        name=name,
        rows=words.count(sum(r.rows for r in relations)),
        size=words.size(sum(r.bytes for r in relations)),
        bytes=sum(r.bytes for r in relations),
        share=round(100 * sum(r.bytes for r in relations) / (total or 1), 1),
        parts=tuple(_size(r.part, [r], total) for r in reversed(relations)) if many else (),
    )
