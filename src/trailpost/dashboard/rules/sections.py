"""The dashboard's sections, each a list of panels. To add a panel to one: a line here.

A panel names a report and, if not all of it, a part of it. One whose report does not exist is left
out, so a section may name what a later release brings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Literal

import msgspec

from trailpost.analytics import Part, Report
from trailpost.base.errors import NotFound
from trailpost.dashboard.rules.asked import DEFAULT_RANGE

EVERY = "*"
OWN = ""
"""The report's own rows, without its parts."""

Width = Literal["full", "half"]


class Panel(msgspec.Struct, frozen=True):
    report: str
    part: str = EVERY
    chart: str = ""
    """Another than the report's own."""
    width: Width = "full"
    lines: tuple[str, ...] = ()
    """Fields that are drawn over time; those not named stand in the table only."""
    hidden: tuple[str, ...] = ()
    """Fields that only the CSV has."""
    by: str = ""
    """The figure that bars and changes are of; else the first."""
    limit: str = ""
    """Rows that are asked for, where that can be said."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    group: str
    key: str
    """After `g`, on the keyboard."""
    about: str
    panels: tuple[Panel, ...] = ()
    has_range: bool = True
    default_range: str = DEFAULT_RANGE
    switches: tuple[str, ...] = ()
    """Parameters of its reports that the page offers to change."""
    is_searched: bool = False
    is_shared: bool = True
    """Whether a link may show it to people without a login."""
    for_admins: bool = False

    @property
    def path(self) -> str:
        return "/admin" if self.name == "overview" else f"/admin/{self.name}"


class Placed(msgspec.Struct, frozen=True):
    """A panel with the report that answers it, and the part of it that it shows."""

    panel: Panel
    report: Report
    part: Part

    @property
    def name(self) -> str:
        """In ids, so with hyphens only."""
        own = self.part is self.report
        found = self.report.name if own else f"{self.report.name}-{self.part.name}"
        return found.replace("_", "-")

    @property
    def chart(self) -> str:
        return self.panel.chart or self.part.chart


_WIDE = ("visitors", "engaged", "converted", "average_configured_value")
"""Figures that half a page has no room for."""

SECTIONS: tuple[Section, ...] = (
    Section(
        name="overview",
        title="Overview",
        group="",
        key="o",
        about="How many came, what they configured, how many converted.",
        panels=(
            Panel("overview"),
            Panel("options"),
            Panel("sessions"),
            Panel("ledger"),
            Panel("real_time"),
        ),
    ),
    Section(
        name="real-time",
        title="Real time",
        group="",
        key="t",
        about="What happens at this moment, to visitors and to this server.",
        panels=(
            Panel("real_time", OWN),
            Panel("real_time", "events", hidden=("event_id",)),
        ),
        has_range=False,
        is_shared=False,
    ),
    Section(
        name="funnel",
        title="Funnel",
        group="Behaviour",
        key="f",
        about="How far visitors get, and where those who do not convert stop.",
        panels=(
            Panel("funnel", OWN),
            Panel("funnel", "series", lines=("of_first",)),
            Panel("drop_off"),
        ),
    ),
    Section(
        name="configurations",
        title="Configurations",
        group="Behaviour",
        key="n",
        about="What they have put together in the end, and what became of it.",
        panels=(Panel("popular_configurations", hidden=("configuration_hash", "configurations")),),
    ),
    Section(
        name="options",
        title="Options",
        group="Behaviour",
        key="i",
        about="What visitors see, choose, keep and take back. Only what they chose themselves.",
        panels=(Panel("options", by="chosen"),),
    ),
    Section(
        name="prices",
        title="Prices",
        group="Behaviour",
        key="p",
        about="What configurations cost, how that moves, and what is left lying.",
        panels=(
            Panel("price_evolution", OWN, lines=("average", "median", "p10", "p90")),
            Panel("price_evolution", "versions"),
            Panel("price_distribution", "figures"),
            Panel("price_distribution", OWN),
            Panel("abandoned_value"),
        ),
    ),
    Section(
        name="journeys",
        title="Journeys",
        group="Behaviour",
        key="j",
        about="The ways through the categories, and how long each step takes.",
        panels=(
            Panel("journeys", "links"),
            Panel("journeys", OWN, hidden=("paths",)),
            Panel("journeys", "categories"),
        ),
    ),
    Section(
        name="sessions",
        title="Sessions",
        group="Behaviour",
        key="s",
        about="One by one, each a way into its journey.",
        panels=(Panel("sessions", limit="50"),),
        switches=("status",),
        is_searched=True,
        is_shared=False,
    ),
    Section(
        name="sources",
        title="Sources",
        group="Audience",
        key="u",
        about="Where visitors come from, on what, and which pages they see.",
        panels=(
            Panel("sources", "series"),
            Panel("sources", OWN),
            Panel("sources", "campaigns", width="half", hidden=_WIDE),
            Panel("sources", "countries", width="half", hidden=_WIDE),
            Panel("devices", OWN, width="half", hidden=_WIDE),
            Panel("devices", "browsers", width="half", hidden=_WIDE),
            Panel("devices", "systems", width="half", hidden=_WIDE),
            Panel("devices", "languages", width="half", hidden=_WIDE),
            Panel("devices", "viewports", width="half", hidden=_WIDE),
            Panel("pages"),
        ),
        switches=("by", "touch"),
    ),
    Section(
        name="retention",
        title="Retention",
        group="Audience",
        key="r",
        about="Who comes back, when people come, and whether there are more of them.",
        panels=(
            Panel("retention", "known"),
            Panel("retention", OWN),
            Panel("heatmap"),
            Panel("growth", lines=("sessions", "visitors", "converted")),
        ),
        default_range="90d",
    ),
    Section(
        name="performance",
        title="Performance",
        group="Operations",
        key="e",
        about="How fast the product and this server answer.",
        panels=(
            Panel("performance", "efficiency"),
            Panel("performance", "vitals", chart="vitals"),
            Panel("performance", OWN, lines=("p75", "p50", "p95", "p99")),
            Panel("performance", "metrics"),
            Panel("performance", "endpoints"),
            Panel("performance", "routes"),
        ),
    ),
    Section(
        name="system",
        title="System",
        group="Operations",
        key="y",
        about="Whether every event is accounted for, what waits, and what it takes.",
        panels=(
            Panel("ledger", OWN, lines=("stored", "duplicate", "rejected", "dead_lettered")),
            Panel("ledger", "issues"),
            Panel("ledger", "streams"),
            Panel("performance", "database"),
            Panel("performance", "processes", by="memory_now"),
        ),
        is_shared=False,
    ),
    Section(
        name="export",
        title="Export",
        group="Operations",
        key="x",
        about="Whole tables as files.",
        has_range=False,
        is_shared=False,
        for_admins=True,
    ),
)


class Group(msgspec.Struct, frozen=True):
    title: str
    sections: tuple[Section, ...]


GROUPS: tuple[Group, ...] = tuple(
    Group(title, tuple(found)) for title, found in groupby(SECTIONS, key=lambda s: s.group)
)
_BY_NAME = {section.name: section for section in SECTIONS}


def find(name: str) -> Section:
    found = _BY_NAME.get(name)
    if found is None:
        raise NotFound(f"no section is called {name!r}")
    return found


def placed(section: Section, reports: Mapping[str, Report]) -> tuple[Placed, ...]:
    """Its panels in order, one for each part that is shown."""
    return tuple(found for panel in section.panels for found in _placed(panel, reports))


def _placed(panel: Panel, reports: Mapping[str, Report]) -> Iterator[Placed]:
    report = reports.get(panel.report)
    if report is None:
        return
    if panel.part in (EVERY, OWN):
        yield Placed(panel, report, report)
    for part in report.parts:
        if panel.part in (EVERY, part.name):
            yield Placed(panel, report, part)
