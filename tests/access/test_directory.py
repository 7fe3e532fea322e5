"""Ingest keys in memory: fresh within seconds, and there while PostgreSQL is away."""

import asyncio
import stat

import pytest

from trailpost import access, db
from trailpost.base.errors import Unavailable


async def _until(check):
    async with asyncio.timeout(20):
        while not check():
            await asyncio.sleep(0.01)


async def _first_key(settings):
    async with await db.connect(settings.database_url) as conn:
        return (await access.bootstrap(conn, settings)).ingest_key


def _directory(pool, tmp_path):
    return access.KeyDirectory(pool, tmp_path / "keys.json", refresh_seconds=0.02)


def test_a_key_leads_to_its_project(settings, run, tmp_path):
    async def main():
        key = await _first_key(settings)
        async with db.open_pool(settings.database_url, size=2) as pool:
            keys = _directory(pool, tmp_path)
            await keys.start()
            assert keys.find(key) == keys.by_slug("default")
            assert keys.find(key).allowed_origins == ("*",)
            assert keys.find("tp_unknown") is None
            assert keys.by_slug("unknown") is None
            await keys.close()

    run(main())


def test_new_keys_are_found_and_revoked_ones_refused_without_a_restart(settings, run, tmp_path):
    async def main():
        await _first_key(settings)
        async with db.open_pool(settings.database_url, size=3) as pool:
            keys = _directory(pool, tmp_path)
            await keys.start()
            await access.create_project(pool, "shop")
            made = await access.create_key(pool, "shop")
            await _until(lambda: keys.find(made.key))
            assert keys.find(made.key).slug == "shop"
            await access.revoke_key(pool, made.key)
            await _until(lambda: keys.find(made.key) is None)
            assert keys.by_slug("shop") is not None
            await keys.close()

    run(main())


def test_a_start_while_postgresql_is_away_knows_the_saved_keys(settings, run, tmp_path):
    async def main():
        key = await _first_key(settings)
        async with db.open_pool(settings.database_url, size=2) as pool:
            before = _directory(pool, tmp_path)
            await before.start()
            await _until((tmp_path / "keys.json").exists)
            await before.close()
        async with db.open_pool(f"postgresql:///x?host={tmp_path}", size=2) as nowhere:
            keys = _directory(nowhere, tmp_path)
            await keys.start()
            assert keys.find(key) == before.find(key)
            assert keys.projects == before.projects
            with pytest.raises((Unavailable, db.Error)):
                await keys.refresh()
            await keys.close()

    run(main())


def test_the_saved_keys_are_for_the_owner_only_and_whole(settings, run, tmp_path):
    async def main():
        await _first_key(settings)
        async with db.open_pool(settings.database_url, size=2) as pool:
            keys = _directory(pool, tmp_path)
            await keys.refresh()
            written = (tmp_path / "keys.json").stat().st_mtime_ns
            await keys.refresh()
            assert (tmp_path / "keys.json").stat().st_mtime_ns == written

    run(main())
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_a_torn_file_is_read_as_none(settings, run, tmp_path):
    async def main():
        key = await _first_key(settings)
        (tmp_path / "keys.json").write_text('{"projects": [')
        async with db.open_pool(settings.database_url, size=2) as pool:
            keys = _directory(pool, tmp_path)
            await keys.start()
            assert keys.find(key) is not None
            await keys.close()

    run(main())
