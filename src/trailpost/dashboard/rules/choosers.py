"""The form at the top right of a page: project, range, time zone, comparison, bots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trailpost import analytics
from trailpost.dashboard.rules.asked import RANGES, Asked
from trailpost.dashboard.rules.views import Choice, Choosers


def choosers(
    asked: Asked,
    projects: Sequence[tuple[str, str]],
    own_zone: str,
    shown: tuple[date, date],
    today: date,
) -> Choosers:
    """`projects`: slug and name; `shown`: the first and last day of the figures on the page."""
    zone = asked.tz if asked.tz in analytics.zone_names() else ""
    return Choosers(
        projects=tuple(Choice(slug, name, slug == asked.project) for slug, name in projects),
        ranges=tuple(Choice(code, label, code == asked.range) for code, label in RANGES.items()),
        zones=_zones(zone, own_zone),
        first=shown[0].isoformat(),
        last=shown[1].isoformat(),
        today=today.isoformat(),
        bots=asked.bots,
        compare=asked.compare,
        is_changed=bool(zone) or asked.bots,
    )


def _zones(chosen: str, own: str) -> tuple[Choice, ...]:
    """A few that most look for. Scripts in the page add all others that the browser knows."""
    names = dict.fromkeys(["UTC", *_COMMON, *([chosen] if chosen else [])])
    return (
        Choice("", f"The project's: {own.replace('_', ' ')}", not chosen),
        *(Choice(z, z.replace("_", " "), z == chosen) for z in names),
    )


_COMMON = (
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Africa/Lagos",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Europe/Vienna",
    "Europe/Zurich",
    "Pacific/Auckland",
)
