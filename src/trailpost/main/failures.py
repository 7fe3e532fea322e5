"""Errors of any route as one answer: a problem document, or a page for people."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from trailpost import dashboard, db
from trailpost.base import log
from trailpost.base.errors import BadRequest, TrailpostError, Unavailable
from trailpost.http import problem_response

_log = log.get(__name__)
_MISSING = re.compile(r"missing required field `(\w+)`")


def _answer(request: Request[Any, Any, Any], error: TrailpostError) -> Response[Any]:
    page = dashboard.error_page(request, error)
    if page is not None:
        return page
    status, headers, body = problem_response(error)
    kept = {k.decode(): v.decode() for k, v in headers}
    media_type = kept.pop("content-type")
    return Response(body, status_code=status, headers=kept, media_type=media_type)


def _on_purpose(request: Request[Any, Any, Any], error: TrailpostError) -> Response[Any]:
    return _answer(request, error)


def _validation(request: Request[Any, Any, Any], error: ValidationException) -> Response[Any]:
    """Litestar's validation error names the parameter in `extra`; so does the problem."""
    extra = error.extra
    first = extra[0] if isinstance(extra, list) and extra and isinstance(extra[0], dict) else {}
    detail = str(first.get("message") or error.detail)
    return _answer(request, BadRequest(detail, field=_field(str(first.get("key") or ""), detail)))


def _field(key: str, detail: str) -> str | None:
    """Litestar calls the whole body `data`, and gives a missing field the key of its object."""
    path = [part for part in (key, *_MISSING.findall(detail)) if part not in ("", "data")]
    return ".".join(path) or None


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    found = TrailpostError(error.detail)
    found.status = error.status_code
    found.code = type(error).__name__.removesuffix("Exception").lower()
    answer = _answer(request, found)
    answer.headers.update(error.headers or {})
    return answer


def _database(request: Request[Any, Any, Any], error: db.Error) -> Response[Any]:
    if db.is_away(error):
        return _answer(request, Unavailable("the database is away; try again", retry_after=2))
    return _unknown(request, error)


def _unknown(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _log.error("request failed", path=request.url.path, method=request.method, exc_info=error)
    return _answer(request, TrailpostError("something went wrong here; it has been logged"))


HANDLERS: ExceptionHandlersMap = {
    TrailpostError: _on_purpose,
    ValidationException: _validation,
    HTTPException: _http,
    db.Error: _database,
    Exception: _unknown,
}
