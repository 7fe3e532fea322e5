"""What a range means: local days and hours as moments in UTC. `now` is always given.

Rollups know 15-minute buckets in UTC. Every offset in use since 2000 is a multiple of 15 minutes,
so local days fall on bucket edges, be they 23, 24 or 25 hours long.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from trailpost.analytics.wire import PeriodAsks
from trailpost.base.errors import BadRequest

BUCKET = timedelta(minutes=15)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_DAYS = {"7d": 7, "30d": 30, "90d": 90}
_MOST_DAYS = 3660
# Before this, some offsets were no multiples of 15 minutes.
FIRST_DAY = date(2000, 1, 2)

Step = Literal["hour", "day"]


class Span(msgspec.Struct, frozen=True):
    """From `start` on, up to and without `end`; both on edges of buckets."""

    start: datetime
    end: datetime

    @property
    def day_before(self) -> datetime:
        """Midnight UTC at or before the start."""
        return datetime.combine(self.start.date(), time(), UTC)

    @property
    def day_after(self) -> datetime:
        """Midnight UTC at or after the start."""
        before = self.day_before
        return before if before == self.start else before + _DAY


class Period(msgspec.Struct, frozen=True, kw_only=True):
    zone: str
    span: Span
    before: Span
    """As long as `span`, and just before it: what the figures are compared with."""
    earlier: Span
    """The same of `before`."""
    step: Step
    edges: tuple[datetime, ...]
    """Where each step of a series begins; hours: when the clock shows a full one."""
    edges_before: tuple[datetime, ...]
    """The same of the period before."""


@cache
def zone_names() -> frozenset[str]:
    return frozenset(available_timezones() - {"localtime", "posixrules"})


@lru_cache(maxsize=256)
def find_zone(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise BadRequest(f"no time zone is named {name!r}", field="tz")
    return ZoneInfo(name)


def resolve(asked: PeriodAsks, zone_name: str, now: datetime) -> Period:
    """Raises BadRequest that names the parameter at fault."""
    zone = find_zone(zone_name)
    name = asked.range or ("custom" if asked.from_ or asked.to else asked.default_range)
    if name == "custom":
        return _of_days(zone, *_custom_days(asked, _local(now, zone).date()), now)
    _refuse_days(asked, name)
    if name == "24h":
        return _of_hours(zone, now)
    today = _local(now, zone).date()
    return _of_days(zone, today - timedelta(days=_DAYS[name] - 1), today, now)


def _refuse_days(asked: PeriodAsks, name: str) -> None:
    for field, value in (("from", asked.from_), ("to", asked.to)):
        if value is not None:
            raise BadRequest(f"{field} goes with range=custom, not with {name}", field=field)


def _custom_days(asked: PeriodAsks, today: date) -> tuple[date, date]:
    first, last = asked.from_, asked.to
    if first is None:
        raise BadRequest("a custom range needs its first day", field="from")
    if last is None:
        raise BadRequest("a custom range needs its last day", field="to")
    if first < FIRST_DAY:
        raise BadRequest(f"from is before {FIRST_DAY}", field="from")
    if first > today:
        raise BadRequest("from is in the future", field="from")
    if last < first:
        raise BadRequest("to is before from", field="to")
    last = min(last, today)
    if (last - first).days >= _MOST_DAYS:
        raise BadRequest(f"the range is longer than {_MOST_DAYS} days", field="from")
    return first, last


def _of_days(zone: ZoneInfo, first: date, last: date, now: datetime) -> Period:
    """Whole local days; of today what has passed, and as much of the day it is compared with."""
    days = timedelta(days=(last - first).days + 1)
    start, close = midnight(first, zone), midnight(last + _DAY, zone)
    end = min(close, _next_bucket(now))
    span, is_open = Span(start, end), end < close
    before = _days_before(span, first - days, days, zone, is_open=is_open)
    step: Step = "hour" if days <= timedelta(days=2) else "day"
    by_hour = step == "hour"
    return Period(
        zone=zone.key,
        span=span,
        before=before,
        earlier=_days_before(before, first - 2 * days, days, zone, is_open=is_open),
        step=step,
        edges=local_hours(start, end, zone) if by_hour else _midnights(first, last, zone),
        edges_before=local_hours(before.start, before.end, zone)
        if by_hour
        else _midnights(first - days, last - days, zone),
    )


def _days_before(
    span: Span, first: date, days: timedelta, zone: ZoneInfo, *, is_open: bool
) -> Span:
    """The days before a period; of one that is not over, as much of the last day as of its."""
    until = _earlier(span.end, days, zone) if is_open else span.start
    return _clipped(Span(midnight(first, zone), until), span.start)


def _of_hours(zone: ZoneInfo, now: datetime) -> Period:
    end = _next_bucket(now)
    first = hour_of(now, zone) - 23 * _HOUR
    span, before, earlier = (
        Span(hour_of(first - n * _DAY, zone), end - n * _DAY) for n in range(3)
    )
    return Period(
        zone=zone.key,
        span=span,
        before=before,
        earlier=earlier,
        step="hour",
        edges=local_hours(span.start, span.end, zone),
        edges_before=local_hours(before.start, before.end, zone),
    )


def hour_of(at: datetime, zone: ZoneInfo) -> datetime:
    """When the local hour of `at` began, in UTC: the last time that the clock showed a full one.

    Clocks that move by half an hour (Lord Howe) make it half an hour longer. date_trunc, as
    step_start of the schema uses it, never leaves this hour.
    """
    found = _next_bucket(at) - BUCKET
    while _local(found, zone).minute:
        found -= BUCKET
    return found


def local_hours(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """`start`, and where each later local hour begins before `end`."""
    later = (start + n * BUCKET for n in range(1, -(-(end - start) // BUCKET)))
    return (start, *(at for at in later if not _local(at, zone).minute))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of a local day, in UTC, also where clocks skip midnight."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _earlier(end: datetime, days: timedelta, zone: ZoneInfo) -> datetime:
    """The same time of day on an earlier day."""
    wall = _local(end, zone).replace(tzinfo=None) - days
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _clipped(span: Span, latest: datetime) -> Span:
    return Span(span.start, max(span.start, min(span.end, latest)))


def _midnights(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, ...]:
    """A day that a zone skipped (Samoa, 30 December 2011) is no step."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(dict.fromkeys(midnight(day, zone) for day in days))


def _next_bucket(at: datetime) -> datetime:
    """The end of the bucket that holds `at`."""
    since = at - datetime(2000, 1, 1, tzinfo=UTC)
    return datetime(2000, 1, 1, tzinfo=UTC) + (since // BUCKET + 1) * BUCKET


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone)
