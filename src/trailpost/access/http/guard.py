"""Who may look, who may change: guards for routes of any feature."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import db
from trailpost.access import rules
from trailpost.access.store import logins
from trailpost.access.wire import User
from trailpost.base import clock
from trailpost.base.errors import Forbidden, Unauthorized
from trailpost.base.settings import Settings
from trailpost.http.sharing import Sharing

COOKIE = "trailpost"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf"
_FORMS = frozenset({RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Connection = ASGIConnection[Any, Any, Any, Any]


async def require_user(connection: Connection, _: BaseRouteHandler) -> None:
    """Somebody is logged in; a viewer may only look.

    A page that is asked for without a login leads to the login page, an API route answers 401.
    """
    user = await identify(connection)
    if user.role == "viewer" and not _is_safe(connection):
        raise Forbidden("viewers may look, not change")


async def require_admin(connection: Connection, _: BaseRouteHandler) -> None:
    user = await identify(connection)
    if user.role != "admin":
        raise Forbidden("this is for administrators")


async def require_self(connection: Connection, _: BaseRouteHandler) -> None:
    """Somebody is logged in, and may change what is their own: password, login."""
    await identify(connection)


async def identify(connection: Connection) -> User:
    """The user, kept for `current_user`. What would change something needs the CSRF token too."""
    token = connection.cookies.get(COOKIE)
    user = await _find_user(connection, token) if token else None
    if user is None:
        raise _no_login(connection)
    if not _is_safe(connection):
        check_origin(connection)
        if not rules.same(await _given_csrf(connection), user.csrf):
            raise Forbidden("the CSRF token is missing or old; reload the page and try again")
    connection.scope["user"] = user
    return user


async def _find_user(connection: Connection, token: str) -> User | None:
    """A page asks for many things at once: one look at its login, begun after all of them came."""
    state = connection.app.state
    sharing: Sharing[User | None] | None = state.get("login_sharing")
    if sharing is None:
        sharing = state["login_sharing"] = Sharing()
    pool: db.Pool = state.pool
    return await sharing.ask(token, lambda: logins.find_user(pool, token, clock.now()))


def current_user(connection: Connection) -> User:
    """Behind a guard of this module only."""
    user = connection.scope.get("user")
    if not isinstance(user, User):
        raise Unauthorized("log in first")
    return user


def check_origin(connection: Connection) -> None:
    """Raises Forbidden when a browser says that another site's page sends this."""
    headers = connection.headers
    settings: Settings = connection.app.state.settings
    if not rules.is_own_origin(
        origin=headers.get("origin"),
        fetch_site=headers.get("sec-fetch-site"),
        host=headers.get("host", ""),
        public_url=settings.url,
    ):
        raise Forbidden("the request comes from another site; if not, set TRAILPOST_URL")


def is_https(connection: Connection) -> bool:
    """Whether the visitor's own connection is https, here or at the proxy before us."""
    settings: Settings = connection.app.state.settings
    return urlsplit(settings.url or str(connection.base_url)).scheme == "https"


def _is_safe(connection: Connection) -> bool:
    return connection.scope.get("method") in _SAFE


async def _given_csrf(connection: Connection) -> str | None:
    header = connection.headers.get(CSRF_HEADER)
    if header is not None or not isinstance(connection, Request):
        return header
    if connection.content_type[0] not in _FORMS:
        return None
    field = (await connection.form()).get(CSRF_FIELD)
    return field if isinstance(field, str) else None


def _no_login(connection: Connection) -> Exception:
    """A person is led to the login page and back; a script gets an error it can read."""
    url = connection.url
    if url.path.startswith("/api/") or "text/html" not in connection.headers.get("accept", ""):
        return Unauthorized("log in first")
    back = url.path + (f"?{url.query}" if url.query else "")
    location = "/admin/login" if not _is_safe(connection) else f"/admin/login?next={quote(back)}"
    return HTTPException(
        "log in first", status_code=HTTP_303_SEE_OTHER, headers={"location": location}
    )
