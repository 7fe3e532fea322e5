"""The login pages as HTML, with headers that let nobody frame, cache or script them."""

from __future__ import annotations

import math
from functools import cache

import jinja2
from litestar import MediaType, Response

from trailpost.base.errors import StartupError
from trailpost.http import static

_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def page(
    template: str, *, status: int = 200, retry_after: float | None = None, **values: object
) -> Response[str]:
    headers = dict(_HEADERS)
    if retry_after is not None:
        headers["retry-after"] = str(max(1, math.ceil(retry_after)))
    return Response(
        _templates().get_template(template).render(values),
        status_code=status,
        headers=headers,
        media_type=MediaType.HTML,
    )


@cache
def _templates() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("trailpost.access", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals["asset"] = _asset
    return env


def _asset(name: str) -> str | None:
    """None in a checkout whose web part is not built: the page works without."""
    try:
        return static.asset(name)
    except StartupError:
        return None
