"""What the funnel's page knows and changes beside its reports: funnels, required categories."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from trailpost import analytics, db
from trailpost.analytics import FunnelAdded
from trailpost.base import clock
from trailpost.dashboard.store.asking import Sources


class FunnelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`funnels`: slug and name of the owner's own. `required` in the order they are asked for."""

    funnels: tuple[tuple[str, str], ...]
    required: tuple[str, ...]


async def funnel_settings(sources: Sources, project: str) -> FunnelSettings:
    async with db.transaction(sources.pool) as conn:
        watched = await analytics.find_project(conn, project)
        funnels = await analytics.list_funnels(conn, watched.id)
        required = await analytics.required_categories(conn, watched.id)
    return FunnelSettings(
        funnels=tuple((f.slug, f.name) for f in funnels), required=tuple(required)
    )


async def add_funnel(pool: db.Pool, asked: FunnelAdded, by: int) -> None:
    """Raises Conflict when there is one of this name, or too many."""
    async with db.transaction(pool) as conn:
        watched = await analytics.find_project(conn, asked.project)
        await analytics.add_funnel(
            conn, watched.id, asked.slug, asked.name, asked.steps, by=by, now=clock.now()
        )


async def delete_funnel(pool: db.Pool, project: str, slug: str) -> None:
    async with db.transaction(pool) as conn:
        watched = await analytics.find_project(conn, project)
        await analytics.delete_funnel(conn, watched.id, slug)


async def require(pool: db.Pool, project: str, categories: Sequence[str]) -> None:
    """Reports that read them are made anew."""
    async with db.transaction(pool) as conn:
        watched = await analytics.find_project(conn, project)
        await analytics.set_required_categories(conn, watched.id, categories)
