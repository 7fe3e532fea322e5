"""Funnels of an owner's own steps, as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from trailpost import db
from trailpost.analytics.wire import FunnelStep
from trailpost.base.errors import Conflict, NotFound

_REPORTS = "trailpost.analytics.reports"
MOST_FUNNELS = 100
"""Of one project."""


class FunnelRow(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    steps: list[dict[str, object]]
    created_by: int | None
    created_at: datetime
    updated_at: datetime


_LIST_FUNNELS = db.query(_REPORTS, "list_funnels", FunnelRow)
_FIND_FUNNEL = db.query(_REPORTS, "find_funnel", FunnelRow)
_INSERT_FUNNEL = db.query(_REPORTS, "insert_funnel")
_UPDATE_FUNNEL = db.query(_REPORTS, "update_funnel")
_DELETE_FUNNEL = db.query(_REPORTS, "delete_funnel")


async def list_funnels(conn: db.Connection, project_id: int) -> list[FunnelRow]:
    return await db.fetch(conn, _LIST_FUNNELS, FunnelRow, project_id=project_id)


async def find_funnel(conn: db.Connection, project_id: int, slug: str) -> FunnelRow:
    found = await db.fetch_one(conn, _FIND_FUNNEL, FunnelRow, project_id=project_id, slug=slug)
    if found is None:
        raise _unknown(slug)
    return found


async def add_funnel(
    conn: db.Connection,
    project_id: int,
    slug: str,
    name: str,
    steps: Sequence[FunnelStep],
    *,
    by: int,
    now: datetime,
) -> None:
    """Raises Conflict when there is one of this name, or too many."""
    made = await db.execute(
        conn,
        _INSERT_FUNNEL,
        project_id=project_id,
        slug=slug,
        name=name,
        steps=db.raw_json(msgspec.json.encode(steps)),
        created_by=by,
        now=now,
        most=MOST_FUNNELS,
    )
    if not made:
        raise Conflict(
            f"a funnel is named {slug!r} already, or there are {MOST_FUNNELS}", field="slug"
        )


async def change_funnel(
    conn: db.Connection,
    project_id: int,
    slug: str,
    name: str,
    steps: Sequence[FunnelStep],
    *,
    now: datetime,
) -> None:
    changed = await db.execute(
        conn,
        _UPDATE_FUNNEL,
        project_id=project_id,
        slug=slug,
        name=name,
        steps=db.raw_json(msgspec.json.encode(steps)),
        now=now,
    )
    if not changed:
        raise _unknown(slug)


async def delete_funnel(conn: db.Connection, project_id: int, slug: str) -> None:
    if not await db.execute(conn, _DELETE_FUNNEL, project_id=project_id, slug=slug):
        raise _unknown(slug)


def _unknown(slug: str) -> NotFound:
    return NotFound(f"no funnel is named {slug!r}", field="funnel")
