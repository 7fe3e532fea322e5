"""What stands above every section: title, period, choosers, the filters that are set."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from trailpost.analytics import REPORTS, Period, option_of
from trailpost.dashboard.rules import choosers, sections, spans, switches, words
from trailpost.dashboard.rules.asked import FILTERS, LOCAL, Asked
from trailpost.dashboard.rules.sections import Section
from trailpost.dashboard.rules.views import Chip, Head, Pick

_CODED = frozenset({"device", "option", "status"})


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the page stands: its project, and the others there are (slug and name)."""

    project: str
    time_zone: str
    projects: tuple[tuple[str, str], ...]
    asked: Asked
    """As it was asked: without what the section begins with."""
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def today(self) -> date:
        return self.now.date()


def head(
    section: Section,
    asked: Asked,
    place: Place,
    period: Period | None,
    problem: str | None = None,
    *,
    link: str = "",
) -> Head:
    """`link`: the token of the shared link through which it is looked at."""
    shown = spans.days_shown(period) if period else (place.today, place.today)
    path = section.path
    return Head(
        name=section.name,
        title=section.title,
        about=section.about,
        path=path,
        project=place.project,
        period=spans.period_words(period, asked) if period else "",
        query=asked.query,
        live=f"/share/{link}/live" if link else f"/admin/live/{section.name}?{asked.query}",
        is_public=bool(link),
        has_range=section.has_range,
        can_compare=_can_compare(section),
        is_shared=section.is_shared,
        now=f"{place.now.astimezone(place.zone):%Y-%m-%dT%H:%M}",
        choosers=choosers.choosers(asked, place.projects, place.time_zone, shown, place.today),
        chips=tuple(
            _chip(name, value, asked, path, bool(link)) for name, value in asked.filters.items()
        ),
        picks=_picks(asked, section.name),
        kept=_kept(section, asked),
        search=asked.search if section.is_searched else None,
        switches=switches.switches(section, REPORTS, asked),
        elsewhere=place.asked.elsewhere.query,
        problem=problem,
    )


def _chip(name: str, value: str, asked: Asked, path: str, is_public: bool) -> Chip:
    without = None if is_public else _url(path, asked.having(**{name: "", "cursor": ""}))
    return Chip(FILTERS[name], filter_words(name, value), without)


def filter_words(name: str, value: str) -> str:
    if name == "converted":
        return "yes" if value == "true" else "no"
    if name == "option":
        return ": ".join(words.label(part) for part in option_of(value) if part)
    return words.label(value) if name in _CODED else value


def _picks(asked: Asked, section: str) -> tuple[Pick, ...]:
    return tuple(
        Pick(name, title, f"/admin/values/{name}?{asked.query}&section={section}")
        for name, title in FILTERS.items()
        if name not in LOCAL and name not in asked.filters
    )


def _can_compare(section: Section) -> bool:
    return any(
        f.name == "compare"
        for placed in sections.placed(section, REPORTS)
        for f in msgspec.structs.fields(placed.report.asks)
    )


def _kept(section: Section, asked: Asked) -> tuple[tuple[str, str], ...]:
    """Filters, and where the section has no range, that of the sections that do."""
    shown = {"project", "tz", "bots", "cursor", *section.switches}
    if section.is_searched:
        shown.add("search")
    if section.has_range:
        shown |= {"range", "from", "to", "compare"}
    return tuple((k, v) for k, v in asked.report_params.items() if k not in shown)


def _url(path: str, asked: Asked) -> str:
    return f"{path}?{asked.query}" if asked.query else path
