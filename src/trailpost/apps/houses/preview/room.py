"""The room behind the gable: its surfaces in perspective, clad and floored as chosen."""

from __future__ import annotations

import math

from trailpost.apps.houses.preview.camera import Camera, Plane
from trailpost.apps.houses.preview.house import PITCH
from trailpost.apps.houses.preview.landscape import noise
from trailpost.apps.houses.preview.svg import closed, group, open_, polygon, strokes, tag

LENGTH, WIDTH, EAVE = 8.2, 7.4, 2.6
HALF = WIDTH / 2
SLOPE = HALF / math.cos(PITCH)
RIDGE = EAVE + HALF * math.tan(PITCH)
HORIZON = 610.0
# Looks along the room to its glass gable; what is nearer than `_NEAR` is outside the picture.
EYE = Camera((0, HALF, 1.5), 0, 590, (700, HORIZON))
_NEAR = 1.2

# Across the picture, to the right, y falls.
RIGHT = Plane(EYE, (0, 0, 0), (1, 0, 0), (0, 0, 1))
LEFT = Plane(EYE, (0, WIDTH, 0), (1, 0, 0), (0, 0, 1))
END = Plane(EYE, (LENGTH, 0, 0), (0, 1, 0), (0, 0, 1))
FLOOR = Plane(EYE, (0, 0, 0), (1, 0, 0), (0, 1, 0))
_RIGHT_ROOF = Plane(EYE, (0, 0, EAVE), (1, 0, 0), (0, math.cos(PITCH), math.sin(PITCH)))
_LEFT_ROOF = Plane(EYE, (0, WIDTH, EAVE), (1, 0, 0), (0, -math.cos(PITCH), math.sin(PITCH)))
_DEEP = LENGTH - _NEAR
_BOARD = 0.19


def surfaces() -> str:
    return (
        _panelled(_LEFT_ROOF, SLOPE, "ceiling left")
        + _panelled(_RIGHT_ROOF, SLOPE, "ceiling right")
        + _end()
        + _panelled(LEFT, EAVE, "side left")
        + _panelled(RIGHT, EAVE, "side right")
        + _floor()
        + _frames()
    )


def _panelled(plane: Plane, height: float, css: str) -> str:
    """Boards that run along the room, end to end at random."""
    count = round(height / _BOARD)
    tall = height / count
    lines = [plane.line(_NEAR, n * tall, LENGTH, n * tall) for n in range(1, count)]
    lines += [
        plane.line(s, n * tall, s, (n + 1) * tall)
        for n in range(count)
        for s in [_NEAR + 0.6 + noise(n + len(css)) * (_DEEP - 1)]
    ]
    tints = "".join(
        _tinted(plane, count, tall, name, 3.1 * number + len(css))
        for number, name in enumerate(("pale", "deep"), 1)
    )
    return group(
        polygon(plane.rectangle(_NEAR, 0, _DEEP, height), class_="wood"),
        tints,
        tag("path", d=strokes(lines), class_="seam"),
        class_=css,
    )


def _tinted(plane: Plane, count: int, tall: float, name: str, seed: float) -> str:
    chosen = [n for n in range(count) if noise(n * 1.7 + seed) < 0.26]
    starts = [(n, _NEAR + noise(n + seed) * 2.5) for n in chosen]
    shapes = (closed(plane.rectangle(s, n * tall, LENGTH - s, tall)) for n, s in starts)
    return tag("path", d="".join(shapes), class_=name)


def _end() -> str:
    """The gable's wall: boards that stand, up to the roof."""
    corners = [(0, 0), (WIDTH, 0), (WIDTH, EAVE), (HALF, RIDGE), (0, EAVE)]
    count = round(WIDTH / _BOARD)
    wide = WIDTH / count
    tops = [EAVE + (HALF - abs(n * wide - HALF)) * math.tan(PITCH) for n in range(count + 1)]
    lines = strokes(END.line(n * wide, 0, n * wide, tops[n]) for n in range(1, count))
    tints = "".join(
        closed(END.rectangle(n * wide, 0, wide, min(tops[n], tops[n + 1])))
        for n in range(count)
        if noise(n * 2.9) < 0.3
    )
    return group(
        polygon([END.at(y, z) for y, z in corners], class_="wood"),
        tag("path", d=tints, class_="deep"),
        tag("path", d=lines, class_="seam"),
        class_="end",
    )


def _floor() -> str:
    base = polygon(FLOOR.rectangle(_NEAR, 0, _DEEP, WIDTH), class_="ground")
    return group(base, _parquet(), _tiles(), class_="floor")


def _parquet() -> str:
    """Herringbone: blocks at right angles to each other, in three tones."""
    long, short = 0.96, 0.16
    tones: dict[str, list[str]] = {"t0": [], "t1": [], "t2": []}
    steps = int(_DEEP / short) + 8
    columns = math.ceil(WIDTH / long) + 2
    for row in range(steps):
        for column in range(-1, columns):
            x = _NEAR - 0.9 + row * short
            y = column * long * 1.0 + (row % round(long / short)) * short - 0.5
            block = _block(x, y, long, short, upright=False)
            if block:
                tones[f"t{int(noise(row * 3.3 + column * 7.7) * 3)}"].append(block)
    return group(
        *(tag("path", d="".join(shapes), class_=name) for name, shapes in tones.items()),
        class_="parquet",
    )


def _block(x: float, y: float, long: float, short: float, *, upright: bool) -> str | None:
    """Cut at the walls; None when nothing is left of it."""
    wide, deep = (short, long) if upright else (long, short)
    left, right = max(0, y), min(WIDTH, y + wide)
    front, back = max(_NEAR, x), min(LENGTH, x + deep)
    if left >= right or front >= back:
        return None
    return closed(FLOOR.rectangle(front, left, back - front, right - left))


def _tiles() -> str:
    side = 0.8
    rows, columns = math.ceil(_DEEP / side), math.ceil(WIDTH / side)
    tones: dict[str, list[str]] = {"t0": [], "t1": [], "t2": []}
    for row in range(rows):
        for column in range(columns):
            block = _block(_NEAR + row * side, column * side, side, side, upright=False)
            if block:
                tones[f"t{int(noise(row * 5.1 + column * 2.3) * 3)}"].append(block)
    return group(
        *(tag("path", d="".join(shapes), class_=name) for name, shapes in tones.items()),
        class_="tiles",
    )


def _frames() -> str:
    """The frames between the modules, and a line where walls meet floor and roof."""
    see = EYE.all
    frames = []
    for x in (LENGTH - 0.02, LENGTH - 2.5, LENGTH - 5.0):
        foot = [(x, 0.0, 0.0), (x, 0.0, EAVE), (x, HALF, RIDGE), (x, WIDTH, EAVE), (x, WIDTH, 0.0)]
        frames.append(open_(see(*foot)))
    skirting = strokes(
        [LEFT.line(_NEAR, 0.04, LENGTH, 0.04), RIGHT.line(_NEAR, 0.04, LENGTH, 0.04)]
    )
    return tag("path", d="".join(frames), class_="rib") + tag("path", d=skirting, class_="skirting")
