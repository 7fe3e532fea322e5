"""One plain ASGI shape for all ingest routes: preflight, method, body in, answer or problem out.

Litestar's own handlers cost twice as much and know neither gzip bodies nor a project's origins.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Literal, Protocol, TypeVar, cast

import msgspec
from litestar import asgi
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler
from litestar.types import HTTPScope, Receive, Scope, Send

from trailpost.base.errors import BadRequest, Forbidden, TooLarge, TrailpostError, UnsupportedMedia
from trailpost.http.bounded import MAX_BODY
from trailpost.http.characters import REASON, may_hold_nul, nul_path, with_nul_for_halves
from trailpost.http.decode import decode, inflate
from trailpost.http.guard import READABLE, Caller, Guard, Headers, Keys, preflight
from trailpost.http.problem import problem, problem_response
from trailpost.http.refused import AllRefused

T = TypeVar("T")
Answer = tuple[int, Headers, bytes]
_JSON: Headers = [(b"content-type", b"application/json"), *READABLE]


class Stream(Protocol):
    """The part of stream.Publisher that ingest needs."""

    async def publish(
        self,
        key: bytes,
        blob: bytes,
        count: int,
        live: str | None,
        kind: Literal["events", "issues"] = "events",
    ) -> None: ...
    async def live(self, key: bytes, name: str) -> list[bytes] | None: ...
    async def salt(self, day: date) -> bytes: ...


class Call(msgspec.Struct, frozen=True):
    """One request that its address may still make, and what the process offers to answer it."""

    scope: Scope
    receive: Receive
    headers: dict[bytes, bytes]
    caller: Caller
    guard: Guard
    keys: Keys
    stream: Stream
    pool: Any
    """db.Pool, but ingest may not know that."""
    began: float
    """time.perf_counter()"""

    async def body(self) -> bytes:
        """Unzipped, 512 KiB at most."""
        return _plain(await _read(self.receive, self.headers), self.headers)

    async def decode(self, decoder: msgspec.json.Decoder[T]) -> T:
        """Raises BadRequest naming the field."""
        body = with_nul_for_halves(await self.body())
        found = decode(body, decoder, MAX_BODY)
        if may_hold_nul(body) and (nul := nul_path(msgspec.json.decode(body))) is not None:
            raise BadRequest(REASON, field=f"${nul}")
        return found

    def milliseconds(self) -> float:
        return (time.perf_counter() - self.began) * 1000


Handler = Callable[[Call], Awaitable[Answer]]


def endpoint(
    path: str | list[str], guard: Guard, handlers: Mapping[str, Handler]
) -> ASGIRouteHandler:
    """The route at `path`: a handler for each method, OPTIONS for browsers that ask first."""

    # Answers to POST are too short to compress, and trying took 22 of 60 µs.
    opt = {"uncompressed": "GET" not in handlers}

    @asgi(path, is_mount=False, copy_scope=True, opt=opt)
    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        state = scope["litestar_app"].state
        method = cast("HTTPScope", scope)["method"]
        if method == "OPTIONS":
            return await _send(send, (*preflight(scope, state["keys"]), b""))
        handler = handlers.get(method)
        if handler is None:
            allow = ", ".join([*handlers, "OPTIONS"])
            raise MethodNotAllowedException(headers={"allow": allow})
        await _send(send, await respond(scope, receive, guard, handler, began))

    return route


async def respond(
    scope: Scope, receive: Receive, guard: Guard, handler: Handler, began: float
) -> Answer:
    """What the handler answers, or what was wrong with the request."""
    state = scope["litestar_app"].state
    try:
        headers = dict(scope["headers"])
        caller = guard.caller(scope, headers)
        keys, stream, pool = state["keys"], state["publisher"], state["pool"]
        return await handler(
            Call(scope, receive, headers, caller, guard, keys, stream, pool, began)
        )
    except TrailpostError as e:
        return _refusal(e)


def answer(status: int, value: msgspec.Struct) -> Answer:
    return status, _JSON, msgspec.json.encode(value)


async def _read(receive: Receive, headers: dict[bytes, bytes]) -> bytes:
    """The body as sent. Stops reading where it is too long."""
    _check_type(headers)
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > MAX_BODY:
        raise _too_large(int(length))
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise BadRequest("the connection was closed before the body ended")
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
        size += len(parts[-1])
        if size > MAX_BODY:
            raise _too_large(size)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large(size: int) -> TooLarge:
    return TooLarge(f"the body has {size} bytes or more; the limit is {MAX_BODY}")


def _check_type(headers: dict[bytes, bytes]) -> None:
    """text/plain is what a page may send to another origin without asking first."""
    given = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if given not in (b"application/json", b"text/plain", b""):
        text = given.decode("latin-1")
        raise UnsupportedMedia(f"{text} is not taken; send application/json or text/plain")


def _plain(body: bytes, headers: dict[bytes, bytes]) -> bytes:
    """The body without its content encoding."""
    encoding = headers.get(b"content-encoding", b"").strip().lower()
    if encoding in (b"", b"identity"):
        return body
    if encoding != b"gzip":
        text = encoding.decode("latin-1")
        raise UnsupportedMedia(f"content-encoding {text} is not taken; use gzip")
    return inflate(body, MAX_BODY)


def _refusal(error: TrailpostError) -> Answer:
    status, headers, body = problem_response(error)
    if isinstance(error, AllRefused):
        body = msgspec.json.encode(problem(error) | {"rejected": error.refused})
    return status, headers if isinstance(error, Forbidden) else [*headers, *READABLE], body


async def _send(send: Send, given: Answer) -> None:
    status, headers, body = given
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
