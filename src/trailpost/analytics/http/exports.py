"""/api/exports: order a whole table as a file, see what became of it, fetch it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import ResponseHeader, State
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from trailpost import access, db, jobs
from trailpost.analytics import store
from trailpost.analytics.exports import EXPORTS, folder
from trailpost.analytics.exports.jobs import export
from trailpost.analytics.http import files
from trailpost.analytics.http.exported import made, told, why_gone
from trailpost.analytics.rules.exports import FORMATS, media_type, scope_of
from trailpost.analytics.rules.reports import definitions
from trailpost.analytics.wire import (
    ExportAsks,
    ExportQueued,
    ExportsAnswer,
    TableList,
    TableListed,
)
from trailpost.base.errors import NotFound
from trailpost.base.settings import Settings
from trailpost.http import PROBLEM

_Request = Request[Any, Any, State]
_TAGS = ["Exports"]
_NO_STORE = [ResponseHeader(name="cache-control", value="no-store")]
_NOBODY = ResponseSpec(None, description="There is no such export, or it is somebody else's.")


def _file(description: str) -> ResponseSpec:
    return ResponseSpec(
        bytes,
        description=description,
        media_type="application/octet-stream",
        generate_examples=False,
    )


def routes(settings: Settings) -> list[ControllerRouterHandler]:
    return [list_tables, order_export, _list_exports(settings), _fetch_export(settings)]


@get("/api/exports/tables", guards=[access.require_user], tags=_TAGS, response_headers=_NO_STORE)
async def list_tables() -> TableList:
    """What can be exported, and what each column means."""
    return TableList(
        tables=[
            TableListed(
                name=table.name,
                title=table.title,
                definition=table.definition,
                columns=definitions(table.row),
            )
            for table in EXPORTS.values()
        ],
        formats=list(FORMATS),
    )


@post(
    "/api/exports",
    guards=[access.require_user],
    tags=_TAGS,
    status_code=202,
    response_headers=_NO_STORE,
    responses={404: ResponseSpec(None, description="There is no such project.")},
)
async def order_export(request: _Request, data: JSONBody[ExportAsks]) -> ExportQueued:
    """Have a worker write a table into a file. The same order, while one is open, is that one."""
    user = access.current_user(request)
    async with db.transaction(request.app.state.pool) as conn:
        return ExportQueued(await order(conn, data, user.id))


async def order(conn: db.Connection, asked: ExportAsks, user: int) -> UUID:
    """The job that makes it: a new one, or the open one of the same order."""
    project = await store.find_project(conn, asked.project)
    scope_of(EXPORTS[asked.table], asked, project)
    made = await jobs.enqueue(
        conn,
        export,
        asked,
        project=project.id,
        user=user,
        key=f"{user} {msgspec.json.encode(asked).decode()}",
        variant=f"{asked.table}.{asked.format}",
    )
    return made.id


async def ordered(
    conn: db.Connection,
    settings: Settings,
    user: int,
    before: UUID | None = None,
    limit: int = 20,
) -> ExportsAnswer:
    """Somebody's exports, newest first, whatever became of them."""
    rows = await jobs.list_jobs(conn, user=user, kind=export.kind, before=before, limit=limit + 1)
    asked = [await jobs.payload(conn, row.id) for row in rows[:limit]]
    shown = [told(row, text, settings) for row, text in zip(rows, asked, strict=False) if text]
    return ExportsAnswer(shown, rows[limit - 1].id if len(rows) > limit else None)


def _list_exports(settings: Settings) -> ControllerRouterHandler:
    @get("/api/exports", guards=[access.require_user], tags=_TAGS, response_headers=_NO_STORE)
    async def list_exports(
        request: _Request,
        cursor: Annotated[
            UUID | None, QueryParameter(description="`nextCursor` of the page before.")
        ] = None,
        limit: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
    ) -> ExportsAnswer:
        """One's own exports, newest first, whatever became of them."""
        user = access.current_user(request)
        async with db.transaction(request.app.state.pool) as conn:
            return await ordered(conn, settings, user.id, cursor, limit)

    return list_exports


def _fetch_export(settings: Settings) -> ControllerRouterHandler:
    @get(
        "/api/exports/{job_id:uuid}/file",
        guards=[access.require_user],
        tags=_TAGS,
        # Ranges are of the bytes as they lie on disk.
        uncompressed=True,
        responses={
            200: _file("The file."),
            206: _file("The part that `Range` asked for."),
            404: ResponseSpec(
                None,
                description="There is no such export, it is somebody else's, or its file is gone.",
                media_type=PROBLEM,
            ),
            409: ResponseSpec(None, description="There is no file yet, or none came of it."),
            416: ResponseSpec(None, description="The file has no such part."),
        },
    )
    async def fetch_export(request: _Request, job_id: FromPath[UUID]) -> Response[bytes] | Stream:
        """The file. A download that broke off goes on with `Range` and `If-Range`."""
        user = access.current_user(request)
        async with db.transaction(request.app.state.pool) as conn:
            row = await jobs.get(conn, job_id, user=user.id)
        done = made(row)
        try:
            return await asyncio.to_thread(
                files.answer,
                folder.folder(settings) / done.stored,
                {
                    "content-disposition": f'attachment; filename="{done.file_name}"',
                    "cache-control": "private, no-store",
                    "x-content-type-options": "nosniff",
                },
                etag=f'"{done.sha256}"',
                media_type=media_type(done.stored),
                asked=request.headers,
            )
        except FileNotFoundError as e:
            raise NotFound(why_gone(row, settings)) from e

    return fetch_export
