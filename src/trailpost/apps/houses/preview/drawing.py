"""A configuration's picture: what it looks like in words, and all scenes of it as one SVG."""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from trailpost.apps.houses.preview import outside
from trailpost.apps.houses.preview.inside import inside
from trailpost.apps.houses.preview.landscape import HEIGHT, WIDTH
from trailpost.apps.houses.preview.openings import levels
from trailpost.apps.houses.preview.outside import Stand
from trailpost.apps.houses.preview.svg import group, tag
from trailpost.apps.houses.preview.views import View
from trailpost.apps.houses.rules.catalogue import EXTRA_MODULES, SMALLEST
from trailpost.apps.houses.rules.limits import maxima
from trailpost.apps.houses.wire import Configuration

SCENES: dict[View, str] = {"exterior": "walk", "interior": "room", "pv": "above", "fenster": "walk"}
SCENE_NAMES = ("walk", "above", "room")


class Move(msgspec.Struct, frozen=True):
    """How a scene is brought near: scaled by `zoom`, then moved by x and y of its 1400 × 1000."""

    zoom: float
    x: float
    y: float

    @property
    def transform(self) -> str:
        return f"translate({self.x:g} {self.y:g}) scale({self.zoom:g})"


class Look(msgspec.Struct, frozen=True):
    """All that the picture shows of a configuration."""

    modules: int
    shell: str
    interior: str
    floor: str
    frame: str
    area: int
    panels: int
    most: int
    """m² of windows that a house of this size takes."""


# Zoom, and the point of the scene that comes to the middle of the picture.
_AIMS: dict[tuple[View, int], tuple[float, float, float]] = {
    ("exterior", 4): (1.26, 645, 540),
    ("exterior", 5): (1.17, 680, 540),
    ("exterior", 6): (1.1, 712, 540),
    ("exterior", 7): (1.03, 742, 540),
    ("exterior", 8): (0.97, 768, 540),
    ("pv", 4): (1.1, 600, 590),
    ("pv", 5): (1.04, 632, 575),
    ("pv", 6): (0.99, 660, 565),
    ("pv", 7): (0.95, 688, 550),
    ("pv", 8): (0.9, 712, 540),
    ("fenster", 4): (1.95, 590, 570),
    ("fenster", 5): (1.9, 600, 570),
    ("fenster", 6): (1.85, 610, 570),
    ("fenster", 7): (1.8, 620, 570),
    ("fenster", 8): (1.75, 630, 570),
}


def _move(zoom: float, x: float, y: float) -> Move:
    return Move(zoom, round(WIDTH / 2 - zoom * x, 1), round(HEIGHT / 2 - zoom * y, 1))


CAMERAS: dict[View, dict[int, Move]] = {
    view: {n: _move(*aim) for (v, n), aim in _AIMS.items() if v == view}
    for view in ("exterior", "pv", "fenster")
}
"""By view and modules, for the browser too. Inside, nothing moves."""


def look(configuration: Configuration) -> Look:
    """What is not chosen looks as it is priced: trapezblech, kiefer, parkett."""
    windows, panels = configuration.fenster, configuration.pvanlage
    return Look(
        modules=SMALLEST + EXTRA_MODULES[configuration.nest],
        shell=configuration.gebaeudehuelle or "trapezblech",
        interior=configuration.innenverkleidung or "kiefer",
        floor=configuration.fussboden or "parkett",
        frame=windows.value if windows else "open",
        area=windows.quantity if windows else 0,
        panels=panels.quantity if panels else 0,
        most=maxima(configuration.nest)["fenster"],
    )


@lru_cache(maxsize=32)
def draw(seen: Look, view: View, title: str) -> str:
    """The picture in `view`; the browser changes it by its attributes and classes alone.

    The scenes of other views are empty: they are two thirds of it, and `draw_scene` has them.
    """
    scenes = (
        _scene(name, seen, view, "house")
        if SCENES[view] == name
        else group(class_=f"scene {name} off", data_scene=name)
        for name in SCENE_NAMES
    )
    return _svg(seen, view, title, tag("defs", outside.defs()), *scenes, identity="house")


@cache
def draw_scene(name: str) -> str:
    """One scene of any house: the browser makes it look like the visitor's."""
    seen = look(Configuration())
    scene = _scene(name, seen, "exterior", "house")
    return tag("svg", scene, xmlns="http://www.w3.org/2000/svg")


@lru_cache(maxsize=32)
def draw_still(seen: Look, view: View, title: str, *, first: bool) -> str:
    """One of several on a page, and never changed: the first holds what all of them use."""
    identity = f"house-{view}"
    defs = tag("defs", outside.defs()) if first else ""
    scene = _scene(SCENES[view], seen, view, identity)
    return _svg(seen, view, title, defs, scene, identity=identity)


def _svg(seen: Look, view: View, title: str, *inner: str, identity: str) -> str:
    return tag(
        "svg",
        *inner,
        id=identity,
        class_="house",
        role="img",
        aria_label=title,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        preserveAspectRatio="xMidYMid slice",
        data_view=view,
        data_shell=seen.shell,
        data_interior=seen.interior,
        data_floor=seen.floor,
        data_frame=seen.frame,
    )


def _scene(name: str, seen: Look, view: View, identity: str) -> str:
    """The scene that another view shows waits where that view will first need it."""
    shown = SCENES[view] == name
    own: View = "pv" if name == "above" else "exterior"
    moves = CAMERAS.get(view if shown else own)
    transform = moves[seen.modules].transform if moves and name != "room" else None
    moved = group(_drawn(name, seen, f"{identity}-{name}"), class_="camera", transform=transform)
    return group(moved, class_=f"scene {name}" + ("" if shown else " off"), data_scene=name)


def _drawn(name: str, seen: Look, identity: str) -> str:
    openings = tuple(levels(seen.modules, seen.area, seen.most))
    if name == "room":
        return inside(openings)
    camera = outside.WALK_UP if name == "walk" else outside.FROM_ABOVE
    stand = Stand(seen.modules, openings, seen.panels)
    return outside.outside(name, camera, stand, f"{identity}-gable")
