"""The first start: a project, a key, an administrator; and what the command line makes later."""

import asyncio

import msgspec
import pytest

from trailpost import access, db
from trailpost.access import rules
from trailpost.base.errors import BadRequest, Conflict, NotFound, StartupError

from .conftest import EMAIL, PASSWORD


async def _bootstrap(settings):
    async with await db.connect(settings.database_url) as conn:
        return await access.bootstrap(conn, settings)


def test_a_first_start_makes_a_project_a_key_and_an_administrator(settings, run, db):
    made = run(_bootstrap(settings))
    assert (made.project.slug, made.admin_email) == ("default", EMAIL)
    assert made.ingest_key.startswith("tp_")
    assert len(made.project.secret) == 32
    assert len(made.admin_password) == 20
    stored = db.execute("select password_hash from users").fetchone()[0]
    assert rules.verify_password(stored, made.admin_password)


def test_a_second_start_finds_what_the_first_made(settings, run):
    first, second = run(_bootstrap(settings)), run(_bootstrap(settings))
    assert second == msgspec.structs.replace(first, admin_password=None)


def test_starts_at_the_same_moment_make_one_of_each(settings, run, db):
    async def main():
        return await asyncio.gather(*[_bootstrap(settings) for _ in range(6)])

    made = run(main())
    assert len({m.ingest_key for m in made}) == 1
    assert sum(m.admin_password is not None for m in made) == 1
    for table in ("projects", "ingest_keys", "users"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (1,)


def test_the_first_password_may_be_given(settings, run):
    given = msgspec.structs.replace(settings, admin_password=PASSWORD)
    assert run(_bootstrap(given)).admin_password == PASSWORD


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"admin_password": "short"}, "TRAILPOST_ADMIN_PASSWORD is wrong: .* 12 characters"),
        ({"admin_email": "nobody"}, "TRAILPOST_ADMIN_EMAIL is wrong: 'nobody'"),
    ],
)
def test_a_wrong_setting_stops_the_start_and_is_named(settings, run, wrong, said):
    with pytest.raises(StartupError, match=said):
        run(_bootstrap(msgspec.structs.replace(settings, **wrong)))


def test_a_new_key_is_made_when_every_key_is_revoked(settings, run):
    async def main():
        first = await _bootstrap(settings)
        async with db.open_pool(settings.database_url, size=2) as pool:
            await access.revoke_key(pool, first.ingest_key)
        return first, await _bootstrap(settings)

    first, second = run(main())
    assert first.ingest_key != second.ingest_key


def test_projects_keys_and_users_are_made_and_named_when_wrong(settings, run):
    async def main():
        async with db.open_pool(settings.database_url, size=2) as pool:
            project = await access.create_project(pool, "shop", "Shop", "Europe/Vienna")
            assert (project.slug, project.time_zone) == ("shop", "Europe/Vienna")
            key = await access.create_key(pool, "shop", "homepage")
            assert await access.list_keys(pool, "shop") == [key]
            await access.revoke_key(pool, key.key)
            assert (await access.list_keys(pool))[0].revoked_at is not None
            assert [p.slug for p in await access.list_projects(pool)] == ["shop"]
            await access.create_user(pool, EMAIL, PASSWORD)
            await _refused(pool)

    async def _refused(pool):
        with pytest.raises(Conflict, match="'shop' already"):
            await access.create_project(pool, "shop")
        with pytest.raises(BadRequest, match="cannot name a project"):
            await access.create_project(pool, "My Shop")
        with pytest.raises(BadRequest, match="no time zone 'Mars/Base'"):
            await access.create_project(pool, "mars", time_zone="Mars/Base")
        with pytest.raises(NotFound, match="no project 'nowhere'"):
            await access.create_key(pool, "nowhere")
        with pytest.raises(NotFound, match="no ingest key 'tp_x'"):
            await access.revoke_key(pool, "tp_x")
        with pytest.raises(Conflict, match="already"):
            await access.create_user(pool, EMAIL.upper(), PASSWORD)
        with pytest.raises(BadRequest, match="12 characters"):
            await access.create_user(pool, "x@example.com", "short")

    run(main())


def test_a_projects_secret_shows_in_no_log(settings, run):
    project = run(_bootstrap(settings)).project
    assert repr(project) == "Project('default')"
    assert str(project.secret) not in f"{project} {[project]}"
