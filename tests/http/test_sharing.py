"""Many who ask the same at once: one look for all, and none that began before they asked."""

import asyncio

import pytest

from trailpost.http.sharing import Sharing


class Looks:
    """Looks that end when they are told; each answers with its number."""

    def __init__(self):
        self.begun = 0
        self.ends = asyncio.Event()

    async def __call__(self):
        self.begun += 1
        number = self.begun
        await self.ends.wait()
        return b"%d" % number


async def _settle():
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_asks_while_a_look_runs_shares_the_next_one(run):
    async def ask():
        sharing, look = Sharing(), Looks()
        first = asyncio.create_task(sharing.ask("q", look))
        await _settle()
        later = [asyncio.create_task(sharing.ask("q", look)) for _ in range(50)]
        await _settle()
        assert look.begun == 1
        look.ends.set()
        assert await first == b"1"
        assert set(await asyncio.gather(*later)) == {b"2"}
        assert await sharing.ask("q", look) == b"3"

    run(ask())


def test_other_questions_do_not_wait(run):
    async def ask():
        sharing, slow, quick = Sharing(), Looks(), Looks()
        quick.ends.set()
        waits = asyncio.create_task(sharing.ask("slow", slow))
        await _settle()
        assert await sharing.ask("quick", quick) == b"1"
        slow.ends.set()
        assert await waits == b"1"

    run(ask())


def test_a_fault_reaches_all_who_share_it_and_nobody_after(run):
    async def fails():
        await asyncio.sleep(0)
        raise ValueError("no")

    async def ask():
        sharing, look = Sharing(), Looks()
        look.ends.set()
        both = await asyncio.gather(
            sharing.ask("q", fails), sharing.ask("q", fails), return_exceptions=True
        )
        assert [type(e) for e in both] == [ValueError, ValueError]
        assert await sharing.ask("q", look) == b"1"

    run(ask())


def test_one_who_leaves_takes_nothing_from_the_others(run):
    async def ask():
        sharing, look = Sharing(), Looks()
        leaves = asyncio.create_task(sharing.ask("q", look))
        stays = asyncio.create_task(sharing.ask("q", look))
        await _settle()
        leaves.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaves
        look.ends.set()
        assert await stays == b"1"

    run(ask())
