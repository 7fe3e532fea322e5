"""Windows and doors in a wall: frame, panes, and the sky in them."""

from __future__ import annotations

from collections.abc import Sequence

from trailpost.apps.houses.preview.camera import Plane
from trailpost.apps.houses.preview.house import DECK_HEIGHT, DEPTH, SHELL, under_roof
from trailpost.apps.houses.preview.svg import Point, closed, group, polygon, tag

_FRAME = 0.085
_SIZES = {1: (0.95, 1.15, 1.05), 2: (1.0, DECK_HEIGHT, 2.2), 3: (2.02, DECK_HEIGHT, 2.2)}
"""Of a level: width, sill and height in metres."""


def in_wall(wall: Plane, middle: float, level: int) -> str:
    """An opening of the long side around `middle` metres along it."""
    width, sill, height = _SIZES[level]
    return leaf(wall, middle - width / 2, sill, width, height, 2 if level == 3 else 1)


def leaf(plane: Plane, s: float, t: float, width: float, height: float, panes: int) -> str:
    """A frame with panes side by side, set back a little."""
    sill = 0.04 if t > 0.5 else 0
    reveal = plane.rectangle(s - 0.04, t - sill, width + 0.08, height + 0.04 + sill)
    each = (width - _FRAME * (panes + 1)) / panes
    glass = [
        plane.rectangle(s + _FRAME + n * (each + _FRAME), t + _FRAME, each, height - 2 * _FRAME)
        for n in range(panes)
    ]
    return (
        polygon(reveal, class_="reveal")
        + polygon(plane.rectangle(s, t, width, height), class_="frame")
        + "".join(map(_pane, glass))
    )


def _pane(corners: Sequence[Point]) -> str:
    streaks = closed(_between(corners, 0.18, 0.42)) + closed(_between(corners, 0.52, 0.6))
    return polygon(corners, class_="glass") + tag("path", d=streaks, class_="streak")


def _between(corners: Sequence[Point], start: float, end: float) -> list[Point]:
    """A slanting stripe over a pane."""
    low_left, low_right, top_right, top_left = corners
    slant = 0.28
    return [
        _mix(low_left, low_right, start),
        _mix(low_left, low_right, end),
        _mix(top_left, top_right, min(1, end + slant)),
        _mix(top_left, top_right, min(1, start + slant)),
    ]


def _mix(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def in_gable(gable: Plane, level: int) -> str:
    """The way in: a door, a wide door, or glass from wall to wall up to the roof."""
    middle, floor = DEPTH / 2, DECK_HEIGHT
    if level == 1:
        return leaf(gable, middle - 0.55, floor, 1.1, 2.2, 1)
    if level == 2:
        return leaf(gable, middle - 1.9, floor, 3.8, 2.25, 4)
    return _glass_gable(gable)


def _glass_gable(gable: Plane) -> str:
    first, last = SHELL + 0.35, DEPTH - SHELL - 0.35
    panes, door = 6, 2.3
    width = (last - first) / panes
    bars = [first + n * width for n in range(panes)]
    edges = [first, DEPTH / 2, last]
    outline = [gable.at(first, DECK_HEIGHT), *(gable.at(y, under_roof(y) - 0.1) for y in edges)]
    upper = [_upper(gable, y, width, door + DECK_HEIGHT + _FRAME) for y in bars]
    lower = [
        gable.rectangle(y + _FRAME / 2, DECK_HEIGHT + _FRAME, width - _FRAME, door - _FRAME)
        for y in bars
    ]
    return group(
        polygon([*outline, gable.at(last, DECK_HEIGHT)], class_="frame"),
        *map(_pane, lower),
        *(polygon(pane, class_="glass") for pane in upper),
    )


def _upper(gable: Plane, y: float, width: float, foot: float) -> list[Point]:
    left, right = y + _FRAME / 2, y + width - _FRAME / 2
    tops = [max(foot + 0.02, under_roof(s) - 0.2) for s in (left, right)]
    return [
        gable.at(left, foot),
        gable.at(right, foot),
        gable.at(right, tops[1]),
        gable.at(left, tops[0]),
    ]
