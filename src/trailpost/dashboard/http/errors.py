"""Errors as a page for people, and the headers that every page goes out with."""

from __future__ import annotations

import math
from typing import Any

from litestar import MediaType, Request, Response

from trailpost.base.errors import TrailpostError
from trailpost.dashboard import templates

# The chart sets styles through the DOM, which needs no exception; nothing is inline.
HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
_TITLES = {
    400: "That address does not make sense",
    403: "That is not allowed",
    404: "There is no such page",
    409: "That came too late",
    429: "Slow down",
    503: "One moment, please",
}


def security_headers(response: Response[Any]) -> Response[Any]:
    """For `after_request` of whatever answers with a page."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def error_page(request: Request[Any, Any, Any], error: TrailpostError) -> Response[str] | None:
    """The error as a page when a person asked for one; None for scripts, the API, redirects."""
    if error.status < 400 or not wants_page(request):
        return None
    html = templates.render(
        "error",
        user=None,
        page="error",
        status=error.status,
        title=_TITLES.get(error.status, "Something went wrong here"),
        detail=_sentence(str(error)),
        again=str(request.url.path) if error.status >= 500 else None,
    )
    headers = dict(HEADERS)
    if error.retry_after is not None:
        headers["retry-after"] = str(math.ceil(error.retry_after))
    return Response(str(html), status_code=error.status, media_type=MediaType.HTML, headers=headers)


def wants_page(request: Request[Any, Any, Any]) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        "/api/"
    )


def _sentence(text: str) -> str:
    if text in ("", "Not Found"):
        text = "the address is wrong, or what it led to is gone"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
