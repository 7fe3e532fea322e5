"""POST /api/inquiries: somebody wants a house."""

from __future__ import annotations

import msgspec
from litestar import post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import JSONBody

from trailpost import alerts, db
from trailpost.apps.houses.http.shared import (
    MAX_BODY,
    REFUSED,
    SLOW_DOWN,
    TAGS,
    AnyRequest,
    limits,
    offer,
    pool,
    spend,
)
from trailpost.apps.houses.rules import answers, ids, letters, prices
from trailpost.apps.houses.rules import inquiries as rules
from trailpost.apps.houses.store import inquiries as store
from trailpost.apps.houses.wire import Inquiry, InquiryTaken, NewInquiry, Offer
from trailpost.base import clock
from trailpost.base.settings import Settings

_WRONG = ResponseSpec(None, description="A field is empty or wrong; `field` names it.")


@post(
    "/api/inquiries",
    tags=TAGS,
    request_max_body_size=MAX_BODY,
    responses={400: _WRONG, 422: REFUSED, 429: SLOW_DOWN},
)
async def send_inquiry(request: AnyRequest, data: JSONBody[NewInquiry]) -> InquiryTaken:
    """Take an inquiry; the owner and the customer get an e-mail where that is set up.

    Sent again under the same `id` it is the same inquiry: it is taken, and told, once.

    `website` is a field that people do not see: when it is filled in, nothing is kept.
    """
    settings: Settings = request.app.state.settings
    taken = InquiryTaken(
        id=ids.uuid7(clock.now()),
        conversion_status="converted" if settings.inquiry_converts else "completed",
    )
    if rules.is_robot(data):
        return taken
    given, found = rules.checked(data), offer(request.app.state)
    answers.check_offered(given.configuration, found)
    total = prices.price(given.configuration, found.table)
    # What was refused above cost nothing: people mistype.
    spend(request, limits(request).inquiries)
    async with db.transaction(pool(request.app.state)) as conn:
        inquiry = await store.insert_inquiry(conn, taken.id, given, total, found.table.version)
        if inquiry is None:
            earlier = await store.find_sent_inquiry(conn, given.id)
            return msgspec.structs.replace(taken, id=earlier or taken.id)
        await _tell(conn, settings, inquiry, found)
    return taken


async def _tell(conn: db.Connection, settings: Settings, inquiry: Inquiry, found: Offer) -> None:
    # Never the Host header: who sends the form would choose where the link leads.
    link = f"{settings.url.rstrip('/')}/admin/houses/inquiries/{inquiry.id}"
    owner = letters.to_owner(inquiry, found, link)
    await alerts.send(conn, settings, title=owner.title, body=owner.body)
    customer = letters.to_customer(inquiry, found)
    await alerts.send_mail(
        conn, settings, to=inquiry.email, title=customer.title, body=customer.body
    )
