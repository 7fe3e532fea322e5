"""Bring both servers to the state that the roles need, in a process that ends afterwards.

Migrating takes 90 MB of libraries, which the supervisor would otherwise keep for ever.
"""

from __future__ import annotations

import asyncio
import sys

import msgspec

from trailpost import access, analytics, db
from trailpost.apps import houses
from trailpost.base.settings import Settings
from trailpost.main import checks, migrate, store
from trailpost.main.running import Prepared


def prepare(settings: Settings, embedded: frozenset[str]) -> Prepared:
    """`embedded`: those of `postgres` and `redis` that are ours, and may still be starting."""
    asyncio.run(_servers(settings, embedded))
    migrate.up(settings.database_url)
    made = asyncio.run(_bootstrap(settings))
    return Prepared(
        ingest_key=made.ingest_key,
        admin_email=made.admin_email,
        admin_password=made.admin_password,
    )


def run(settings: Settings, embedded: frozenset[str]) -> None:
    sys.stdout.write(msgspec.json.encode(prepare(settings, embedded)).decode() + "\n")
    sys.stdout.flush()


async def _servers(settings: Settings, embedded: frozenset[str]) -> None:
    patience = {
        name: checks.PATIENCE_EMBEDDED if name in embedded else checks.PATIENCE
        for name in ("postgres", "redis")
    }
    await checks.check_redis(settings.redis_url, patience["redis"])
    if "postgres" in embedded:
        await _create_database(settings.database_url, patience["postgres"])
    conn = await checks.connect_postgres(settings.database_url, patience["postgres"])
    await conn.close()


async def _create_database(url: str, patience: float) -> None:
    conn = await checks.connect_postgres(url.replace("/trailpost?", "/postgres?"), patience)
    async with conn:
        if not await store.database_exists(conn):
            await store.create_database(conn)


async def _bootstrap(settings: Settings) -> access.Bootstrap:
    conn = await db.connect(settings.database_url)
    async with conn:
        made = await access.bootstrap(conn, settings)
        # The configurator is tracked as the first project, and knows what makes a house complete.
        await analytics.suggest_required_categories(conn, made.project.id, houses.REQUIRED)
        return made
