"""The house as a picture: SVG drawn from a configuration, in four views."""

from trailpost.apps.houses.preview.drawing import (
    CAMERAS,
    SCENE_NAMES,
    Look,
    Move,
    draw,
    draw_scene,
    draw_still,
    look,
)
from trailpost.apps.houses.preview.views import VIEWS, View, opened, start_view

__all__ = [
    "CAMERAS",
    "SCENE_NAMES",
    "VIEWS",
    "Look",
    "Move",
    "View",
    "draw",
    "draw_scene",
    "draw_still",
    "look",
    "opened",
    "start_view",
]
