"""What every route of the configurator needs: what is offered now, and who asks too much."""

from __future__ import annotations

import time
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from litestar.openapi.datastructures import ResponseSpec

from trailpost import db
from trailpost.apps.houses.store.book import PriceBook
from trailpost.apps.houses.wire import Offer
from trailpost.base.errors import TooManyRequests
from trailpost.base.settings import Settings
from trailpost.http.buckets import Buckets
from trailpost.http.client import client_ip, neighbourhood, networks

AnyRequest = Request[Any, Any, State]

BOOK = "house_prices"
LIMITS = "house_limits"
TAGS = ["Houses"]
# The largest configuration has some 400 bytes, the longest inquiry some 20,000.
MAX_BODY = 32 * 1024
REFUSED = ResponseSpec(
    None, description="An option that is not offered or a quantity over its limit; see `field`."
)
SLOW_DOWN = ResponseSpec(None, description="Too many from this address; see `Retry-After`.")
UNKNOWN = ResponseSpec(None, description="There is none with this id.")


class Limits(msgspec.Struct, frozen=True):
    """What one address may do to one web process."""

    inquiries: Buckets
    configurations: Buckets


def new_limits() -> Limits:
    """Five inquiries, then one every ten minutes; 60 configurations, then one in two seconds."""
    # A part of a token lets the next one pass, so one more than `burst` at once.
    return Limits(inquiries=Buckets(1 / 600, burst=4), configurations=Buckets(0.5, burst=59))


def offer(state: State) -> Offer:
    """Options and prices in force. Raises Unavailable before the database was ever reached."""
    book: PriceBook = state[BOOK]
    return book.offer()


def pool(state: State) -> db.Pool:
    found: db.Pool = state["pool"]
    return found


def spend(request: AnyRequest, buckets: Buckets) -> None:
    """Raises TooManyRequests. The address is hashed with this process's own key, and not kept."""
    settings: Settings = request.app.state.settings
    ip = client_ip(request.scope, networks(settings.trusted_proxies))
    caller, now = hash(neighbourhood(ip)), time.monotonic()
    wait = buckets.wait(caller, now)
    if wait > 0:
        raise TooManyRequests("too many of these from here; try again later", retry_after=wait)
    buckets.spend(caller, 1, now)


def limits(request: AnyRequest) -> Limits:
    found: Limits = request.app.state[LIMITS]
    return found
