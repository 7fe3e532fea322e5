"""The access routes in a small application, on this test's own database."""

import re
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar, Request, get, post
from litestar.datastructures import State

from trailpost import access, db
from trailpost.base.settings import Settings
from trailpost.main import failures

EMAIL = "owner@example.com"
PASSWORD = "correct horse battery"
HOST = "http://testserver.local"


class Salts:
    """Stands for the stream's publisher, of which access takes the day's salt."""

    async def salt(self, day: date) -> bytes:
        return day.isoformat().encode()


@get("/admin", guards=[access.require_user])
async def look(request: Request) -> str:
    return access.current_user(request).email


@post("/admin/change", guards=[access.require_user])
async def change() -> str:
    return "changed"


@get("/admin/users", guards=[access.require_admin])
async def users() -> str:
    return "users"


@get("/api/figures", guards=[access.require_user])
async def figures() -> dict[str, int]:
    return {"figure": 1}


class Site:
    """A running application, its pool and browsers to visit it with."""

    def __init__(self, app, pool, settings):
        self.app, self.pool, self.settings = app, pool, settings

    def browser(self, base_url=HOST, ip="192.0.2.1"):
        """A browser of its own: cookies are kept, redirects are not followed."""
        transport = httpx.ASGITransport(self.app, client=(ip, 40000))
        return httpx.AsyncClient(
            transport=transport, base_url=base_url, headers={"accept": "text/html"}
        )


@pytest.fixture
def settings(database_url, tmp_path):
    return Settings(database_url=database_url, data=str(tmp_path), admin_email=EMAIL)


@pytest.fixture
def site(settings):
    """`async with site() as s:` with one administrator, EMAIL and PASSWORD."""

    @asynccontextmanager
    async def opened(**changed):
        mine = msgspec.structs.replace(settings, admin_password=PASSWORD, **changed)
        pool = db.open_pool(mine.database_url, size=8)
        async with pool:
            async with pool.connection() as conn:
                await access.bootstrap(conn, mine)
            keys = access.KeyDirectory(pool, Path(mine.data) / "keys.json")
            await keys.start()
            state = State({"settings": mine, "pool": pool, "keys": keys, "publisher": Salts()})
            app = Litestar(
                [*access.FEATURE.routes, look, change, users, figures],
                state=state,
                exception_handlers=failures.HANDLERS,
                logging_config=None,
            )
            yield Site(app, pool, mine)
            await keys.close()

    return opened


def hidden(page: httpx.Response, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


async def log_in(browser, email=EMAIL, password=PASSWORD, next="", headers=None):
    page = await browser.get("/admin/login", params={"next": next} if next else None)
    form = {"email": email, "password": password, "csrf": hidden(page, "csrf"), "next": next}
    return await browser.post("/admin/login", data=form, headers=headers)


async def csrf_of(browser) -> str:
    return hidden(await browser.get("/admin/account"), "csrf")
