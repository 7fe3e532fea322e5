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


class Application:
    """Makes the application; its lifespan opens the pool and makes the first administrator."""

    def __init__(self, settings):
        self.settings = msgspec.structs.replace(settings, admin_password=PASSWORD)

    def __call__(self, more=(), **changed):
        settings = msgspec.structs.replace(self.settings, **changed)
        return Litestar(
            [*access.FEATURE.routes, look, change, users, figures, *more],
            state=State({"settings": settings, "publisher": Salts()}),
            lifespan=[_opened],
            exception_handlers=failures.HANDLERS,
            logging_config=None,
        )


@asynccontextmanager
async def _opened(app):
    settings = app.state.settings
    async with db.open_pool(settings.database_url, size=8) as pool:
        async with pool.connection() as conn:
            await access.bootstrap(conn, settings)
        keys = access.KeyDirectory(pool, Path(settings.data) / "keys.json")
        await keys.start()
        app.state.update({"pool": pool, "keys": keys})
        yield
        await keys.close()


@pytest.fixture
def application(settings):
    return Application(settings)


@pytest.fixture
def site(application):
    """`async with site() as s:` with one administrator, EMAIL and PASSWORD."""

    @asynccontextmanager
    async def opened(**changed):
        app = application(**changed)
        async with _opened(app):
            yield Site(app, app.state.pool, app.state.settings)

    return opened


def hidden(page: httpx.Response, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


async def log_in(browser, email=EMAIL, password=PASSWORD, next="", headers=None):
    page = await browser.get("/admin/login", params={"next": next} if next else None)
    form = {"email": email, "password": password, "csrf": hidden(page, "csrf"), "next": next}
    return await browser.post("/admin/login", data=form, headers=headers)


async def csrf_of(browser) -> str:
    return hidden(await browser.get("/admin/account"), "csrf")
