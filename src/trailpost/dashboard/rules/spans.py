"""A report's period in words."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from trailpost.analytics import Period
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.asked import Asked


def days_shown(period: Period) -> tuple[date, date]:
    """First and last local day."""
    zone = ZoneInfo(period.zone)
    last = period.span.end.astimezone(zone) - timedelta(microseconds=1)
    return period.span.start.astimezone(zone).date(), last.date()


def period_words(period: Period, asked: Asked) -> str:
    zone = period.zone.replace("_", " ")
    if asked.range == "24h":
        return f"Last 24 hours, {zone}, against the 24 hours before"
    first, last = days_shown(period)
    days = (last - first).days + 1
    before = "the day before" if days == 1 else f"the {days} days before"
    return f"{words.days(first, last)}, {zone}, against {before}"
