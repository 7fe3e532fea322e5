"""What stands and hangs in the room: something to sit on, to eat at, and light to do it by."""

from __future__ import annotations

from trailpost.apps.houses.preview import room
from trailpost.apps.houses.preview.camera import Place
from trailpost.apps.houses.preview.room import EAVE, EYE, HALF, RIDGE
from trailpost.apps.houses.preview.svg import closed, group, open_, polygon, tag

# Metres from the eye at which the lamps hang over the table, and across the room.
_LAMPS, _OVER_TABLE = (6.6, 5.5), 1.8


def furniture() -> str:
    return group(
        _art(),
        polygon(
            EYE.all((3.1, 3.3, 0.01), (6.9, 3.3, 0.01), (6.9, 6.0, 0.01), (3.1, 6.0, 0.01)),
            class_="rug",
        ),
        _shadow(4.0, 6.75, 5.95, 7.4),
        _sofa(),
        _shadow(4.5, 6.0, 4.15, 4.95),
        _box((4.6, 4.2, 0.3), (5.9, 4.9, 0.36), "table"),
        _legs((4.7, 4.3), (5.8, 4.8), 0.3),
        _shadow(4.9, 7.3, 0.85, 2.1),
        _dining(),
        _plant(),
        class_="furniture",
    )


def lamps() -> str:
    """By night they light what is around them."""
    places = (EYE.see((x, _OVER_TABLE, 1.4)) for x in _LAMPS)
    glow = "".join(
        tag("circle", cx=x, cy=y + 20, r=340, fill="url(#warmth)", class_="lamplight")
        for x, y in places
    )
    return glow + "".join(map(_pendant, _LAMPS))


def _sofa() -> str:
    return (
        _box((4.0, 6.9, 0.1), (6.7, 7.35, 0.82), "sofa")
        + _box((4.0, 6.05, 0.1), (6.7, 6.95, 0.36), "sofa")
        + _box((6.45, 6.05, 0.1), (6.7, 7.2, 0.6), "sofa")
        + _box((5.28, 6.0, 0.37), (6.42, 6.9, 0.52), "cushion")
        + _box((4.26, 6.0, 0.37), (5.24, 6.9, 0.52), "cushion")
        + _box((5.9, 6.62, 0.52), (6.35, 6.85, 0.9), "pillow")
        + _box((4.0, 6.05, 0.1), (4.24, 7.2, 0.6), "sofa")
    )


def _dining() -> str:
    return (
        _box((5.1, 0.85, 0.42), (7.1, 1.2, 0.47), "table")
        + _legs((5.3, 0.95), (6.9, 1.1), 0.42)
        + _legs((5.1, 1.45), (7.1, 2.15), 0.71)
        + _box((5.0, 1.35, 0.71), (7.2, 2.25, 0.77), "table")
        + _box((5.1, 2.45, 0.42), (7.1, 2.8, 0.47), "table")
        + _legs((5.3, 2.5), (6.9, 2.7), 0.42)
        + _bowl()
    )


def _box(low: Place, high: Place, css: str) -> str:
    """Its sides as seen from the middle of the room: top, inner side, front."""
    (x0, y0, z0), (x1, y1, z1) = low, high
    see = EYE.all
    side = y1 if y1 < HALF else y0
    top = see((x0, y0, z1), (x0, y1, z1), (x1, y1, z1), (x1, y0, z1))
    inner = see((x0, side, z0), (x1, side, z0), (x1, side, z1), (x0, side, z1))
    front = see((x0, y0, z0), (x0, y1, z0), (x0, y1, z1), (x0, y0, z1))
    return group(
        polygon(top, class_="top"),
        polygon(inner, class_="inner"),
        polygon(front, class_="face"),
        class_=f"box {css}",
    )


def _legs(low: tuple[float, float], high: tuple[float, float], height: float) -> str:
    corners = [(x, y) for x in (high[0], low[0]) for y in (high[1], low[1])]
    lines = (open_(EYE.all((x, y, 0), (x, y, height))) for x, y in corners)
    return tag("path", d="".join(lines), class_="legs")


def _shadow(x0: float, x1: float, y0: float, y1: float) -> str:
    return polygon(EYE.all((x0, y0, 0), (x1, y0, 0), (x1, y1, 0), (x0, y1, 0)), class_="under")


def _bowl() -> str:
    x, y = EYE.see((6.0, _OVER_TABLE, 0.77))
    shape = f"M{x - 17:.0f} {y - 12:.0f}q17 -5 34 0q-3 13 -17 13q-14 0 -17 -13z"
    return tag("path", d=shape, class_="bowl")


def _art() -> str:
    wall = room.LEFT
    hill = [(5.06, 1.41), (6.24, 1.41), (6.24, 1.66), (5.7, 1.95), (5.4, 1.7)]
    return (
        polygon(wall.rectangle(5.0, 1.35, 1.3, 0.95), class_="art-frame")
        + polygon(wall.rectangle(5.06, 1.41, 1.18, 0.83), class_="art")
        + polygon([wall.at(*point) for point in hill], class_="art-hill")
    )


def _plant() -> str:
    x, y = EYE.see((7.7, 6.75, 0))
    leaves = "".join(_leaf(x, y - 30, (n - 6) * 8.5, 92 - abs(n - 6) * 6.5) for n in range(13))
    pot = closed([(x - 20, y - 36), (x + 20, y - 36), (x + 15, y), (x - 15, y)])
    return tag("path", d=leaves, class_="plant") + tag("path", d=pot, class_="pot")


def _leaf(x: float, foot: float, lean: float, tall: float) -> str:
    """From the stem up to its tip, and back on the other side."""
    tip = f"{lean:.0f} {-tall:.0f}"
    up = f"q{lean * 0.2 - 7:.0f} {-12 - tall * 0.6:.0f} {tip}"
    down = f"q{7 - lean * 0.55:.0f} {tall * 0.6 - 6:.0f} {-lean:.0f} {tall:.0f}"
    return f"M{x:.0f} {foot:.0f}{up}{down}z"


def _pendant(x: float) -> str:
    under = EAVE + (HALF - abs(_OVER_TABLE - HALF)) / HALF * (RIDGE - EAVE)
    hangs = (x, _OVER_TABLE, 1.62)
    top, at = EYE.all((x, _OVER_TABLE, under), hangs)
    size = EYE.scale(hangs) * 0.21
    left = f"c0 {-size:.1f} {size * 0.7:.1f} {-size * 1.15:.1f} {size:.1f} {-size * 1.15:.1f}"
    right = f"s{size:.1f} {size * 0.15:.1f} {size:.1f} {size * 1.15:.1f}"
    shade = f"M{at[0] - size:.1f} {at[1]:.1f}{left}{right}z"
    return (
        tag("path", d=open_([top, at]), class_="cord")
        + tag("path", d=shade, class_="lamp")
        + tag("ellipse", cx=at[0], cy=at[1], rx=size * 0.92, ry=size * 0.13, class_="bulb")
    )
