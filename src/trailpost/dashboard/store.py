"""Everything a page shows, asked from the features' public faces in one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from trailpost import access, analytics, db, stream
from trailpost.access import Project
from trailpost.analytics import Balance, ReportAnswer
from trailpost.base import clock
from trailpost.base.errors import NotFound, Unavailable
from trailpost.base.settings import Settings
from trailpost.dashboard.rules import timeline
from trailpost.dashboard.rules.choosers import Asked
from trailpost.dashboard.rules.overview import Answers

# The journey report answers this many events at once.
_JOURNEY_CHUNK = 2000


class Sources(msgspec.Struct, frozen=True):
    """Where a web process asks: its settings, PostgreSQL, Redis."""

    settings: Settings
    pool: db.Pool
    redis: stream.Client

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.settings.session_idle_minutes)


async def overview(sources: Sources, asked: Asked, project: Project, base_url: str) -> Answers:
    """Raises BadRequest when the range or the time zone makes no sense."""
    now = clock.now()
    async with db.transaction(sources.pool) as conn:

        async def ask(name: str, *params: str) -> ReportAnswer:
            given = {k: v for k, v in asked.report_params.items() if k in params or not params}
            return await analytics.run_report(conn, name, given, now=now, idle=sources.idle)

        found = {name: await ask(name) for name in ("overview", "options", "sessions", "ledger")}
        real_time = await ask("real_time", "project", "tz", "bots")
        is_new = not found["sessions"].rows and await _is_new(conn, project, now)
    totals = found["ledger"].parts["totals"][0]
    return Answers(
        project=project.name,
        now=now,
        real_time=real_time,
        balance=await _balance(sources, totals),
        snippet=await snippet(sources.pool, project, base_url) if is_new else None,
        **found,
    )


async def _is_new(conn: db.Connection, project: Project, now: datetime) -> bool:
    """Whether it never had a session, a bot's included."""
    ever = {
        "project": project.slug,
        "range": "custom",
        "from": (now - timedelta(days=3650)).date().isoformat(),
        "to": now.date().isoformat(),
        "bots": "true",
    }
    return not (await analytics.run_report(conn, "sessions", ever, now=now)).rows


async def _balance(sources: Sources, totals: Any) -> Balance:
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
