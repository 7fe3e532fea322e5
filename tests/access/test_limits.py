"""How often a password may be tried, by account and by address."""

import asyncio
from datetime import timedelta

from trailpost.access import rules
from trailpost.access.store import logins
from trailpost.base import clock
from trailpost.http import client

from .conftest import log_in


def test_after_five_failures_even_the_right_password_is_refused(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            for _ in range(5):
                assert (await log_in(browser, password="wrong wrong wrong")).status_code == 401
            answer = await log_in(browser)
            assert answer.status_code == 429
            assert 0 < int(answer.headers["retry-after"]) <= 15 * 60
            assert "Too many attempts" in answer.text
            assert "trailpost" not in browser.cookies

    run(main())


def test_an_account_that_does_not_exist_is_limited_alike(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            for _ in range(5):
                await log_in(browser, email="nobody@example.com")
            assert (await log_in(browser, email="nobody@example.com")).status_code == 429
            assert (await log_in(browser)).status_code == 303

    run(main())


def test_the_limit_ends_by_itself(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            for _ in range(5):
                await log_in(browser, password="wrong wrong wrong")
            db.execute("update login_failures set at = at - interval '15 minutes'")
            assert (await log_in(browser)).status_code == 303

    run(main())


def test_a_refused_attempt_does_not_make_the_wait_longer(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            for _ in range(5):
                await log_in(browser, password="wrong wrong wrong")
            for _ in range(3):
                await log_in(browser)

    run(main())
    count = "select count(*) from login_failures where who like 'account:%'"
    assert db.execute(count).fetchone() == (5,)


def test_a_right_password_lets_the_account_start_anew(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            for _ in range(4):
                await log_in(browser, password="wrong wrong wrong")
            async with s.browser() as other:
                await log_in(other)
            for _ in range(4):
                assert (await log_in(browser, password="wrong wrong wrong")).status_code == 401

    run(main())


def test_ten_failures_stop_an_address_whatever_the_account(site, run):
    async def main():
        async with site() as s:
            async with s.browser(ip="192.0.2.9") as browser:
                for n in range(10):
                    await log_in(browser, email=f"guess{n}@example.com")
                assert (await log_in(browser)).status_code == 429
            async with s.browser(ip="192.0.2.10") as browser:
                assert (await log_in(browser)).status_code == 303

    run(main())


def test_a_proxy_names_the_address_only_when_it_is_trusted(site, run):
    async def main():
        async with site(trusted_proxies="192.0.2.0/24") as s, s.browser() as browser:
            for n in range(10):
                ip = {"x-forwarded-for": f"10.9.9.9, 198.51.100.{n}"}
                await log_in(browser, email=f"guess{n}@example.com", headers=ip)
            assert (await log_in(browser)).status_code == 303

    run(main())
    trusted = client.networks("10.0.0.0/8")
    scope = {"client": ("203.0.113.5", 1), "headers": [(b"x-forwarded-for", b"1.2.3.4")]}
    assert client.client_ip(scope, trusted) == "203.0.113.5"
    scope["client"] = ("10.0.0.1", 1)
    assert client.client_ip(scope, trusted) == "1.2.3.4"


def test_tries_at_the_same_moment_do_not_pass_the_limit_together(site, run):
    async def main():
        async with site() as s:
            tries = [_try(s, "wrong wrong wrong") for _ in range(12)]
            answers = await asyncio.gather(*tries)
            assert sorted(answers) == [401] * 5 + [429] * 7

    async def _try(s, password):
        async with s.browser(ip="192.0.2.77") as browser:
            return (await log_in(browser, password=password)).status_code

    run(main())


def test_neither_the_address_nor_what_was_typed_is_stored(site, run, db):
    async def main():
        async with site() as s, s.browser(ip="192.0.2.44") as browser:
            await log_in(browser, email="my secret password", password="x")

    run(main())
    stored = " ".join(who for (who,) in db.execute("select who from login_failures").fetchall())
    assert "account:" in stored
    assert "192.0.2.44" not in stored
    assert "secret" not in stored


def test_an_address_has_another_name_every_day():
    assert rules.address_name("192.0.2.1", b"monday") != rules.address_name("192.0.2.1", b"tuesday")


def test_failures_that_no_longer_count_are_purged(site, run, db):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser, password="wrong wrong wrong")
            assert await logins.purge(s.pool, clock.now()) == 0
            assert await logins.purge(s.pool, clock.now() + timedelta(minutes=16)) == 2

    run(main())
