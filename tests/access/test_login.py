"""Logging in, staying in, logging out."""

from datetime import timedelta

import argon2
import pytest

from trailpost import access
from trailpost.access import rules
from trailpost.access.store import logins
from trailpost.base import clock

from .conftest import EMAIL, PASSWORD, csrf_of, hidden, log_in


def test_the_right_password_opens_the_dashboard(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            answer = await log_in(browser)
            assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
            page = await browser.get("/admin")
            assert (page.status_code, page.text) == (200, EMAIL)

    run(main())


def test_an_email_is_the_same_in_any_case(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            assert (await log_in(browser, email=" Owner@Example.COM ")).status_code == 303

    run(main())


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            wrong = await log_in(browser, password="not this one at all")
            unknown = await log_in(browser, email="nobody@example.com")
            assert wrong.status_code == unknown.status_code == 401
            assert wrong.text.replace(EMAIL, "nobody@example.com") == unknown.text
            assert 'role="alert"' in wrong.text
            assert "trailpost" not in browser.cookies

    run(main())


def test_an_unknown_user_costs_the_same_work():
    known = rules.hash_password("any password at all")
    cost = known.split("$")[:4]
    assert rules.UNKNOWN_USER.split("$")[:4] == cost
    assert not rules.is_outdated(rules.UNKNOWN_USER)
    assert not rules.verify_password(rules.UNKNOWN_USER, "")


def test_the_cookie_is_closed_to_scripts_and_other_sites(site, run):
    async def main():
        async with site() as s:
            async with s.browser() as browser:
                cookie = next(
                    c
                    for c in (await log_in(browser)).headers.get_list("set-cookie")
                    if c.startswith("trailpost=")
                )
            async with s.browser("https://testserver.local") as browser:
                secure = next(
                    c
                    for c in (await log_in(browser)).headers.get_list("set-cookie")
                    if c.startswith("trailpost=")
                )
        flags = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert "secure" not in flags
        assert "secure" in {part.strip().lower() for part in secure.split(";")}

    run(main())


def test_the_cookie_is_secure_behind_a_proxy_that_speaks_https(site, run):
    async def main():
        async with site(url="https://trail.example.com") as s, s.browser() as browser:
            page = await browser.get("/admin/login")
            assert "secure" in page.headers["set-cookie"].lower()

    run(main())


def test_a_token_planted_before_the_login_opens_nothing(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            browser.cookies.set("trailpost", "planted", domain="testserver.local", path="/")
            answer = await log_in(browser)
            assert "trailpost=planted" not in str(answer.headers)
            async with s.browser() as thief:
                thief.cookies.set("trailpost", "planted")
                assert (await thief.get("/api/figures")).status_code == 401

    run(main())


def test_a_second_login_ends_the_first_of_the_same_browser(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            old = browser.cookies["trailpost"]
            form = await _fresh_form(s)
            cookies = {"trailpost": old, "trailpost_form": form[1]}
            await browser.post(
                "/admin/login",
                data={"email": EMAIL, "password": PASSWORD, "csrf": form[0]},
                headers={"cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())},
            )
        assert db.execute("select count(*) from logins").fetchone() == (1,)

    run(main())


async def _fresh_form(s):
    async with s.browser() as other:
        page = await other.get("/admin/login")
        return hidden(page, "csrf"), other.cookies["trailpost_form"]


def test_only_the_hash_of_a_token_is_stored(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            return browser.cookies["trailpost"]

    token = run(main())
    assert len(token) >= 43
    assert db.execute("select token_hash from logins").fetchall() == [(rules.token_hash(token),)]


def test_logging_out_ends_the_login_on_the_server(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            token = browser.cookies["trailpost"]
            answer = await browser.post("/admin/logout", data={"csrf": await csrf_of(browser)})
            assert answer.headers["location"] == "/admin/login"
            browser.cookies.set("trailpost", token)
            assert (await browser.get("/api/figures")).status_code == 401

    run(main())
    assert db.execute("select count(*) from logins").fetchone() == (0,)


def test_a_login_that_ended_opens_nothing_and_is_purged(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            assert (await browser.get("/api/figures")).status_code == 200
            db.execute("update logins set expires_at = now() - interval '1 second'")
            assert (await browser.get("/api/figures")).status_code == 401
            assert await logins.purge(s.pool, clock.now()) == 1

    run(main())
    assert db.execute("select count(*) from logins").fetchone() == (0,)


def test_a_visit_puts_the_end_off_by_14_days_but_never_past_90(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            db.execute(
                """update logins set seen_at = now() - interval '1 day',
                   expires_at = now() + interval '1 hour'"""
            )
            await browser.get("/admin")
            left = "select round(extract(epoch from expires_at - now()) / 86400)::int from logins"
            assert db.execute(left).fetchone() == (14,)
            db.execute(
                """update logins set seen_at = now() - interval '1 day',
                   created_at = now() - interval '85 days'"""
            )
            await browser.get("/admin")
            assert db.execute(left).fetchone() == (5,)

    run(main())


def test_many_requests_write_the_login_once(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            before = db.execute("select xmin::text from logins").fetchone()
            for _ in range(3):
                await browser.get("/admin")
            assert db.execute("select xmin::text from logins").fetchone() == before

    run(main())


def test_after_the_login_the_wanted_page_comes(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            asked = await browser.get("/admin?range=7d&tz=Europe/Vienna")
            assert asked.status_code == 303
            page = await browser.get(asked.headers["location"])
            wanted = hidden(page, "next").replace("&amp;", "&")
            assert wanted == "/admin?range=7d&tz=Europe/Vienna"
            answer = await log_in(browser, next=wanted)
            assert answer.headers["location"] == wanted

    run(main())


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/admin/login?next=/admin",
        "evil",
        "",
    ],
)
def test_a_login_leads_to_our_own_pages_only(path):
    assert rules.after_login(path) == "/admin"


def test_a_visitor_who_is_logged_in_needs_no_form(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            answer = await browser.get("/admin/login?next=/admin/sessions/1")
            assert answer.headers["location"] == "/admin/sessions/1"

    run(main())


def test_a_hash_with_older_parameters_is_renewed_by_a_login(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            old = argon2.PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
            db.execute("update users set password_hash = %s", (old,))
            assert (await log_in(browser)).status_code == 303
            async with s.browser() as other:
                assert (await log_in(other)).status_code == 303

    run(main())
    stored = db.execute("select password_hash from users").fetchone()[0]
    assert not rules.is_outdated(stored)


def test_the_pages_may_not_be_framed_cached_or_scripted(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            page = await browser.get("/admin/login")
            assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
            assert page.headers["cache-control"] == "no-store"
            assert "<script>" not in page.text
            assert "<style" not in page.text

    run(main())


def test_what_a_visitor_typed_is_escaped(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            answer = await log_in(browser, email='"><script>alert(1)</script>@x')
            assert "<script>alert" not in answer.text
            assert "&lt;script&gt;alert" in answer.text

    run(main())


def test_characters_that_no_text_may_hold_are_just_a_wrong_login(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            answer = await log_in(browser, email="owner\0@example.com", password="\0" * 12)
            assert answer.status_code == 401

    run(main())


def test_a_viewer_looks_but_does_not_change(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await access.create_user(s.pool, "viewer@example.com", PASSWORD, role="viewer")
            await log_in(browser, email="viewer@example.com")
            token = {"x-csrf-token": await csrf_of(browser)}
            assert (await browser.get("/admin")).status_code == 200
            assert (await browser.post("/admin/change", headers=token)).status_code == 403
            assert (await browser.get("/admin/users")).status_code == 403
            out = await browser.post("/admin/logout", headers=token)
            assert out.status_code == 303

    run(main())


def test_an_api_route_answers_401_and_a_page_leads_to_the_login(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            api = await browser.get("/api/figures")
            assert (api.status_code, api.json()["code"]) == (401, "unauthorized")
            page = await browser.get("/admin")
            assert page.headers["location"] == "/admin/login?next=/admin"
            script = await browser.get("/admin", headers={"accept": "*/*"})
            assert script.status_code == 401

    run(main())


def test_a_login_lasts_14_days_from_now():
    now = clock.now()
    assert rules.login_expiry(now, now) == now + timedelta(days=14)
