"""What a page was asked to show: a query string, and what each report is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from trailpost.analytics import Report

RANGES = {"24h": "24 h", "7d": "7 days", "30d": "30 days", "90d": "90 days", "custom": "Custom"}
DEFAULT_RANGE = "30d"

FILTERS = {
    "device": "Device",
    "source": "Source",
    "campaign": "Campaign",
    "country": "Country",
    "option": "Option",
    "price_list": "Price list",
    "converted": "Converted",
    "search": "Search",
    "status": "Status",
    "metric": "Metric",
    "endpoint": "Endpoint",
}
"""Parameters that leave only some sessions or measurements, and how a chip names them."""

LOCAL = ("search", "status", "metric", "endpoint", "by", "touch", "funnel", "ordered", "cursor")
"""Parameters of one section, that other sections are not asked with."""

_SWITCHES = ("by", "touch", "funnel", "ordered", "cursor")
_LONGEST = 500
_YES = ("true", "1", "on")


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}):
    """Empty is the default: the first project, thirty days, the project's time zone, no bots."""

    project: str = ""
    range: str = ""
    """Empty: what the section begins with."""
    first: str = ""
    last: str = ""
    tz: str = ""
    bots: bool = False
    compare: bool = False
    device: str = ""
    source: str = ""
    campaign: str = ""
    country: str = ""
    option: str = ""
    price_list: str = ""
    converted: str = ""
    search: str = ""
    status: str = ""
    metric: str = ""
    endpoint: str = ""
    by: str = ""
    touch: str = ""
    cursor: str = ""
    funnel: str = ""
    ordered: str = ""
    """`false` counts each step of a funnel by itself."""

    @property
    def filters(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in FILTERS if getattr(self, name)}

    @property
    def report_params(self) -> dict[str, str]:
        """All that was asked, as a query; dates only where they count."""
        given = {"project": self.project, "range": self.range, "tz": self.tz}
        if self.range == "custom":
            given |= {"from": self.first, "to": self.last}
        given |= {name: "true" for name in ("bots", "compare") if getattr(self, name)}
        given |= self.filters | {name: getattr(self, name) for name in _SWITCHES}
        return {k: v for k, v in given.items() if v}

    @property
    def query(self) -> str:
        return urlencode(self.report_params)

    @property
    def elsewhere(self) -> Asked:
        """What another section is asked with."""
        return self.having(**dict.fromkeys(LOCAL, ""))

    def having(self, **changed: str | bool) -> Asked:
        return msgspec.structs.replace(self, **changed)


def asked(query: Mapping[str, Any]) -> Asked:
    """Lenient: a page rather shows its default than an error for a range it does not know."""
    texts = {k: str(v)[:_LONGEST] for k, v in query.items()}
    chosen = texts.get("range", "")
    return Asked(
        project=texts.get("project", ""),
        range=chosen if chosen in RANGES else "",
        first=texts.get("from", ""),
        last=texts.get("to", ""),
        tz=texts.get("tz", ""),
        bots=texts.get("bots") in _YES,
        compare=texts.get("compare") in _YES,
        **{name: texts.get(name, "").strip() for name in (*FILTERS, *_SWITCHES)},
    )


def params_for(report: Report, asked: Asked, *, compare: bool = False) -> dict[str, str]:
    """Of what was asked, the parameters this report takes, under the names it gives them."""
    given = asked.report_params | ({"compare": "true"} if compare else {})
    named = {f.name.removesuffix("_"): f.encode_name for f in msgspec.structs.fields(report.asks)}
    return {named[k]: v for k, v in given.items() if k in named}


def ignored_by(report: Report, asked: Asked) -> list[str]:
    """Filters that this report does not know: its figures are of all sessions."""
    known = {f.name for f in msgspec.structs.fields(report.asks)}
    return [FILTERS[n] for n in asked.filters if n not in known and n not in LOCAL]
