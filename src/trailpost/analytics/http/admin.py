"""/api/admin/analytics: the routes of earlier dashboards, answered by the reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from trailpost import access
from trailpost.analytics.http import shapes
from trailpost.analytics.http.asking import AnyRequest, asking
from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings

_TAGS = ["Reports"]
_BASE = "/api/admin/analytics"
_JSON = msgspec.json.Encoder(decimal_format="number")
# One journey page of the report holds this many events.
_CHUNK = 2000
_MOST_EVENTS = 20_000

TimeRange = Literal["24h", "7d", "30d", "90d"]
ProjectName = Annotated[str, QueryParameter(description="The project's name in addresses.")]
Over = Annotated[
    TimeRange,
    QueryParameter(name="timeRange", description="Local days of the project, today included."),
]


def _route(
    path: str, answer: type[msgspec.Struct]
) -> Callable[[Callable[..., Awaitable[Response[bytes]]]], ControllerRouterHandler]:
    return get(
        f"{_BASE}/{path}",
        guards=[access.require_user],
        tags=_TAGS,
        responses={200: ResponseSpec(answer, generate_examples=False, description="The answer")},
    )


@_route("overview", shapes.Overview)
async def overview(
    request: AnyRequest, time_range: Over = "30d", project: ProjectName = "default"
) -> Response[bytes]:
    """The figures of a period, and one line per local day."""
    async with asking(request) as ask:
        given = {"project": project, "range": time_range}
        found = await ask("overview", **given)
        taken = await ask("price_distribution", converted="true", **given)
        steps = await ask("funnel", ordered="false", **given)
    return _answer(shapes.overview(found, taken, steps, time_range))


@_route("user-journey", shapes.Journey)
async def user_journey(
    request: AnyRequest,
    session_id: Annotated[str | None, QueryParameter(name="sessionId")] = None,
    project: ProjectName = "default",
) -> Response[bytes]:
    """One session: what it is, what happened in it, and how it stood at each moment."""
    session = _session(session_id)
    async with asking(request) as ask:
        pages = [await ask("user_journey", project=project, session=session)]
        total = pages[0].parts["session"][0].total_events
        for offset in range(_CHUNK, min(total, _MOST_EVENTS), _CHUNK):
            pages.append(
                await ask("user_journey", project=project, session=session, offset=str(offset))
            )
    return _answer(shapes.journey(pages))


@_route("popular-configs", shapes.PopularConfigurations)
async def popular_configs(
    request: AnyRequest,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 10,
    time_range: Over = "90d",
    project: ProjectName = "default",
) -> Response[bytes]:
    """The configurations that most sessions ended with."""
    async with asking(request) as ask:
        found = await ask(
            "popular_configurations", project=project, range=time_range, limit=str(limit)
        )
    return _answer(shapes.popular(found))


@_route("conversion-funnel", shapes.Funnel)
async def conversion_funnel(
    request: AnyRequest, time_range: Over = "30d", project: ProjectName = "default"
) -> Response[bytes]:
    """Sessions by the steps they reached, one after the other."""
    async with asking(request) as ask:
        found = await ask("funnel", project=project, range=time_range)
    return _answer(shapes.funnel(found, time_range))


@_route("real-time", shapes.RealTime)
async def real_time(request: AnyRequest, project: ProjectName = "default") -> Response[bytes]:
    """This moment."""
    async with asking(request, about_now=True) as ask:
        found = await ask("real_time", project=project)
    return _answer(shapes.real_time(found))


@_route("performance", shapes.Performance)
async def performance(
    request: AnyRequest,
    metric: Annotated[str | None, QueryParameter(max_length=200)] = None,
    time_range: Over = "24h",
    project: ProjectName = "default",
) -> Response[bytes]:
    """One metric over time, without a name the one measured most often, and our own server."""
    given = {"project": project, "range": time_range}
    async with asking(request) as ask:
        found = await ask("performance", **given, **({"metric": metric} if metric else {}))
    return _answer(shapes.performance(found, time_range))


def _session(given: str | None) -> str:
    if not given:
        raise BadRequest("sessionId is missing", field="sessionId")
    try:
        return str(UUID(given))
    except ValueError as e:
        raise BadRequest("sessionId is not a UUID", field="sessionId") from e


def _answer(body: msgspec.Struct) -> Response[bytes]:
    return Response(
        _JSON.encode(body),
        media_type="application/json",
        headers={"cache-control": "no-store"},
    )


def routes(_: Settings) -> list[ControllerRouterHandler]:
    return [overview, user_journey, popular_configs, conversion_funnel, performance, real_time]
