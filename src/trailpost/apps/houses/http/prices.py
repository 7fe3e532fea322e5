"""GET /api/house-options, GET /api/pricing/table and POST /api/pricing/calculate."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.datastructures import State
from litestar.params import JSONBody, QueryParameter

from trailpost.apps.houses.http.shared import MAX_BODY, REFUSED, TAGS, offer
from trailpost.apps.houses.rules import answers
from trailpost.apps.houses.wire import Calculate, Calculated, Category, OptionsAnswer, PriceTable


@get("/api/house-options", tags=TAGS, sync_to_thread=False)
def house_options(
    state: State,
    category: Annotated[Category | None, QueryParameter(description="Only its options.")] = None,
) -> OptionsAnswer:
    """What can be chosen, in the order of the page."""
    found = offer(state)
    options = [o for o in found.options if category in (None, o.category)]
    return OptionsAnswer(price_list_version=found.table.version, options=options)


@get("/api/pricing/table", tags=TAGS, sync_to_thread=False)
def price_table(state: State) -> PriceTable:
    """The price list in force, for a client that computes the same price itself."""
    return offer(state).table


@post(
    "/api/pricing/calculate",
    status_code=200,
    tags=TAGS,
    sync_to_thread=False,
    request_max_body_size=MAX_BODY,
    responses={422: REFUSED},
)
def calculate(state: State, data: JSONBody[Calculate]) -> Calculated:
    """Price a configuration: the whole breakdown, what each option would change, the instalment."""
    return answers.priced(data.configuration, offer(state), data.language)
