"""Another site's page changes nothing."""

from .conftest import EMAIL, PASSWORD, csrf_of, hidden, log_in


def test_a_change_without_the_token_is_refused(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            assert (await browser.post("/admin/change")).status_code == 403
            wrong = {"x-csrf-token": "wrong"}
            assert (await browser.post("/admin/change", headers=wrong)).status_code == 403
            assert (await browser.post("/admin/logout")).status_code == 403
            assert (await browser.post("/admin/account", data={"csrf": "x"})).status_code == 403

    run(main())


def test_the_token_counts_in_a_header_or_a_form_field(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            token = await csrf_of(browser)
            header = await browser.post("/admin/change", headers={"x-csrf-token": token})
            field = await browser.post("/admin/change", data={"csrf": token})
            assert (header.status_code, field.status_code) == (201, 201)

    run(main())


def test_a_token_belongs_to_one_login(site, run):
    async def main():
        async with site() as s, s.browser() as one, s.browser() as other:
            await log_in(one)
            await log_in(other)
            token = {"x-csrf-token": await csrf_of(other)}
            assert (await one.post("/admin/change", headers=token)).status_code == 403

    run(main())


def test_another_origin_is_refused_even_with_the_token(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            await log_in(browser)
            token = {"x-csrf-token": await csrf_of(browser)}
            for headers in (
                {"origin": "https://evil.example"},
                {"origin": "null"},
                {"sec-fetch-site": "cross-site"},
                {"sec-fetch-site": "same-site"},
            ):
                answer = await browser.post("/admin/change", headers=token | headers)
                assert answer.status_code == 403, headers
            own = {"origin": "http://testserver.local"}
            assert (await browser.post("/admin/change", headers=token | own)).status_code == 201

    run(main())


def test_the_address_in_the_settings_is_an_own_origin_behind_a_proxy(site, run):
    async def main():
        async with site(url="https://trail.example.com") as s, s.browser() as browser:
            headers = {"origin": "https://trail.example.com"}
            browser.cookies.clear()
            page = await browser.get("/admin/login")
            nonce = page.cookies.get("trailpost_form") or page.headers["set-cookie"]
            assert nonce
            answer = await browser.post(
                "/admin/login",
                data={"email": EMAIL, "password": PASSWORD, "csrf": hidden(page, "csrf")},
                headers=headers | {"cookie": page.headers["set-cookie"].split(";")[0]},
            )
            assert answer.status_code == 303

    run(main())


def test_a_login_form_of_another_site_is_refused(site, run):
    async def main():
        async with site() as s, s.browser() as browser:
            form = {"email": EMAIL, "password": PASSWORD}
            assert (await browser.post("/admin/login", data=form)).status_code == 403
            other = await log_in(browser, headers={"origin": "https://evil.example"})
            assert other.status_code == 403
            assert "try again" in other.text

    run(main())


def test_a_login_form_counts_only_in_the_browser_that_got_it(site, run):
    async def main():
        async with site() as s, s.browser() as one, s.browser() as other:
            token = hidden(await one.get("/admin/login"), "csrf")
            await other.get("/admin/login")
            form = {"email": EMAIL, "password": PASSWORD, "csrf": token}
            assert (await other.post("/admin/login", data=form)).status_code == 403
            assert (await one.post("/admin/login", data=form)).status_code == 303

    run(main())
