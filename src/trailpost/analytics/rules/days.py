"""Which days and hours are over, and which part of a period is read from what was kept of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics.rules.periods import Span, hour_of, local_hours, midnight

MOST_DAYS = 400
"""Days back that are kept aggregated; what is older is read from the sessions themselves."""
HOURS_KEPT = timedelta(hours=50)
"""Back from now: the last 24 hours and the 24 before them, and the hours that these begin in."""
_SETTLED = timedelta(hours=1)
"""After the end of an hour most of its sessions are idle: it is made once and not every five
minutes."""
_DAY = timedelta(days=1)


class ClosedDay(msgspec.Struct, frozen=True):
    date: date
    starts_at: datetime
    ends_at: datetime
    frozen: bool = False
    """Its raw events are gone; its sessions are not."""


class ClosedSpan(msgspec.Struct, frozen=True):
    starts_at: datetime
    ends_at: datetime


class KeptDay(msgspec.Struct, frozen=True):
    date: date


class Spans(msgspec.Struct, frozen=True, kw_only=True):
    """A period, in days and hours that are kept and in stretches that are not."""

    closed: list[date] = []
    hours: list[datetime] = []
    """Where the hours begin that are read from what is kept of them."""
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


def hours_over(first: datetime, now: datetime, zone: ZoneInfo) -> list[ClosedSpan]:
    """Local ones from that of `first` on, 50 hours back, that are over and have come to rest."""
    begun, until = hour_of(max(first, now - HOURS_KEPT), zone), hour_of(now - _SETTLED, zone)
    # The last edge is where the first hour begins that is not over for long enough.
    edges = [*local_hours(begun, until, zone), until] if begun < until else []
    return [ClosedSpan(a, b) for a, b in zip(edges, edges[1:], strict=False)]


def split(
    span: Span, zone: ZoneInfo, kept: Collection[date], hours: Iterable[ClosedSpan] = ()
) -> Spans:
    """`kept` are whole local days inside the span, in any order; hours fill what these leave."""
    days = [ClosedSpan(midnight(d, zone), midnight(d + _DAY, zone)) for d in sorted(kept)]
    hours = sorted(hours, key=lambda one: one.starts_at)
    used, live = [], []
    for gap in _laid(span, days)[1]:
        mine, left = _laid(gap, hours)
        used += mine
        live += left
    return Spans(
        closed=sorted(kept),
        hours=[one.starts_at for one in used],
        live_from=[one.start for one in live],
        live_until=[one.end for one in live],
    )


def _laid(span: Span, pieces: Iterable[ClosedSpan]) -> tuple[list[ClosedSpan], list[Span]]:
    """Of the pieces, sorted, those inside the span that do not overlap; and the gaps between."""
    laid, gaps, at = [], [], span.start
    for piece in pieces:
        if piece.starts_at < at or piece.ends_at > span.end:
            continue
        if at < piece.starts_at:
            gaps.append(Span(at, piece.starts_at))
        laid.append(piece)
        at = piece.ends_at
    if at < span.end:
        gaps.append(Span(at, span.end))
    return laid, gaps
