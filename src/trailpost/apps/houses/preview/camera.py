"""Where a point of the house falls in the picture: perspective in which uprights stay upright."""

from __future__ import annotations

import math

import msgspec

from trailpost.apps.houses.preview.svg import Point, Segment

Place = tuple[float, float, float]
"""Metres along the house, across it, and up."""


class Camera(msgspec.Struct, frozen=True):
    """Stands at `at` and looks level in direction `yaw` (radians from the house's length)."""

    at: Place
    yaw: float
    focal: float
    """Pixels that a metre takes at a distance of one metre."""
    centre: Point
    """Where its horizon's middle lies in the picture."""

    def see(self, place: Place) -> Point:
        x, y, z = (p - c for p, c in zip(place, self.at, strict=True))
        depth = x * math.cos(self.yaw) + y * math.sin(self.yaw)
        aside = x * math.sin(self.yaw) - y * math.cos(self.yaw)
        scale = self.focal / depth
        return self.centre[0] + scale * aside, self.centre[1] - scale * z

    def all(self, *places: Place) -> list[Point]:
        return [self.see(place) for place in places]

    def scale(self, place: Place) -> float:
        """Pixels to the metre there."""
        x, y = place[0] - self.at[0], place[1] - self.at[1]
        return self.focal / (x * math.cos(self.yaw) + y * math.sin(self.yaw))


class Plane(msgspec.Struct, frozen=True):
    """A wall, roof or floor: metres `along` and `up` it from `origin`, as a camera sees them."""

    camera: Camera
    origin: Place
    along: Place
    up: Place

    def at(self, s: float, t: float) -> Point:
        return self.camera.see(self.place(s, t))

    def place(self, s: float, t: float) -> Place:
        x, y, z = (
            o + s * a + t * u for o, a, u in zip(self.origin, self.along, self.up, strict=True)
        )
        return x, y, z

    def rectangle(self, s: float, t: float, width: float, height: float) -> list[Point]:
        """Its corners, from the lower left, the other way round the clock."""
        return [
            self.at(s, t),
            self.at(s + width, t),
            self.at(s + width, t + height),
            self.at(s, t + height),
        ]

    def line(self, s: float, t: float, s2: float, t2: float) -> Segment:
        return self.at(s, t), self.at(s2, t2)
