"""Closed hours and UTC days: what closed days are, for stretches of time that days leave over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from trailpost import db
from trailpost.analytics.rules.days import HOURS_KEPT, ClosedSpan, SpanKind, spans_over
from trailpost.analytics.rules.reports import Family, Watched

_ROLLUPS = "trailpost.analytics.rollups"
_FIRST_SESSION = db.query(_ROLLUPS, "first_session")
_LOCK_ALL_ROLLUPS = db.query(_ROLLUPS, "lock_all_rollups")
_KNOWN_SPANS = db.query(_ROLLUPS, "known_spans")
_OPEN_SPANS = db.query(_ROLLUPS, "open_spans")
_DROP_HOURS = db.query(_ROLLUPS, "drop_hours")
_FORGET_SPANS = db.query(_ROLLUPS, "forget_spans")
_SPANS_TO_BUILD = db.query(_ROLLUPS, "spans_to_build", ClosedSpan)
_REPEATABLE_READ = db.query(_ROLLUPS, "repeatable_read")
_SPAN_MARK = db.query(_ROLLUPS, "span_mark")
_CLEAR_SPAN = db.query(_ROLLUPS, "clear_span")
_NOTE_BUILT_SPAN = db.query(_ROLLUPS, "note_built_span")

Told = Callable[[int, int], Awaitable[None]]
"""Awaited with the spans done and the spans there are."""


async def close_spans(
    pool: db.Pool, project: Watched, families: Sequence[Family], now: datetime, told: Told
) -> int:
    """Aggregate every closed hour and UTC day that is not, or not as it stands; the newest first.

    Returns the spans made. Safe to run again, and to break off: each span is one transaction.
    Opens only what a family keeps.
    """
    async with db.transaction(pool) as conn:
        await db.execute(conn, _FORGET_SPANS, project_id=project.id)
    made = 0
    for kind in get_args(SpanKind):
        statements = [one for family in families for one in family.closing(kind)]
        if statements:
            made += await _close(pool, project, kind, statements, now, told)
    return made


async def _close(
    pool: db.Pool,
    project: Watched,
    kind: SpanKind,
    statements: Sequence[db.Query],
    now: datetime,
    told: Told,
) -> int:
    zone = _zone(project, kind)
    await open_spans(pool, project, kind, now)
    async with db.transaction(pool) as conn:
        spans = await db.fetch(
            conn, _SPANS_TO_BUILD, ClosedSpan, project_id=project.id, kind=kind, zone=zone
        )
    for done, span in enumerate(spans):
        await told(done, len(spans))
        await _build(pool, kind, span, statements, {"project_id": project.id, "zone": zone}, now)
    return len(spans)


def _zone(project: Watched, kind: SpanKind) -> str:
    return project.time_zone if kind == "hour" else "UTC"


async def open_spans(pool: db.Pool, project: Watched, kind: SpanKind, now: datetime) -> None:
    """From here on every batch says which of the spans that are over it touches.

    Writers are kept out meanwhile, as by open_days. Hours come once an hour; those that are no
    longer needed go then.
    """
    zone = _zone(project, kind)
    async with db.transaction(pool) as conn:
        first: datetime | None = await db.fetch_value(conn, _FIRST_SESSION, project_id=project.id)
        known: list[datetime] = await db.fetch_value(
            conn, _KNOWN_SPANS, project_id=project.id, kind=kind, zone=zone
        )
        over = spans_over(kind, first or now, now, ZoneInfo(zone))
        spans = [span for span in over if span.starts_at not in set(known)]
        if not spans:
            return
        await db.execute(conn, _LOCK_ALL_ROLLUPS)
        await db.execute(
            conn,
            _OPEN_SPANS,
            project_id=project.id,
            kind=kind,
            zone=zone,
            starts=[span.starts_at for span in spans],
            ends=[span.ends_at for span in spans],
        )
        if kind == "hour":
            await db.execute(
                conn, _DROP_HOURS, project_id=project.id, zone=zone, before=now - HOURS_KEPT
            )


async def _build(
    pool: db.Pool,
    kind: SpanKind,
    span: ClosedSpan,
    statements: Sequence[db.Query],
    of: dict[str, object],
    now: datetime,
) -> None:
    """One moment: what is read, the mark it bears, and what is kept of it."""
    known = of | {"kind": kind, "start": span.starts_at, "end": span.ends_at, "now": now}
    async with db.transaction(pool) as conn:
        await db.execute(conn, _REPEATABLE_READ)
        known["mark"] = await db.fetch_value(conn, _SPAN_MARK, **_given(_SPAN_MARK, known))
        for statement in (_CLEAR_SPAN, *statements, _NOTE_BUILT_SPAN):
            await db.execute(conn, statement, **_given(statement, known))


def _given(statement: db.Query, known: dict[str, object]) -> dict[str, object]:
    return {name: known[name] for name in statement.params}
