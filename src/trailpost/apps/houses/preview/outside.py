"""The house in its landscape: once as one walks up to it, once from above for its panels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

import msgspec

from trailpost.apps.houses.preview import gable, glass, landscape, modules
from trailpost.apps.houses.preview.camera import Camera
from trailpost.apps.houses.preview.house import DECK, DEPTH, MODULE, MOST_MODULES, Solid
from trailpost.apps.houses.preview.openings import LEVELS
from trailpost.apps.houses.preview.svg import gradient, group, polygon, tag


class Stand(msgspec.Struct, frozen=True):
    """What of an outside view can be seen: the same parts for the same configuration."""

    modules: int
    openings: Sequence[int]
    """Level of the gable's, then of each module's."""
    panels: int


HORIZON, HIGH_HORIZON = 585.0, 175.0
WALK_UP = Camera((-9.4, -14.6, 2.15), math.radians(50.5), 1440, (640, HORIZON))
FROM_ABOVE = Camera((-6.2, -14.5, 9.6), math.radians(54), 1250, (590, HIGH_HORIZON))


def outside(name: str, camera: Camera, stand: Stand, clip: str) -> str:
    """One scene; `clip` is an id of its own."""
    before, entrance, after = _still(name, camera, clip)
    far_to_near = range(MOST_MODULES - 1, -1, -1)
    body = "".join(_module(camera, place, stand) for place in far_to_near)
    door = _choices(camera, "gable", None, stand.openings[0])
    door = group(door, clip_path=f"url(#{clip})")
    shade = gable.shade(Solid(camera), clip)
    return before + group(body, entrance, door, shade, after, class_="world")


@cache
def _still(name: str, camera: Camera, clip: str) -> tuple[str, str, str]:
    """What does not change: landscape; entrance; what stands before the house."""
    solid = Solid(camera)
    horizon = camera.centre[1]
    land = tag("use", href="#land", y=horizon - HORIZON)
    behind = _trees_behind() if name == "walk" else _trees_below()
    entrance = gable.opening_clip(solid, clip) + gable.recess(solid, clip)
    before = land + group(behind, class_="behind")
    return before, group(entrance, class_="hull"), gable.edge(solid) + _before(solid)


def _module(camera: Camera, place: int, stand: Stand) -> str:
    inner = [_shell(camera, place)]
    level = stand.openings[place + 1] if place < stand.modules else 0
    inner.append(_choices(camera, "slot", place, level))
    first = place * modules.PANELS_EACH
    inner += [
        group(_panel(camera, n), data_panel=n + 1, class_=_off(n < stand.panels))
        for n in range(first, first + modules.PANELS_EACH)
    ]
    hidden = "module off" if place >= stand.modules else "module"
    return group(*inner, class_=hidden, data_module=place + 1)


def _choices(camera: Camera, kind: str, place: int | None, level: int) -> str:
    """An opening in all its sizes, of which one is on at most."""
    number = 0 if place is None else place + 1
    return group(
        *(
            group(_opening(camera, place, size), data_level=size, class_=_off(size == level))
            for size in range(1, LEVELS + 1)
        ),
        class_=kind,
        data_slot=number,
    )


def _off(on: bool) -> str | None:
    return None if on else "off"


@cache
def _shell(camera: Camera, place: int) -> str:
    solid = Solid(camera)
    shadow = [(place * MODULE, -DECK - 0.7, 0), ((place + 1) * MODULE, -DECK - 0.7, 0)]
    back = [(x, -DECK + 0.3, 0) for x, _, _ in reversed(shadow)]
    ground = polygon(camera.all(*shadow, *back), class_="cast")
    return ground + modules.shell(solid, place)


@cache
def _panel(camera: Camera, number: int) -> str:
    return modules.panel(Solid(camera), number)


@cache
def _opening(camera: Camera, place: int | None, level: int) -> str:
    solid = Solid(camera)
    if place is None:
        return glass.in_gable(solid.gable, level)
    return modules.opening(solid, place, level)


def _trees_behind() -> str:
    foot = HORIZON + 16
    firs = ((28, 300), (-52, 240), (112, 215), (196, 150), (1296, 265), (1372, 330), (1452, 250))
    return "".join(landscape.spruce(x, foot, tall) for x, tall in firs) + landscape.birch(
        1180, foot + 8, 330
    )


def _trees_below() -> str:
    left = ((60, 290, 120), (128, 272, 96), (-30, 310, 140))
    right = ((1130, 300, 130), (1205, 322, 150), (1290, 290, 118))
    return "".join(landscape.spruce(x, foot, tall) for x, foot, tall in left + right)


def _before(solid: Solid) -> str:
    """Stepping stones to the door, and grasses around the deck."""
    stones = "".join(_stone(solid, n) for n in range(7))
    see = solid.camera.see
    tufts = []
    for x, y, tall in ((-0.5, -2.9, 0.8), (-0.9, -1.4, 0.65), (-0.7, 7.6, 0.9), (1.2, -3.3, 0.6)):
        at = see((x, y, 0))
        scale = solid.camera.scale((x, y, 0))
        tufts.append(landscape.grass(at[0], at[1], tall * scale))
    return group(stones, *tufts, class_="before")


def _stone(solid: Solid, n: int) -> str:
    """Slabs on their way from the deck towards whoever looks."""
    x, y = -0.75 - n * 1.02, DEPTH / 2 - 0.9 - n * 0.55
    top = solid.camera.all(
        (x, y, 0.03), (x - 0.78, y, 0.03), (x - 0.78, y + 1.7, 0.03), (x, y + 1.7, 0.03)
    )
    return polygon(top, class_="slab")


def defs() -> str:
    """Colours that both scenes share; the style sheet says which they are by day and by night."""
    return (
        group(landscape.backdrop(HORIZON), landscape.meadow(HORIZON), id="land")
        + gradient("sky", (0, "sky-0"), (0.55, "sky-1"), (1, "sky-2"))
        + gradient("meadow", (0, "meadow-0"), (1, "meadow-1"))
        + gradient("pane", (0, "pane-0"), (0.55, "pane-1"), (1, "pane-2"))
        + gradient("cells", (0, "cell-0"), (1, "cell-1"), x2=1)
        + gradient("haze", (0, "haze-0"), (1, "haze-1"))
        + _view()
        + tag(
            "radialGradient",
            tag("stop", offset=0, class_="warm-0"),
            tag("stop", offset=1, class_="warm-1"),
            id="warmth",
        )
        + tag(
            "radialGradient",
            tag("stop", offset=0, class_="halo-0"),
            tag("stop", offset=1, class_="halo-1"),
            id="halo",
        )
    )


def _view() -> str:
    """What is seen through the glass from inside: the same land, farther away."""
    land = tag("use", href="#land", transform="translate(70 84) scale(0.9)")
    area = {"x": 0, "y": 0, "width": 1700, "height": 1100}
    return tag("pattern", land, id="view", patternUnits="userSpaceOnUse", **area)
