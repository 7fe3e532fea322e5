"""A section as its template shows it, and the fragments of it that a live page is sent."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
from litestar.datastructures import State

from trailpost import access, analytics, stream
from trailpost.access import Project
from trailpost.analytics import Period, Queue, ReportAnswer
from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.dashboard import panels, store, templates
from trailpost.dashboard.http.hub import Fragments
from trailpost.dashboard.panels import Note, Page
from trailpost.dashboard.panels.overview import overview
from trailpost.dashboard.panels.views import PanelView
from trailpost.dashboard.rules import heads, sections, visits
from trailpost.dashboard.rules.asked import DEFAULT_RANGE, Asked
from trailpost.dashboard.rules.exports import Exports, exports
from trailpost.dashboard.rules.heads import Place
from trailpost.dashboard.rules.sections import Section
from trailpost.dashboard.rules.system import System, system
from trailpost.dashboard.rules.views import Figure, Head, Ledger, Overview, SessionLine
from trailpost.dashboard.store import FunnelSettings, Sources


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """A page as somebody looks at it; `tracker` is the address that its empty state names."""

    section: str
    asked: Asked
    tracker: str = ""
    is_admin: bool = False
    link: str = ""
    """The token of the shared link through which it is looked at, by anybody."""
    user: int = 0
    """Where the page shows what is one's own."""

    @property
    def is_public(self) -> bool:
        return bool(self.link)


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    head: Head
    panels: tuple[PanelView, ...]
    body: str = "_panels.html"


class SystemView(SectionView, frozen=True, kw_only=True):
    """`strip` and `ledger` stand where the overview has them."""

    system: System
    strip: tuple[Figure, ...]
    ledger: Ledger
    is_admin: bool
    body: str = "_system.html"


class FunnelView(SectionView, frozen=True, kw_only=True):
    """`others`: categories that are chosen, and not required. `rest`: the query without these."""

    settings: FunnelSettings
    chosen: str
    ordered: bool
    others: tuple[str, ...]
    rest: tuple[tuple[str, str], ...]
    body: str = "_funnel.html"


class SessionsView(SectionView, frozen=True, kw_only=True):
    """`more`: the address of the sessions before these. `is_first`: nothing is newer."""

    sessions: tuple[SessionLine, ...]
    more: str | None
    is_first: bool
    body: str = "_session_list.html"


class ExportView(SectionView, frozen=True, kw_only=True):
    exports: Exports
    body: str = "_export.html"


Shown = Overview | SectionView


async def draw(state: State, looked: Looked) -> Shown:
    """A range or a filter that makes no sense gives way to the default, and the page says so."""
    sources = sources_of(state)
    projects = await access.list_projects(sources.pool)
    project = store.chosen(projects, looked.asked.project)
    place = Place(
        project=project.name,
        time_zone=project.time_zone,
        projects=tuple((p.slug, p.name) for p in projects),
        asked=looked.asked.having(project=project.slug),
        now=clock.now(),
    )
    asked = place.asked
    section = sections.find(looked.section)
    given = msgspec.structs.replace(looked, asked=_begun(asked, section))
    try:
        return await _draw(sources, given, project, place, None)
    except BadRequest as e:
        problem = f"{str(e)[:1].upper()}{str(e)[1:]}. Shown are the last 30 days."
        plain = Asked(project=project.slug, bots=asked.bots, range=DEFAULT_RANGE)
        given = msgspec.structs.replace(looked, asked=plain)
        return await _draw(sources, given, project, place, problem)


def _begun(asked: Asked, section: Section) -> Asked:
    return asked if asked.range else asked.having(range=section.default_range)


async def _draw(
    sources: Sources, looked: Looked, project: Project, place: Place, problem: str | None
) -> Shown:
    section, asked = sections.find(looked.section), looked.asked
    if section.name == "overview":
        answers, now = await store.overview(sources, asked, project, looked.tracker)
        found: dict[str, ReportAnswer | str] = {"overview": answers.overview}
    else:
        found, now = await store.section(sources, section, asked)
    period = _period(found)
    page = Page(
        path=section.path,
        asked=asked,
        zone=ZoneInfo(_zone(found, project)),
        now=now,
        notes=await _notes(sources, project, period),
        is_public=looked.is_public,
    )
    head = heads.head(section, asked, place, period, problem, link=looked.link)
    if section.name == "overview":
        return overview(answers, head, page)
    placed = sections.placed(section, analytics.REPORTS)
    view = SectionView(head=head, panels=panels.panels(placed, found, page))
    more = _MORE.get(section.name)
    return await more(sources, looked, view, found, page) if more else view


async def _system(
    sources: Sources,
    looked: Looked,
    view: SectionView,
    found: dict[str, ReportAnswer | str],
    page: Page,
) -> Shown:
    ledger = found["ledger"]
    if isinstance(ledger, str):
        return view
    told = system(await store.known_system(sources, ledger), page.now)
    return SystemView(
        head=view.head,
        panels=view.panels,
        system=told,
        strip=told.gauges,
        ledger=told.ledger,
        is_admin=looked.is_admin,
    )


async def _funnel(
    sources: Sources,
    looked: Looked,
    view: SectionView,
    found: dict[str, ReportAnswer | str],
    page: Page,
) -> Shown:
    asked = page.asked
    known = await store.funnel_settings(sources, asked.project)
    stopped = found.get("drop_off")
    rows = stopped.rows if isinstance(stopped, ReportAnswer) else []
    chosen = [r.category for r in rows if r.category and r.category not in known.required]
    rest = asked.having(funnel="", ordered="").report_params
    return FunnelView(
        head=view.head,
        panels=view.panels,
        settings=known,
        chosen=asked.funnel,
        ordered=not asked.ordered,
        others=tuple(chosen),
        rest=tuple(rest.items()),
    )


async def _export(
    sources: Sources,
    looked: Looked,
    view: SectionView,
    found: dict[str, ReportAnswer | str],
    page: Page,
) -> Shown:
    orders = await store.ordered_exports(sources, looked.user)
    told = exports(analytics.EXPORTS, list(analytics.FORMATS), orders, page.now, page.zone)
    return ExportView(head=view.head, panels=view.panels, exports=told)


async def _sessions(
    sources: Sources,
    looked: Looked,
    view: SectionView,
    found: dict[str, ReportAnswer | str],
    page: Page,
) -> Shown:
    answer = found["sessions"]
    if isinstance(answer, str):
        return view
    asked = page.asked
    lines = (visits.session_line(s, asked, page.zone, page.now) for s in answer.rows)
    older = asked.having(cursor=answer.next) if answer.next else None
    return SessionsView(
        head=view.head,
        panels=view.panels,
        sessions=tuple(lines),
        more=f"{page.path}?{older.query}" if older else None,
        is_first=not asked.cursor,
    )


_MORE = {"system": _system, "funnel": _funnel, "export": _export, "sessions": _sessions}
"""What a section shows beside its panels."""


async def _notes(sources: Sources, project: Project, period: Period | None) -> tuple[Note, ...]:
    if period is None:
        return ()
    span = period.span
    found = await store.list_annotations(sources.pool, project.id, span.start, span.end)
    return tuple(Note(at=a.at, text=a.text) for a in reversed(found))


def fragments(shown: Shown) -> Fragments:
    """Id of an element -> what is inside it."""
    period = {"period": templates.escape(shown.head.period)} if shown.head.period else {}
    if isinstance(shown, Overview):
        names = _PUBLIC_OVERVIEW if shown.head.is_public else _OVERVIEW
        parts = {name: templates.render(f"_{name}", view=shown) for name in names}
        return period | parts | {"panel-series": _series(shown)}
    own = _OWN.get(shown.head.name, {})
    period |= {name: templates.render(t, view=shown) for name, t in own.items()}
    if isinstance(shown, SessionsView):
        return period | {"session-rows": templates.render("_session_rows", view=shown)}
    return period | {
        f"panel-{p.name}": templates.render("_panel_body", panel=p) for p in shown.panels
    }


def _series(shown: Overview) -> str:
    return templates.render("_lines", shown=shown.series, name="series", title=shown.series_title)


_OVERVIEW = ("empty", "now", "cards", "options", "sessions", "ledger")
"""Templates `_name.html`, each inside the element of that id."""
_PUBLIC_OVERVIEW = ("cards", "options")
"""Those that a shared link shows: nothing that names a session, a key or the server."""
_OWN = {
    "system": {
        "now": "_now",
        "ledger": "_ledger",
        "storage": "_storage",
        "job-queues": "_job_queues",
    },
    "export": {"exports": "_exports"},
}
"""What a section shows beside its panels: id of an element -> the template of what is in it."""


def _period(found: dict[str, ReportAnswer | str]) -> Period | None:
    answers = (a for a in found.values() if isinstance(a, ReportAnswer))
    return next((a.period for a in answers if a.period is not None), None)


def _zone(found: dict[str, ReportAnswer | str], project: Project) -> str:
    answers = (a for a in found.values() if isinstance(a, ReportAnswer))
    return next((a.zone for a in answers), project.time_zone)


def sources_of(state: State) -> Sources:
    """Made once for each web process; the Redis client connects when it is first asked."""
    found: Sources | None = state.get("dashboard_sources")
    if found is None:
        redis = stream.connect(state.settings.redis_url)
        found = Sources(
            state.settings,
            state.pool,
            redis,
            state.get("cache_hit_rate", _no_rate),
            state.get("queue", _no_queue),
        )
        state["dashboard_sources"] = found
    return found


def _no_rate() -> float | None:
    return None


async def _no_queue() -> Queue | None:
    return None
