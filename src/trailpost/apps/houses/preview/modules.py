"""One module of the house from outside: deck, wall, roof, its panels and its openings."""

from __future__ import annotations

from trailpost.apps.houses.preview import cladding, glass
from trailpost.apps.houses.preview.camera import Plane
from trailpost.apps.houses.preview.house import DECK, DECK_HEIGHT, EAVE, MODULE, SLOPE, Solid
from trailpost.apps.houses.preview.svg import Point, closed, open_, polygon, strokes, tag

PANELS_EACH = 2
_PANEL = (1.13, 1.86)


def shell(solid: Solid, place: int) -> str:
    """What every house has there; `place` 0 is next to the gable."""
    start = place * MODULE
    scale = solid.camera.scale((start + MODULE / 2, 0, 1))
    wall, high = solid.above_deck, EAVE - DECK_HEIGHT
    return (
        _deck(solid, start, scale)
        + polygon(wall.rectangle(start, 0, MODULE, high), class_="wall")
        + cladding.cladding(wall, start, MODULE, high, scale)
        + polygon(wall.rectangle(start, 0, MODULE, 0.2), class_="foot")
        + polygon(solid.roof.rectangle(start, 0, MODULE, SLOPE), class_="roof")
        + cladding.cladding(solid.roof, start, MODULE, SLOPE, scale)
        + _edges(solid, start, scale)
    )


def opening(solid: Solid, place: int, level: int) -> str:
    return glass.in_wall(
        solid.wall, place * MODULE + MODULE / 2 + (0.1 if place == 0 else 0), level
    )


def panel(solid: Solid, number: int) -> str:
    """The panel `number` (from 0), two to the module."""
    place, side = divmod(number, PANELS_EACH)
    width, height = _PANEL
    start = place * MODULE + 0.1 + side * (width + 0.04)
    plane = solid.roof
    foot = (SLOPE - 2 * height) / 2 + height + 0.02
    scale = solid.camera.scale((start, 2, 4))
    return _panel(plane, start, foot - height / 2, scale)


def _panel(plane: Plane, s: float, t: float, scale: float) -> str:
    width, height = _PANEL
    cells = [plane.line(s + width * n / 4, t, s + width * n / 4, t + height) for n in range(1, 4)]
    cells += [plane.line(s, t + height * n / 6, s + width, t + height * n / 6) for n in range(1, 6)]
    corners = plane.rectangle(s, t, width, height)
    lower, upper = plane.rectangle(s, t, width * 0.62, height), corners[3]
    glare: list[Point] = [corners[0], lower[1], upper]
    return (
        polygon(plane.rectangle(s + 0.03, t - 0.09, width, height), class_="under")
        + polygon(corners, class_="cell", stroke_width=0.035 * scale)
        + tag("path", d=strokes(cells), class_="grid", stroke_width=0.008 * scale)
        + polygon(glare, class_="glare")
    )


def _deck(solid: Solid, start: float, scale: float) -> str:
    deck = solid.deck
    boards = strokes(
        deck.line(start, DECK * n / 9, start + MODULE, DECK * n / 9) for n in range(1, 9)
    )
    see = solid.camera.all
    front = [(start, -DECK, 0), (start + MODULE, -DECK, 0)]
    top = [(x, y, DECK_HEIGHT) for x, y, _ in reversed(front)]
    return (
        polygon(see(*front, *top), class_="deck-edge")
        + polygon(deck.rectangle(start, 0, MODULE, DECK), class_="deck")
        + tag("path", d=boards, class_="deck-gap", stroke_width=0.02 * scale)
        + polygon(deck.rectangle(start, DECK - 0.75, MODULE, 0.75), class_="deck-shade")
    )


def _edges(solid: Solid, start: float, scale: float) -> str:
    """Where wall and roof meet, the ridge, and the joint to the next module."""
    eave = solid.wall.rectangle(start, EAVE - 0.2, MODULE, 0.2)
    gutter = open_(solid.wall.line(start, EAVE, start + MODULE, EAVE))
    ridge = open_(solid.roof.line(start, SLOPE, start + MODULE, SLOPE))
    joint = open_(
        [solid.wall.at(start, 0), solid.wall.at(start, EAVE), solid.roof.at(start, SLOPE)]
    )
    return (
        tag("path", d=closed(eave), class_="eave")
        + tag("path", d=gutter, class_="gutter", stroke_width=0.06 * scale)
        + tag("path", d=ridge, class_="ridge", stroke_width=0.05 * scale)
        + tag("path", d=joint, class_="module-joint", stroke_width=0.015 * scale)
    )
