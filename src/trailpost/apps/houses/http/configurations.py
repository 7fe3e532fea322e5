"""POST, GET and PUT of /api/configurations: houses that are kept and shared."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody

from trailpost import db
from trailpost.apps.houses.http.shared import (
    MAX_BODY,
    REFUSED,
    SLOW_DOWN,
    TAGS,
    UNKNOWN,
    AnyRequest,
    limits,
    offer,
    pool,
    spend,
)
from trailpost.apps.houses.rules import answers, ids, prices
from trailpost.apps.houses.store import configurations as store
from trailpost.apps.houses.wire import (
    ChangeConfiguration,
    Configuration,
    MadeConfiguration,
    SaveConfiguration,
    StoredConfiguration,
)
from trailpost.base.errors import NotFound

_STALE = ResponseSpec(None, description="Somebody has changed it since; read it again.")

_NOT_YOURS = ResponseSpec(None, description="`X-Edit-Secret` is not what POST answered.")


@post(
    "/api/configurations",
    tags=TAGS,
    request_max_body_size=MAX_BODY,
    responses={422: REFUSED, 429: SLOW_DOWN},
)
async def save_configuration(
    request: AnyRequest, data: JSONBody[SaveConfiguration]
) -> MadeConfiguration:
    """Keep a configuration under a short id, priced by the list in force.

    `editSecret` is told here alone: only with it can the configuration be changed.
    """
    spend(request, limits(request).configurations)
    total, version = _price(request, data.configuration)
    async with db.transaction(pool(request.app.state)) as conn:
        return await store.insert_configuration(conn, data.configuration, total, version)


@get("/api/configurations/{id:str}", tags=TAGS, responses={404: UNKNOWN})
async def get_configuration(request: AnyRequest, id: FromPath[str]) -> StoredConfiguration:
    """A configuration as it was kept: its price is that of the list it names."""
    _check_id(id)
    async with db.transaction(pool(request.app.state)) as conn:
        return await store.find_configuration(conn, id)


@put(
    "/api/configurations/{id:str}",
    tags=TAGS,
    request_max_body_size=MAX_BODY,
    responses={403: _NOT_YOURS, 404: UNKNOWN, 409: _STALE, 422: REFUSED, 429: SLOW_DOWN},
)
async def change_configuration(
    request: AnyRequest,
    id: FromPath[str],
    data: JSONBody[ChangeConfiguration],
    edit_secret: Annotated[
        str | None,
        HeaderParameter(name="X-Edit-Secret", description="What POST answered as `editSecret`."),
    ] = None,
) -> StoredConfiguration:
    """Keep another configuration under the id, unless somebody has changed it since `revision`."""
    spend(request, limits(request).configurations)
    _check_id(id)
    total, version = _price(request, data.configuration)
    async with db.transaction(pool(request.app.state)) as conn:
        await store.check_edit_secret(conn, id, edit_secret)
        return await store.change_configuration(
            conn, id, data.revision, data.configuration, total, version
        )


def _price(request: AnyRequest, configuration: Configuration) -> tuple[int, str]:
    """The server's own: a client's total is not asked for."""
    found = offer(request.app.state)
    answers.check_offered(configuration, found)
    return prices.price(configuration, found.table), found.table.version


def _check_id(id: str) -> None:
    if not ids.is_short_id(id):
        raise NotFound("there is no such configuration")
