"""Send the demo's batches to the ingest route, over a few connections, as fast as it takes them."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterator

import httpx
import msgspec

from trailpost.base.errors import BadRequest, Unauthorized, Unavailable
from trailpost.main.demo.wire import Batch

CONNECTIONS = 8
# A server that is away this long is not coming back while somebody watches a progress bar.
_PATIENCE = 60.0
_SLOW_DOWN = frozenset({429, 502, 503, 504})

Progress = Callable[[int, int], None]
"""Called with the sessions and events sent so far."""


class Summary(msgspec.Struct, kw_only=True):
    sessions: int = 0
    accepted: int = 0
    refused: int = 0
    reason: str = ""
    """Of the first event that was refused."""
    seconds: float = 0.0


class _Answer(msgspec.Struct):
    accepted: int = 0
    rejected: list[_Rejected] = []


class _Rejected(msgspec.Struct):
    field: str = ""
    reason: str = ""


class Sender:
    """One run: batches in, a Summary out. Memory does not grow with the number of batches."""

    def __init__(
        self, url: str, key: str, progress: Progress | None = None, *, patience: float = _PATIENCE
    ) -> None:
        self._url = url
        self._key = key
        self._progress = progress
        self._patience = patience
        self._resume = 0.0
        self._summary = Summary()

    async def send(self, batches: Iterator[Batch]) -> Summary:
        """Raises Unauthorized, BadRequest, or Unavailable when the server stays away."""
        began = time.monotonic()
        limits = httpx.Limits(max_connections=CONNECTIONS)
        async with (
            httpx.AsyncClient(limits=limits, timeout=30, trust_env=False) as client,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(CONNECTIONS):
                group.create_task(self._work(client, batches))
        self._summary.seconds = time.monotonic() - began
        return self._summary

    async def _work(self, client: httpx.AsyncClient, batches: Iterator[Batch]) -> None:
        for batch in batches:
            self._count(batch, await self._deliver(client, batch))

    async def _deliver(self, client: httpx.AsyncClient, batch: Batch) -> _Answer:
        """Until it is taken: the events carry ids, so sending one twice stores it once."""
        body, deadline = batch.body(), time.monotonic() + self._patience
        while True:
            await self._pause()
            response = await self._post(client, batch, body)
            if response is not None and response.status_code not in _SLOW_DOWN:
                return _read(response)
            if response is not None and response.status_code == 429:
                deadline = time.monotonic() + self._patience
            if time.monotonic() > deadline:
                raise Unavailable(f"{self._url} has not answered for {self._patience:.0f} s")
            self._hold_off(response)

    async def _post(
        self, client: httpx.AsyncClient, batch: Batch, body: bytes
    ) -> httpx.Response | None:
        headers = {
            "content-type": "application/json",
            "x-trailpost-key": self._key,
            "user-agent": batch.user_agent,
            "x-forwarded-for": batch.address,
        }
        try:
            return await client.post(self._url, content=body, headers=headers)
        except httpx.TransportError:
            return None

    async def _pause(self) -> None:
        while (wait := self._resume - time.monotonic()) > 0:
            await asyncio.sleep(wait)

    def _hold_off(self, response: httpx.Response | None) -> None:
        """All connections wait: the limit is on their common address."""
        given = response.headers.get("retry-after", "") if response is not None else ""
        wait = float(given) if given.isdigit() else 1.0
        self._resume = time.monotonic() + wait * random.uniform(1, 1.1)

    def _count(self, batch: Batch, answer: _Answer) -> None:
        self._summary.sessions += 1
        self._summary.accepted += answer.accepted
        self._summary.refused += len(answer.rejected)
        if answer.rejected and not self._summary.reason:
            first = answer.rejected[0]
            self._summary.reason = f"{first.field}: {first.reason}"
        if self._progress:
            self._progress(self._summary.sessions, self._summary.accepted)


def _read(response: httpx.Response) -> _Answer:
    if response.status_code == 401:
        raise Unauthorized("the server does not know this ingest key")
    try:
        answer = msgspec.json.decode(response.content, type=_Answer)
    except msgspec.DecodeError:
        answer = _Answer()
    # All events refused is a 400 that lists them; another error lists nothing.
    if response.is_success or answer.rejected:
        return answer
    raise BadRequest(f"the server answered {response.status_code}: {response.text[:300]}")
