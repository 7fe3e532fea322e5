"""Changing one's password."""

import json
import stat

import pytest

from trailpost import access
from trailpost.base.errors import BadRequest, NotFound

from .conftest import EMAIL, PASSWORD, csrf_of, log_in

NEW = "a longer and newer one"


async def change(browser, current=PASSWORD, password=NEW, again=None):
    form = {"current": current, "password": password, "again": again or password}
    return await browser.post("/admin/account", data=form | {"csrf": await csrf_of(browser)})


def test_a_new_password_logs_out_everywhere_else(site, run):
    async def main():
        async with site() as s, s.browser() as here, s.browser() as there:
            await log_in(here)
            await log_in(there)
            before = here.cookies["trailpost"]
            answer = await change(here)
            assert answer.headers["location"] == "/admin/account?changed=true"
            assert here.cookies["trailpost"] != before
            page = await here.get("/admin/account?changed=true")
            assert 'role="status"' in page.text
            assert (await there.get("/api/figures")).status_code == 401
            assert (await log_in(there)).status_code == 401
            assert (await log_in(there, password=NEW)).status_code == 303

    run(main())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"password": "too short"}, "at least 12 characters"),
        ({"password": "x" * 501}, "at most 500 characters"),
        ({"again": "something different"}, "the two new passwords differ"),
        ({"password": PASSWORD}, "the new password is the current one"),
        ({"current": "not the current one"}, "current password is wrong"),
    ],
)
def test_what_is_wrong_with_a_new_password_is_said(site, run, form, said):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            answer = await change(browser, **form)
            assert answer.status_code == 400
            assert 'role="alert"' in answer.text
            assert said.lower() in answer.text.lower()
            assert 'aria-invalid="true"' in answer.text
            assert (await browser.get("/api/figures")).status_code == 200

    run(main())


def test_guessing_the_current_password_is_limited(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            for _ in range(5):
                assert (await change(browser, current="wrong wrong wrong")).status_code == 400
            answer = await change(browser)
            assert answer.status_code == 429
            assert "retry-after" in answer.headers

    run(main())


def test_the_first_password_leaves_trailpost_json_when_it_is_changed(site, run, tmp_path):
    path = tmp_path / "trailpost.json"
    kept = {"url": "http://127.0.0.1:8300", "ingest_key": "tp_1", "admin_email": EMAIL}
    path.write_text(json.dumps(kept | {"admin_password": PASSWORD}))

    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            await change(browser)

    run(main())
    assert json.loads(path.read_text()) == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_another_users_new_password_leaves_the_file_alone(tmp_path):
    path = tmp_path / "trailpost.json"
    assert not access.forget_admin_password(tmp_path, EMAIL)
    path.write_text(json.dumps({"admin_email": EMAIL, "admin_password": PASSWORD}))
    assert not access.forget_admin_password(tmp_path, "other@example.com")
    assert json.loads(path.read_text())["admin_password"] == PASSWORD
    assert access.forget_admin_password(tmp_path, EMAIL.upper())


def test_the_command_line_sets_a_password_and_logs_out(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            await access.set_password(s.pool, EMAIL.upper(), NEW)
            assert (await browser.get("/api/figures")).status_code == 401
            assert (await log_in(browser, password=NEW)).status_code == 303
            with pytest.raises(BadRequest, match="at least 12 characters"):
                await access.set_password(s.pool, EMAIL, "short")
            with pytest.raises(NotFound, match=r"nobody@example\.com"):
                await access.set_password(s.pool, "nobody@example.com", NEW)

    run(main())
