"""Everything a page shows, asked from the features' public faces in one moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from trailpost import access, analytics, db, stream
from trailpost.access import Project
from trailpost.analytics import Balance, ExportAnswer, Queue, Report, ReportAnswer
from trailpost.base import clock
from trailpost.base.errors import NotFound, Unavailable
from trailpost.base.settings import Settings
from trailpost.dashboard.panels.overview import Answers
from trailpost.dashboard.rules import sections, timeline
from trailpost.dashboard.rules.asked import Asked, params_for
from trailpost.dashboard.rules.sections import Section

# The journey report answers this many events at once.
_JOURNEY_CHUNK = 2000


class Sources(msgspec.Struct, frozen=True):
    """Where a web process asks: its settings, PostgreSQL, Redis."""

    settings: Settings
    pool: db.Pool
    redis: stream.Client
    cache_hit_rate: Callable[[], float | None]
    queue: Callable[[], Awaitable[Queue | None]]
    """What waits in the streams; None where Redis cannot be asked."""

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.settings.session_idle_minutes)


async def section(
    sources: Sources, wanted: Section, asked: Asked
) -> tuple[dict[str, ReportAnswer | str], datetime]:
    """The answers of its reports, by name, and their moment; a text is why there is none.

    Raises BadRequest when the range, the time zone or a filter makes no sense.
    """
    now = clock.now()
    found: dict[str, ReportAnswer | str] = {}
    async with db.transaction(sources.pool) as conn:
        for placed in sections.placed(wanted, analytics.REPORTS):
            name, limit = placed.report.name, placed.panel.limit
            if name not in found:
                found[name] = await _ask(sources, conn, placed.report, asked, now, limit)
    return found, now


async def ask(sources: Sources, report: Report, asked: Asked) -> ReportAnswer | str:
    """One report by itself; a text is why there is no answer."""
    async with db.transaction(sources.pool) as conn:
        return await _ask(sources, conn, report, asked, clock.now())


async def _ask(
    sources: Sources,
    conn: db.Connection,
    report: Report,
    asked: Asked,
    now: datetime,
    limit: str = "",
) -> ReportAnswer | str:
    params = params_for(report, asked, compare=asked.compare or _compares(report))
    try:
        return await analytics.run_report(
            conn,
            report.name,
            params | ({"limit": limit} if limit else {}),
            now=now,
            idle=sources.idle,
            cache_hit_rate=sources.cache_hit_rate(),
            queue=await sources.queue() if _is_of_now(report) else None,
        )
    except Unavailable as e:
        return f"{e}"


def _is_of_now(report: Report) -> bool:
    names = {f.name for f in msgspec.structs.fields(report.asks)}
    return not names & {"range", "session"}


def _compares(report: Report) -> bool:
    """Figures always say how they changed; some reports name the period before by themselves."""
    own = any(f.name.startswith("previous_") for f in msgspec.structs.fields(report.row))
    return report.chart == "figures" and not own


async def overview(
    sources: Sources, asked: Asked, project: Project, base_url: str
) -> tuple[Answers, datetime]:
    """Raises BadRequest as `section` does, and Unavailable when any part is."""
    answers, now = await section(sources, sections.find("overview"), asked)
    found = {name: _must(answers[name]) for name in _OVERVIEW}
    totals = found["ledger"].parts["totals"][0]
    is_new = not found["sessions"].rows and await _is_new(sources.pool, project, now)
    made = Answers(
        balance=await balance(sources, totals),
        snippet=await snippet(sources.pool, project, base_url) if is_new else None,
        **found,
    )
    return made, now


_OVERVIEW = ("overview", "options", "sessions", "ledger", "real_time")


def _must(answer: ReportAnswer | str) -> ReportAnswer:
    if isinstance(answer, str):
        raise Unavailable(answer)
    return answer


async def _is_new(pool: db.Pool, project: Project, now: datetime) -> bool:
    """Whether it never had a session, a bot's included."""
    ever = {
        "project": project.slug,
        "range": "custom",
        "from": (now - timedelta(days=3650)).date().isoformat(),
        "to": now.date().isoformat(),
        "bots": "true",
    }
    async with db.transaction(pool) as conn:
        return not (await analytics.run_report(conn, "sessions", ever, now=now)).rows


async def balance(sources: Sources, totals: Any) -> Balance:
    """The streams are asked after the ledger was read: what came between only waits longer."""
    settings = sources.settings
    try:
        streams = await stream.backlog(sources.redis, settings.streams)
        counted = sum(s.total for s in streams)
    except Unavailable:
        counted = None
    spool = stream.spooled(Path(settings.data) / "spool")
    return analytics.balance(totals, counted, spool.events)


async def snippet(pool: db.Pool, project: Project, base_url: str) -> str:
    """The line that an owner puts on the page."""
    keys = await access.list_keys(pool, project.slug)
    key = next((k.key for k in keys if k.revoked_at is None), "tp_…")
    return f'<script async src="{base_url}" data-key="{key}"></script>'


async def journey(
    sources: Sources, asked: Asked, session_id: UUID, page: int
) -> tuple[ReportAnswer, int]:
    """The part of the session's events that has the page, and how many events are before it."""
    first = (page - 1) * timeline.PER_PAGE
    skipped = first - first % _JOURNEY_CHUNK
    params = {"project": asked.project, "tz": asked.tz, "session": str(session_id)}
    params["offset"] = str(skipped)
    async with db.transaction(sources.pool) as conn:
        answer = await analytics.run_report(
            conn, "user_journey", params, now=clock.now(), idle=sources.idle
        )
    return answer, skipped


async def ordered_exports(sources: Sources, user: int) -> list[ExportAnswer]:
    """The last that this user ordered."""
    async with db.transaction(sources.pool) as conn:
        found = await analytics.ordered_exports(conn, sources.settings, user)
    return found.exports


async def last_write(sources: Sources) -> str:
    """Differs after each write that the figures could show."""
    async with db.transaction(sources.pool) as conn:
        return await analytics.last_write(conn)


def chosen(projects: Sequence[Project], slug: str) -> Project:
    """The project asked for; without one, the first. Raises NotFound."""
    if not projects:
        raise NotFound("there is no project yet; `trailpost projects create` makes one")
    found = next((p for p in projects if p.slug == slug), None if slug else projects[0])
    if found is None:
        raise NotFound(f"there is no project {slug!r}")
    return found
