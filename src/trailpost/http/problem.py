"""Errors out: RFC 9457 problem documents, one shape for every route."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from trailpost.base.errors import TrailpostError

PROBLEM = "application/problem+json"


def problem(error: TrailpostError) -> dict[str, Any]:
    """type, title, status, detail, code, and `field` where one is at fault."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.code.replace("_", " ").capitalize(),
        "status": error.status,
        "detail": str(error),
        "code": error.code,
    }
    if error.field is not None:
        body["field"] = error.field
    return body


def problem_response(error: TrailpostError) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body, for a plain ASGI answer."""
    # The next answer may be another one.
    headers = [(b"content-type", PROBLEM.encode()), (b"cache-control", b"no-store")]
    if error.retry_after is not None:
        headers.append((b"retry-after", str(math.ceil(error.retry_after)).encode()))
    return error.status, headers, msgspec.json.encode(problem(error))
