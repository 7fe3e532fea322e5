"""Group commit by itself, with a destination that the test controls."""

import asyncio

import pytest

from trailpost.stream.lane import MOST_BYTES, MOST_PARTS, Lane, settle
from trailpost.stream.wire import Part, Waiting


class Destination:
    """Remembers each group and lets it arrive when told."""

    def __init__(self):
        self.groups = []
        self.gates = []

    async def send(self, group):
        gate = asyncio.Event()
        self.groups.append(group)
        self.gates.append(gate)
        await gate.wait()
        settle(group)

    @property
    def sizes(self):
        return [len(g) for g in self.groups]


def waiting(blob=b"x"):
    return Waiting(0, Part(1, blob), None, asyncio.get_running_loop().create_future())


async def turns(n=5):
    for _ in range(n):
        await asyncio.sleep(0)


def test_those_who_wait_together_travel_together(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 2)
        for _ in range(5):
            lane.add(waiting())
        await turns()
        assert there.sizes == [5]

    run(main())


def test_one_alone_leaves_at_once_and_the_next_ones_gather_behind_two_groups(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 2)
        for _ in range(10):
            lane.add(waiting())
            await turns()
        assert there.sizes == [1, 1]
        there.gates[0].set()
        await turns()
        assert there.sizes == [1, 1, 8]

    run(main())


def test_a_group_is_limited_in_parts_and_bytes(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 100)
        for _ in range(2 * MOST_PARTS + 1):
            lane.add(waiting())
        await turns()
        assert there.sizes == [MOST_PARTS, MOST_PARTS, 1]
        half = b"x" * (MOST_BYTES // 2)
        for blob in (half, half, half, half * 3, half):
            lane.add(waiting(blob))
        await turns()
        assert there.sizes[3:] == [2, 1, 1, 1]

    run(main())


def test_idle_waits_for_what_waits_and_what_flies(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 1)
        lane.add(waiting())
        idle = asyncio.create_task(lane.idle())
        await turns()
        lane.add(waiting())
        there.gates[0].set()
        await turns()
        assert not idle.done()
        there.gates[1].set()
        await turns()
        assert idle.done()

    run(main())


def test_a_held_lane_starts_nothing_until_released(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 1)
        lane.hold()
        lane.add(waiting())
        await turns()
        assert there.sizes == []
        lane.release()
        await turns()
        assert there.sizes == [1]

    run(main())


def test_a_caller_that_gives_up_does_not_disturb_the_others(run):
    async def main():
        there = Destination()
        lane = Lane(there.send, 1)
        gone, stays = waiting(), waiting()
        lane.add(gone)
        lane.add(stays)
        await turns()
        gone.done.cancel()
        there.gates[0].set()
        await stays.done

    run(main())


def test_a_mistake_in_sending_reaches_the_callers_instead_of_leaving_them_waiting(run):
    async def broken(group):
        raise ZeroDivisionError

    async def main():
        lane = Lane(broken, 1)
        one = waiting()
        lane.add(one)
        with pytest.raises(ZeroDivisionError):
            await one.done
        await lane.idle()

    run(main())
