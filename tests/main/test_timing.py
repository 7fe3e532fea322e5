import asyncio

import pytest
from litestar import Litestar, asgi, get
from litestar.params import FromPath
from litestar.testing import TestClient
from litestar.types import Receive, Scope, Send

from trailpost.base.errors import Unavailable
from trailpost.main import timing
from trailpost.main.timing import Timing, Timings


@get("/things/{thing_id:int}", sync_to_thread=False)
def thing(thing_id: FromPath[int]) -> str:
    return str(thing_id)


@get("/wrong", sync_to_thread=False)
def wrong() -> None:
    raise ValueError("no")


@asgi("/plain", copy_scope=False)
async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 202, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def timed(monkeypatch):
    """A small application under the clock, and what was counted."""
    found = Timings()
    monkeypatch.setattr(timing, "timings", found)
    app = Timing(Litestar([thing, wrong, plain], middleware=[Timing], openapi_config=None))
    return TestClient(app, raise_server_exceptions=False), found


def counted(found):
    return {(t.method, t.route, t.status): t.requests for t in found.take()}


def test_requests_are_summed_by_template_method_and_status(timed):
    client, found = timed
    for path in ("/things/1", "/things/2", "/things/x", "/wrong", "/nowhere", "/etc/passwd"):
        client.get(path)
    client.post("/plain")
    client.request("PROPFIND", "/things/1")
    assert counted(found) == {
        ("GET", "/things/{thing_id}", 200): 2,
        ("GET", "/wrong", 500): 1,
        ("GET", "(unknown)", 404): 3,
        ("POST", "/plain", 202): 1,
        ("OTHER", "(unknown)", 405): 1,
    }


def test_what_was_taken_is_not_counted_again(timed):
    client, found = timed
    client.get("/things/1")
    assert found.take()
    assert found.take() == []


def test_sums_hold_the_whole_time_and_the_longest(timed):
    _, found = timed
    found.add("GET", "/a", 200, 0.25)
    found.add("GET", "/a", 200, 0.5)
    (row,) = found.take()
    assert (row.requests, row.total_ms, row.max_ms) == (2, 750.0, 500.0)
    assert row.minute % 60_000_000 == 0


def test_a_request_that_nobody_answered_counts_as_left(timed):
    _, found = timed

    async def silent(scope, receive, send):
        raise asyncio.CancelledError

    async def call():
        with pytest.raises(asyncio.CancelledError):
            await Timing(silent)({"type": "http", "method": "GET"}, None, None)

    asyncio.run(call())
    assert counted(found) == {("GET", "(unknown)", 499): 1}


class Kept:
    """Takes what would go to the stream."""

    def __init__(self, error=None):
        self.blobs, self.error = [], error

    async def publish(self, key, blob, count, live):
        if self.error:
            raise self.error
        self.blobs.append((blob, count, live))


def test_sums_go_to_the_stream_when_the_server_stops(timed, run):
    client, found = timed
    client.get("/things/1")
    kept = Kept()

    async def serve():
        async with timing.flushing(kept):
            pass

    run(serve())
    ((blob, count, live),) = kept.blobs
    assert b"/things/{thing_id}" in blob
    assert (count, live) == (0, None)
    assert found.take() == []


def test_a_full_spool_does_not_stop_the_server(timed, run):
    client, _ = timed
    client.get("/things/1")

    async def serve():
        async with timing.flushing(Kept(Unavailable("full"))):
            pass

    run(serve())
