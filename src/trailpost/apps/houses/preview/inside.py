"""The view inside: the room, its openings, the light they let in, and something to sit on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from trailpost.apps.houses.preview import furniture, glass, room
from trailpost.apps.houses.preview.openings import LEVELS
from trailpost.apps.houses.preview.room import EAVE, END, FLOOR, HALF, RIDGE, RIGHT, WIDTH
from trailpost.apps.houses.preview.svg import group, polygon, tag

# Slot -> metres from the eye, on the right wall.
_SIDE = {1: 6.35, 2: 3.9}


def inside(openings: Sequence[int]) -> str:
    surfaces, after = _still()
    sides = "".join(
        _choices(slot, openings[slot], "side-slot") for slot in _SIDE if slot < len(openings)
    )
    return group(surfaces, _choices(0, openings[0], "end-slot"), sides, after, class_="room")


@cache
def _still() -> tuple[str, str]:
    whole = {"x": -500, "y": -300, "width": 2400, "height": 1600}
    evening = tag("rect", class_="evening", **whole)
    after = _light() + furniture.furniture() + evening + furniture.lamps()
    return room.surfaces(), after


def _choices(slot: int, level: int, css: str) -> str:
    shown = (
        group(_opening(slot, size), data_level=size, class_=None if size == level else "off")
        for size in range(1, LEVELS + 1)
    )
    return group(*shown, class_=css, data_slot=slot)


@cache
def _opening(slot: int, level: int) -> str:
    if slot:
        return glass.in_wall(RIGHT, _SIDE[slot], level)
    if level == 1:
        return glass.leaf(END, HALF - 0.6, 0, 1.2, 2.25, 1)
    if level == 2:
        return glass.leaf(END, HALF - 2.1, 0, 4.2, 2.3, 4)
    return _glass_end()


def _glass_end() -> str:
    """From wall to wall, up to the roof."""
    first, door, bar = 0.3, 2.3, 0.09
    width = (WIDTH - 2 * first) / 6
    top = [
        END.at(first, _roof(first)),
        END.at(HALF, _roof(HALF)),
        END.at(WIDTH - first, _roof(first)),
    ]
    frame = polygon([END.at(first, 0), *top, END.at(WIDTH - first, 0)], class_="frame")
    panes = []
    for n in range(6):
        y = first + n * width
        panes.append(END.rectangle(y + bar / 2, bar, width - bar, door - bar))
        left, right = y + bar / 2, y + width - bar / 2
        heads = [END.at(e, max(door + bar, _roof(e) - bar)) for e in (right, left)]
        panes.append([END.at(left, door + bar), END.at(right, door + bar), *heads])
    return frame + "".join(polygon(p, class_="glass") for p in panes)


def _roof(y: float) -> float:
    return EAVE - 0.2 + (HALF - abs(y - HALF)) / HALF * (RIDGE - EAVE)


def _light() -> str:
    """Daylight on the floor, and shade where walls meet."""
    sun = [(8.2, HALF - 1.9), (8.2, HALF + 1.9), (4.4, HALF + 3.1), (4.4, HALF - 0.9)]
    corners = (RIGHT.rectangle(1.2, 0, 7, 0.5), END.rectangle(0, 0, WIDTH, 0.25))
    return polygon([FLOOR.at(x, y) for x, y in sun], class_="sunlight") + "".join(
        polygon(corner, class_="corner") for corner in corners
    )
