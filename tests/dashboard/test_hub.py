import asyncio
import contextlib

import pytest

from trailpost.base.errors import NotFound, Unavailable
from trailpost.dashboard.http import hub


class World:
    """A count that a write raises, and pages that show it."""

    def __init__(self):
        self.count = 0
        self.away = False
        self.draws = 0

    async def token(self):
        if self.away:
            raise Unavailable("the database is away")
        return self.count

    async def draw(self, view):
        self.draws += 1
        if view == "gone":
            raise NotFound("no such project")
        return {"cards": f"<b>{self.count}</b>", "title": view}


@pytest.fixture
def world(monkeypatch):
    monkeypatch.setattr(hub, "POLL", 0.01)
    monkeypatch.setattr(hub, "BUSY", 0.02)
    monkeypatch.setattr(hub, "QUIET", 0.05)
    return World()


async def until(stream, wanted):
    async with asyncio.timeout(10):
        async for message in stream:
            if wanted in message:
                return message


async def close(*streams):
    for stream in streams:
        await stream.aclose()


def test_a_new_page_gets_everything_and_then_only_what_changed(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)
        stream = live.subscribe("a")
        first = await until(stream, b"<b>0</b>")
        world.count = 1
        second = await until(stream, b"<b>1</b>")
        await close(stream)
        return first, second

    first, second = run(go())
    assert b'hx-target="#title"' in first
    assert b'hx-target="#title"' not in second
    assert second.startswith(b"data: <hx-partial")
    assert second.endswith(b"\n\n")


def test_who_may_look_no_more_is_sent_nothing_more(world, run, monkeypatch):
    monkeypatch.setattr(hub, "KEEP_ALIVE", 0.02)
    asked = []

    async def may_look():
        asked.append(world.count)
        return len(asked) < 3

    async def go():
        live = hub.Hub(world.token, world.draw)
        async with asyncio.timeout(10):
            return [message async for message in live.subscribe("a", may_look)]

    assert b"<b>0</b>" in b"".join(run(go()))
    assert len(asked) == 3


def test_many_pages_of_one_view_are_drawn_once(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)
        streams = [live.subscribe("a") for _ in range(20)]
        await asyncio.gather(*(until(s, b"<b>0</b>") for s in streams))
        draws = world.draws
        await close(*streams)
        return draws

    assert run(go()) <= 3


def test_nobody_looking_means_no_polling(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)
        stream = live.subscribe("a")
        await until(stream, b"<b>0</b>")
        await close(stream)
        await asyncio.wait_for(live._poller, 10)

    run(go())


def test_streams_end_when_the_server_stops(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)

        async def look():
            async for _ in live.subscribe("a"):
                pass

        looking = asyncio.create_task(look())
        while not world.draws:
            await asyncio.sleep(0.01)
        live.close()
        await asyncio.wait_for(looking, 10)

    run(go())


def test_a_quiet_stream_is_kept_alive_by_comments(world, run, monkeypatch):
    monkeypatch.setattr(hub, "KEEP_ALIVE", 0.02)

    async def go():
        live = hub.Hub(world.token, world.draw)
        stream = live.subscribe("a")
        found = await until(stream, hub.COMMENT)
        await close(stream)
        return found

    assert run(go()).startswith(b":")


def test_pages_come_back_when_the_database_does(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)
        stream = live.subscribe("a")
        await until(stream, b"<b>0</b>")
        world.away = True
        await asyncio.sleep(0.05)
        world.away, world.count = False, 7
        found = await until(stream, b"<b>7</b>")
        await close(stream)
        return found

    assert run(go())


def test_a_view_whose_project_is_gone_does_not_stop_the_others(world, run):
    async def go():
        live = hub.Hub(world.token, world.draw)
        gone, fine = live.subscribe("gone"), live.subscribe("fine")
        waiting = asyncio.create_task(until(gone, b"never"))
        found = await until(fine, b"<b>0</b>")
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
        await close(gone, fine)
        return found

    assert run(go())


def test_a_line_break_cannot_end_a_message():
    assert hub.message({"x": "a\n\nb"}).count(b"\n\n") == 1
