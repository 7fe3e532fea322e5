"""One route per report, so that each is documented by its own parameters and rows."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from litestar import MediaType, Response, get
from litestar.openapi.datastructures import ResponseSpec
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from trailpost import access, db
from trailpost.analytics.http import describe, encode, streaming
from trailpost.analytics.http.asking import AnyRequest, asking
from trailpost.analytics.reports import REPORTS, find_report
from trailpost.analytics.rules.reports import Part, Report, ReportAnswer
from trailpost.analytics.wire import NowAsks, Problem, ReportList
from trailpost.base.errors import BadRequest
from trailpost.base.settings import Settings
from trailpost.http import PROBLEM
from trailpost.http.sharing import Sharing

_TAGS = ["Reports"]
_NO_STORE = {"cache-control": "no-store"}
_FORMATS = ("json", "csv")


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    idle = timedelta(minutes=settings.session_idle_minutes)
    return [list_reports, unknown_report, *(_route(report, idle) for report in REPORTS.values())]


@get(
    "/api/reports",
    guards=[access.require_user],
    tags=_TAGS,
    summary="All reports",
    responses={200: ResponseSpec(ReportList, generate_examples=False, description="The list")},
)
async def list_reports() -> Response[bytes]:
    """Every report, what it may be asked, and what each of its figures means."""
    return _json(encode.listed(list(REPORTS.values())))


@get("/api/reports/{name:str}", guards=[access.require_user], include_in_schema=False)
async def unknown_report(request: AnyRequest) -> None:
    find_report(request.path_params["name"])


def _route(report: Report, idle: timedelta) -> ControllerRouterHandler:
    async def handler(request: AnyRequest) -> Response[bytes] | Stream:
        return await _show(report, idle, request)

    handler.__name__ = f"report_{report.name}"
    handler.__doc__ = report.definition
    return get(
        f"/api/reports/{report.name}",
        guards=[access.require_user],
        tags=_TAGS,
        summary=report.title,
        operation_class=describe.operation(report),
        responses=_responses(report),
    )(handler)


async def _show(report: Report, idle: timedelta, request: AnyRequest) -> Response[bytes] | Stream:
    params = dict(request.query_params)
    wants_csv = _format(params.pop("format", "json")) == "csv"
    part = report.part(params.pop("part", "") or None)
    if wants_csv and part is report and report.cursor:
        pool: db.Pool = request.app.state.pool
        return await streaming.every_row_as_csv(pool, report, params, idle)
    if wants_csv:
        return _csv(await _ask(report, params, request), part)

    async def look() -> bytes:
        return encode.as_json(await _ask(report, params, request))

    question = (report.name, *sorted(params.items()))
    return _tagged(await _sharing(request).ask(question, look), request)


async def _ask(report: Report, params: dict[str, str], request: AnyRequest) -> ReportAnswer:
    async with asking(request, about_now=report.asks is NowAsks) as ask:
        return await ask(report.name, **params)


def _sharing(request: AnyRequest) -> Sharing[bytes]:
    """One for each web process."""
    state = request.app.state
    found: Sharing[bytes] | None = state.get("report_sharing")
    if found is None:
        found = state["report_sharing"] = Sharing()
    return found


def _csv(answer: ReportAnswer, part: Part) -> Response[bytes]:
    name = encode.file_name(answer, part)
    return Response(
        encode.as_csv(answer, part),
        media_type="text/csv; header=present",
        headers={**_NO_STORE, "content-disposition": f'attachment; filename="{name}"'},
    )


def _format(given: str) -> str:
    if given not in _FORMATS:
        raise BadRequest(f"format is json or csv, not {given!r}", field="format")
    return given


def _tagged(body: bytes, request: AnyRequest) -> Response[bytes]:
    """Asked again with what is known, an answer that has not changed is only its head."""
    tag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"cache-control": "private, no-cache", "etag": tag}
    known = request.headers.get("if-none-match", "")
    if tag in (one.strip().removeprefix("W/") for one in known.split(",")):
        return Response(b"", status_code=304, headers=headers, media_type=MediaType.JSON)
    return Response(body, media_type=MediaType.JSON, headers=headers)


def _json(body: bytes) -> Response[bytes]:
    return Response(body, media_type=MediaType.JSON, headers=_NO_STORE)


def _responses(report: Report) -> dict[int, ResponseSpec]:
    answer = describe.answer_type(report)
    problems = {
        400: "A parameter is wrong: `field` names it.",
        401: "Nobody is logged in.",
        404: "The project, or what the report is about, does not exist.",
        503: "The database is away, or the report took longer than 10 s.",
    }
    return {
        200: ResponseSpec(answer, generate_examples=False, description="The report"),
        **{
            status: ResponseSpec(
                Problem, generate_examples=False, description=text, media_type=PROBLEM
            )
            for status, text in problems.items()
        },
    }
