"""What a page was asked to show, as a query string and as the form that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec

from trailpost import analytics
from trailpost.dashboard.rules.views import Choice, Choosers

RANGES = {"24h": "24 h", "7d": "7 days", "30d": "30 days", "90d": "90 days", "custom": "Custom"}
DEFAULT_RANGE = "30d"


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """Empty is the default: the first project, thirty days, the project's time zone, no bots."""

    project: str = ""
    range: str = DEFAULT_RANGE
    first: str = ""
    last: str = ""
    tz: str = ""
    bots: bool = False

    @property
    def report_params(self) -> dict[str, str]:
        """As the reports are asked; dates only where they count."""
        given = {"project": self.project, "range": self.range, "tz": self.tz}
        if self.range == "custom":
            given |= {"from": self.first, "to": self.last}
        if self.bots:
            given["bots"] = "true"
        return {k: v for k, v in given.items() if v}

    @property
    def query(self) -> str:
        return urlencode(self.report_params)


def asked(query: Mapping[str, Any]) -> Asked:
    """Lenient: a page rather shows its default than an error for a range it does not know."""
    texts = {k: str(v)[:100] for k, v in query.items()}
    chosen = texts.get("range", DEFAULT_RANGE)
    return Asked(
        project=texts.get("project", ""),
        range=chosen if chosen in RANGES else DEFAULT_RANGE,
        first=texts.get("from", ""),
        last=texts.get("to", ""),
        tz=texts.get("tz", ""),
        bots=texts.get("bots") in ("true", "1", "on"),
    )


def choosers(
    asked: Asked,
    projects: Sequence[tuple[str, str]],
    own_zone: str,
    shown: tuple[date, date],
    today: date,
    problem: str | None,
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
        is_changed=bool(zone) or asked.bots,
        problem=problem,
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
