"""Errors of any route as one answer: a problem document, or a page for people."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import BadRequest, TrailpostError, Unavailable
from trailpost.http import problem_response

_log = log.get(__name__)


def _answer(error: TrailpostError) -> Response[bytes]:
    status, headers, body = problem_response(error)
    kept = {k.decode(): v.decode() for k, v in headers}
    media_type = kept.pop("content-type")
    return Response(body, status_code=status, headers=kept, media_type=media_type)


def _on_purpose(_: Request[Any, Any, Any], error: TrailpostError) -> Response[bytes]:
    return _answer(error)


def _validation(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    """Litestar's validation error names the parameter in `extra`; so does the problem."""
    extra = error.extra
    first = extra[0] if isinstance(extra, list) and extra and isinstance(extra[0], dict) else {}
    field = first.get("key")
    detail = first.get("message") or error.detail
    return _answer(BadRequest(str(detail), field=str(field) if field else None))


def _http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    found = TrailpostError(error.detail)
    found.status = error.status_code
    found.code = type(error).__name__.removesuffix("Exception").lower()
    answer = _answer(found)
    answer.headers.update(error.headers or {})
    return answer


def _database(request: Request[Any, Any, Any], error: db.Error) -> Response[bytes]:
    if db.is_away(error):
        return _answer(Unavailable("the database is away; try again", retry_after=2))
    return _unknown(request, error)


def _unknown(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.error("request failed", path=request.url.path, method=request.method, exc_info=error)
    return _answer(TrailpostError("something went wrong here; it has been logged"))


HANDLERS: ExceptionHandlersMap = {
    TrailpostError: _on_purpose,
    ValidationException: _validation,
    HTTPException: _http,
    db.Error: _database,
    Exception: _unknown,
}
