"""The gable end: the hull's front edge, and under it the covered entrance with its glass."""

from __future__ import annotations

from trailpost.apps.houses.preview.house import (
    DECK,
    DECK_HEIGHT,
    DEPTH,
    RECESS,
    SHELL,
    Solid,
    outline,
    under_roof,
)
from trailpost.apps.houses.preview.svg import closed, group, open_, polygon, strokes, tag


def recess(solid: Solid, clip: str) -> str:
    """What is seen past the front edge: floor, far side, ceiling, and the wall with the door."""
    inner_front, inner_back = outline(SHELL, 0), outline(SHELL, RECESS)
    see = solid.camera.all
    floor = see(inner_front[0], inner_front[4], inner_back[4], inner_back[0])
    side = see(inner_front[4], inner_front[3], inner_back[3], inner_back[4])
    ceiling = see(inner_front[3], inner_front[2], inner_back[2], inner_back[3])
    return group(
        polygon(see(*inner_back), class_="entrance"),
        _boards(solid),
        polygon(floor, class_="deck"),
        polygon(side, class_="entrance-side"),
        polygon(ceiling, class_="entrance-top"),
        clip_path=f"url(#{clip})",
    )


def shade(solid: Solid, clip: str) -> str:
    """The hull's shadow on the entrance."""
    top = [*outline(SHELL, RECESS)[1:4]]
    low = [(x, y, z - 0.9) for x, y, z in reversed(top)]
    return polygon(solid.camera.all(*top, *low), class_="entrance-shade", clip_path=f"url(#{clip})")


def edge(solid: Solid) -> str:
    """The hull, cut open at the front, and the step before it."""
    outer, inner = solid.front(), solid.front(SHELL)
    scale = solid.camera.scale((0, 0, 0))
    see = solid.camera.all
    step = see((0, -DECK, 0), (0, DEPTH, 0), (0, DEPTH, DECK_HEIGHT), (0, -DECK, DECK_HEIGHT))
    return (
        tag("path", d=closed(outer) + closed(inner), class_="edge", fill_rule="evenodd")
        + tag("path", d=open_(outer[:3]), class_="edge-light", stroke_width=0.025 * scale)
        + polygon(step, class_="deck-edge")
    )


def opening_clip(solid: Solid, name: str) -> str:
    return tag("clipPath", polygon(solid.front(SHELL)), id=name)


def _boards(solid: Solid) -> str:
    gable = solid.gable
    lines = strokes(
        gable.line(y, DECK_HEIGHT, y, under_roof(y))
        for y in (SHELL + n * 0.18 for n in range(1, int((DEPTH - 2 * SHELL) / 0.18)))
    )
    return tag("path", d=lines, class_="entrance-gap", stroke_width=1)
