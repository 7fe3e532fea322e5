"""Live pages: one poller for each web process, however many people look."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from trailpost import db
from trailpost.base import log
from trailpost.base.errors import NotFound, TrailpostError

View = TypeVar("View", bound=Hashable)
Fragments = dict[str, str]
"""Id of an element -> the HTML inside it."""

_log = log.get(__name__)

POLL = 0.5
# While events pour in, a page is drawn once a second: more, nobody can read.
BUSY = 0.9
# Time alone moves figures too: a session is active no more, a rate falls.
QUIET = 5.0
KEEP_ALIVE = 15.0
# Then the client connects again, and the guard looks at its login again.
LONGEST = 600.0


class Seat:
    """One open page: what it shows already."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self._sent: Fragments = {}

    def news(self, fragments: Fragments) -> bytes:
        """One server-sent event with what changed; empty when nothing did."""
        changed = {k: v for k, v in fragments.items() if self._sent.get(k) != v}
        self._sent.update(changed)
        return message(changed) if changed else b""


class Channel:
    """One view, shared by everybody who looks at it."""

    def __init__(self) -> None:
        self.seats: set[Seat] = set()
        self.fragments: Fragments = {}
        self._token: object = None
        self._drawn = float("-inf")

    def is_due(self, token: object, now: float) -> bool:
        age = now - self._drawn
        return age >= QUIET or (token != self._token and age >= BUSY)

    def show(self, fragments: Fragments, token: object, now: float) -> None:
        self._token, self._drawn = token, now
        if fragments == self.fragments:
            return
        self.fragments = fragments
        for seat in self.seats:
            seat.wake.set()


class Hub(Generic[View]):
    """`token` is cheap and differs after each write; `draw` makes a view's fragments."""

    def __init__(
        self,
        token: Callable[[], Awaitable[object]],
        draw: Callable[[View], Awaitable[Fragments]],
    ) -> None:
        self._token = token
        self._draw = draw
        self._channels: dict[View, Channel] = {}
        self._poller: asyncio.Task[None] | None = None
        self._closed = False

    async def subscribe(
        self, view: View, may_look: Callable[[], Awaitable[bool]] | None = None
    ) -> AsyncIterator[bytes]:
        """What to send, for as long as the client listens, ten minutes, or until `close`.

        `may_look` is asked every quarter of a minute: it ends when that says no.
        """
        channel, seat = self._channels.setdefault(view, Channel()), Seat()
        channel.seats.add(seat)
        seat.wake.set()
        self._start()
        clock = asyncio.get_running_loop().time
        end, asked_at = clock() + LONGEST, clock()
        try:
            while not self._closed and clock() < end:
                if may_look is not None and clock() - asked_at >= KEEP_ALIVE:
                    asked_at = clock()
                    if not await may_look():
                        return
                yield await self._next(seat, channel)
        finally:
            channel.seats.discard(seat)
            if not channel.seats and self._channels.get(view) is channel:
                del self._channels[view]

    def close(self) -> None:
        """End every stream: the server stops. Clients come back by themselves."""
        self._closed = True
        if self._poller is not None:
            self._poller.cancel()
        for channel in self._channels.values():
            for seat in channel.seats:
                seat.wake.set()

    async def _next(self, seat: Seat, channel: Channel) -> bytes:
        try:
            async with asyncio.timeout(KEEP_ALIVE):
                await seat.wake.wait()
        except TimeoutError:
            return COMMENT
        seat.wake.clear()
        return seat.news(channel.fragments) or COMMENT

    def _start(self) -> None:
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())

    async def _poll(self) -> None:
        while self._channels and not self._closed:
            try:
                await self._round()
            except (db.Error, TrailpostError, OSError) as e:
                # Pages keep what they show; the next round may find the server back.
                _log.warning("live pages wait", reason=str(e))
                await asyncio.sleep(QUIET)
            await asyncio.sleep(POLL)

    async def _round(self) -> None:
        token = await self._token()
        now = asyncio.get_running_loop().time()
        for view, channel in list(self._channels.items()):
            if not channel.is_due(token, now):
                continue
            try:
                channel.show(await self._draw(view), token, now)
            except NotFound:  # its project is gone; the others still want theirs
                channel.show(channel.fragments, token, now)


COMMENT = b": still here\n\n"


def message(fragments: Fragments) -> bytes:
    """Partial swaps by morphing: focus, open definitions and scroll positions stay."""
    html = "".join(
        f'<hx-partial hx-target="#{name}" hx-swap="innerMorph">{inner}</hx-partial>'
        for name, inner in fragments.items()
    )
    return b"".join(b"data: %b\n" % line.encode() for line in html.splitlines()) + b"\n"
