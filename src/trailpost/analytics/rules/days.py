"""Which local days are over, and which part of a period is read from what was kept of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics.rules.periods import Span, midnight

MOST_DAYS = 400
"""Days back that are kept aggregated; what is older is read from the sessions themselves."""
_DAY = timedelta(days=1)


class ClosedDay(msgspec.Struct, frozen=True):
    date: date
    starts_at: datetime
    ends_at: datetime
    frozen: bool = False
    """Its raw events are gone; its sessions are not."""


class KeptDay(msgspec.Struct, frozen=True):
    date: date


class Spans(msgspec.Struct, frozen=True, kw_only=True):
    """A period, in days that are kept and in stretches that are not."""

    closed: list[date] = []
    live_from: list[datetime] = []
    live_until: list[datetime] = []


def days_over(first: datetime, now: datetime, zone: ZoneInfo) -> list[ClosedDay]:
    """Local days from the one of `first`, or 400 days back, to yesterday."""
    today = now.astimezone(zone).date()
    day = max(first.astimezone(zone).date(), today - timedelta(days=MOST_DAYS))
    days = (day + timedelta(days=n) for n in range((today - day).days))
    found = (ClosedDay(d, midnight(d, zone), midnight(d + _DAY, zone)) for d in days)
    # A zone that skipped a day has none to close.
    return [one for one in found if one.starts_at < one.ends_at]


def split(span: Span, zone: ZoneInfo, kept: Collection[date]) -> Spans:
    """`kept` are whole local days inside the span, in any order."""
    ends: list[tuple[datetime, datetime]] = []
    at = span.start
    for day in sorted(kept):
        starts_at, ends_at = midnight(day, zone), midnight(day + _DAY, zone)
        if at < starts_at:
            ends.append((at, starts_at))
        at = ends_at
    if at < span.end:
        ends.append((at, span.end))
    return spans_of(sorted(kept), ends)


def spans_of(closed: Sequence[date], live: Sequence[tuple[datetime, datetime]]) -> Spans:
    return Spans(
        closed=list(closed),
        live_from=[first for first, _ in live],
        live_until=[until for _, until in live],
    )
