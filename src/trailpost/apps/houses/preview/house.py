"""The house as a solid: its measures in metres, and its faces as a camera sees them."""

from __future__ import annotations

import math

import msgspec

from trailpost.apps.houses.preview.camera import Camera, Place, Plane
from trailpost.apps.houses.preview.svg import Point

MODULE, DEPTH, EAVE = 2.5, 8.0, 2.9
PITCH = math.radians(35)
SLOPE = DEPTH / 2 / math.cos(PITCH)
RIDGE = EAVE + SLOPE * math.sin(PITCH)
SHELL, RECESS = 0.3, 1.05
"""The hull is this thick, and at the front it reaches this far over the gable's wall."""
MOST_MODULES = 8
DECK, DECK_HEIGHT = 2.6, 0.16


class Solid(msgspec.Struct, frozen=True):
    """Length runs away from the gable, which is at 0; the long side faces the camera."""

    camera: Camera

    @property
    def wall(self) -> Plane:
        return Plane(self.camera, (0, 0, 0), (1, 0, 0), (0, 0, 1))

    @property
    def above_deck(self) -> Plane:
        """The wall without the part that the deck hides."""
        return Plane(self.camera, (0, 0, DECK_HEIGHT), (1, 0, 0), (0, 0, 1))

    @property
    def roof(self) -> Plane:
        up = (0, math.cos(PITCH), math.sin(PITCH))
        return Plane(self.camera, (0, 0, EAVE), (1, 0, 0), up)

    @property
    def gable(self) -> Plane:
        """The wall behind the hull's front edge."""
        return Plane(self.camera, (RECESS, 0, 0), (0, 1, 0), (0, 0, 1))

    @property
    def deck(self) -> Plane:
        return Plane(self.camera, (0, -DECK, DECK_HEIGHT), (1, 0, 0), (0, 1, 0))

    def front(self, inset: float = 0, x: float = 0) -> list[Point]:
        """The hull's outline at `x`, `inset` metres inside it, from the near foot upwards."""
        return self.camera.all(*outline(inset, x))


def outline(inset: float, x: float) -> list[Place]:
    drop = inset / math.cos(PITCH)
    foot = 0 if inset == 0 else DECK_HEIGHT
    eave = EAVE - drop + inset * math.tan(PITCH)
    return [
        (x, inset, foot),
        (x, inset, eave),
        (x, DEPTH / 2, RIDGE - drop),
        (x, DEPTH - inset, eave),
        (x, DEPTH - inset, foot),
    ]


def under_roof(y: float) -> float:
    """Height of the roof's underside, `y` metres across."""
    return RIDGE - SHELL / math.cos(PITCH) - abs(y - DEPTH / 2) * math.tan(PITCH)
