"""GET and POST of /admin/login, /admin/logout and /admin/account."""

from __future__ import annotations

import asyncio
import math
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Protocol

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from trailpost import db
from trailpost.access import rules
from trailpost.access.http import render
from trailpost.access.http.guard import COOKIE, check_origin, current_user, is_https, require_self
from trailpost.access.store import accounts, logins
from trailpost.access.store.directory import KeyDirectory
from trailpost.access.store.logins import Attempt
from trailpost.access.wire import LoginForm, PasswordForm, User
from trailpost.base import clock, log
from trailpost.base.errors import BadRequest, Forbidden, TooManyRequests, Unavailable
from trailpost.base.settings import Settings
from trailpost.http import client

_log = log.get(__name__)

_LOGIN = "/admin/login"
_ACCOUNT = "/admin/account"
_FORM_COOKIE = "trailpost_form"
_FORM_SECONDS = 12 * 3600
# An e-mail and two passwords; anything longer is no form of ours.
_MAX_BODY = 16 * 1024
_WRONG = "The e-mail or the password is wrong."
_STALE = "This form had become too old. Please try again."

AnyRequest = Request[Any, Any, Any]


@get(_LOGIN, include_in_schema=False)
async def login_page(request: AnyRequest, next: FromQuery[str] = "") -> Response[Any]:
    token = request.cookies.get(COOKIE)
    if token and await logins.find_user(_pool(request), token, clock.now()):
        return _see(rules.after_login(next))
    return _login_form(request, next=next)


@post(_LOGIN, include_in_schema=False, request_max_body_size=_MAX_BODY)
async def log_in(
    request: AnyRequest,
    data: Annotated[LoginForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Always a new token: one that was planted before the login opens nothing."""
    if not _is_own_form(request, data.csrf):
        return _login_form(request, status=403, error=_STALE, email=data.email, next=data.next)
    try:
        attempt = await _attempt(request, data.email)
        token = await logins.log_in(_pool(request), data.email, data.password, attempt)
    except TooManyRequests as e:
        return _login_form(request, status=429, late=e, email=data.email, next=data.next)
    if token is None:
        return _login_form(request, status=401, error=_WRONG, email=data.email, next=data.next)
    if old := request.cookies.get(COOKIE):
        await logins.log_out(_pool(request), old)
    answer = _see(rules.after_login(data.next), _login_cookie(request, token))
    answer.delete_cookie(_FORM_COOKIE, path=_LOGIN)
    return answer


@post("/admin/logout", guards=[require_self], include_in_schema=False)
async def log_out(request: AnyRequest) -> Response[Any]:
    await logins.log_out(_pool(request), request.cookies[COOKIE])
    answer = _see(_LOGIN)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@get(_ACCOUNT, guards=[require_self], include_in_schema=False)
async def account_page(request: AnyRequest, changed: FromQuery[bool] = False) -> Response[Any]:
    return _account_form(current_user(request), changed=changed)


@post(_ACCOUNT, guards=[require_self], include_in_schema=False, request_max_body_size=_MAX_BODY)
async def change_password(
    request: AnyRequest,
    data: Annotated[PasswordForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[Any]:
    """Ends every other login of the user; this one goes on under a new token."""
    user = current_user(request)
    try:
        rules.check_new_password(current=data.current, password=data.password, again=data.again)
        attempt = await _attempt(request, user.email)
        token = await logins.change_password(
            _pool(request), user, data.current, data.password, attempt
        )
    except BadRequest as e:
        return _account_form(user, status=400, error=_sentence(e), field=e.field)
    except TooManyRequests as e:
        return _account_form(user, status=429, late=e)
    if token is None:
        return _account_form(
            user, status=400, error="The current password is wrong.", field="current"
        )
    await _forget_first_password(request, user)
    return _see(f"{_ACCOUNT}?changed=true", _login_cookie(request, token))


def _login_form(
    request: AnyRequest,
    *,
    status: int = 200,
    error: str | None = None,
    late: TooManyRequests | None = None,
    email: str = "",
    next: str = "",
) -> Response[str]:
    nonce = request.cookies.get(_FORM_COOKIE) or rules.new_token()
    answer = render.page(
        "login.html",
        status=status,
        retry_after=late.retry_after if late else None,
        error=_wait(late) if late else error,
        email=email[:250],
        next=next if rules.is_local_path(next) else "",
        csrf=rules.form_token(nonce, _secret(request)),
    )
    answer.set_cookie(
        Cookie(
            key=_FORM_COOKIE,
            value=nonce,
            path=_LOGIN,
            max_age=_FORM_SECONDS,
            httponly=True,
            samesite="lax",
            secure=is_https(request),
        )
    )
    return answer


def _account_form(
    user: User,
    *,
    status: int = 200,
    error: str | None = None,
    field: str | None = None,
    late: TooManyRequests | None = None,
    changed: bool = False,
) -> Response[str]:
    return render.page(
        "account.html",
        status=status,
        retry_after=late.retry_after if late else None,
        error=_wait(late) if late else error,
        field=field,
        user=user,
        changed=changed,
        minimum=rules.PASSWORD_MIN,
    )


def _login_cookie(request: AnyRequest, token: str) -> Cookie:
    """Kept as long as a login can last; the server decides when it ends."""
    return Cookie(
        key=COOKIE,
        value=token,
        path="/",
        max_age=int(rules.LONGEST.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_https(request),
    )


def _see(path: str, *cookies: Cookie) -> Redirect:
    return Redirect(
        path,
        status_code=HTTP_303_SEE_OTHER,
        cookies=list(cookies),
        headers={"cache-control": "no-store"},
    )


def _is_own_form(request: AnyRequest, given: str) -> bool:
    """Whether this server made the form, for this browser."""
    try:
        check_origin(request)
    except Forbidden:
        return False
    nonce = request.cookies.get(_FORM_COOKIE)
    return nonce is not None and rules.same(given, rules.form_token(nonce, _secret(request)))


class _Salts(Protocol):
    async def salt(self, day: date) -> bytes: ...


async def _attempt(request: AnyRequest, email: str) -> Attempt:
    settings: Settings = request.app.state.settings
    salts: _Salts = request.app.state.publisher
    now = clock.now()
    ip = client.client_ip(request.scope, client.networks(settings.trusted_proxies))
    return Attempt(
        account=rules.account_name(email, _secret(request)),
        address=rules.address_name(client.neighbourhood(ip), await salts.salt(now.date())),
        at=now,
    )


async def _forget_first_password(request: AnyRequest, user: User) -> None:
    settings: Settings = request.app.state.settings
    try:
        await asyncio.to_thread(accounts.forget_admin_password, Path(settings.data), user.email)
    except OSError as e:
        _log.warning("trailpost.json still holds the first password", reason=str(e))


def _secret(request: AnyRequest) -> bytes:
    """The first project's secret: the same in every web process, known without PostgreSQL."""
    # By item: `state.keys` is the mapping's own method.
    keys: KeyDirectory = request.app.state["keys"]
    if not keys.projects:
        raise Unavailable("the database has not been reached since the start", retry_after=5)
    return keys.projects[0].secret


def _pool(request: AnyRequest) -> db.Pool:
    pool: db.Pool = request.app.state.pool
    return pool


def _wait(late: TooManyRequests) -> str:
    minutes = math.ceil((late.retry_after or 60) / 60)
    unit = "minute" if minutes == 1 else "minutes"
    return f"Too many attempts. Please try again in {minutes} {unit}."


def _sentence(error: BadRequest) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
