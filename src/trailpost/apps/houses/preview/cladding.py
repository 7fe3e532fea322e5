"""What the hull is clad with, drawn on any of its planes: ribs, battens, boards."""

from __future__ import annotations

from collections.abc import Callable

from trailpost.apps.houses.preview.camera import Plane
from trailpost.apps.houses.preview.svg import closed, group, strokes, tag

Draw = Callable[[Plane, float, float, float, float], str]


def cladding(plane: Plane, start: float, width: float, height: float, scale: float) -> str:
    """All three on top of each other; the style sheet shows the one that is chosen."""
    return "".join(
        group(draw(plane, start, width, height, scale), class_=f"clad {name}")
        for name, draw in _KINDS.items()
    )


def _sheet(plane: Plane, start: float, width: float, height: float, scale: float) -> str:
    """Trapezoidal ribs: a lit and a shaded edge each."""
    step, rib = width / 9, width / 9 * 0.42
    places = [start + (n + 0.3) * step for n in range(9)]
    lit = strokes(plane.line(s, 0, s, height) for s in places)
    dark = strokes(plane.line(s + rib, 0, s + rib, height) for s in places)
    return tag("path", d=dark, class_="shade", stroke_width=0.03 * scale) + tag(
        "path", d=lit, class_="light", stroke_width=0.018 * scale
    )


def _battens(plane: Plane, start: float, width: float, height: float, scale: float) -> str:
    """Larch battens with gaps between them, no two of quite the same colour."""
    count = 20
    step = width / count
    gaps = strokes(plane.line(start + n * step, 0, start + n * step, height) for n in range(count))
    tones = (("pale", 5, 1), ("deep", 6, 3))
    tinted = "".join(
        tag(
            "path",
            d="".join(
                closed(plane.rectangle(start + n * step, 0, step, height))
                for n in range(count)
                if (n * 11 + int(start * 7)) % every == first
            ),
            class_=name,
        )
        for name, every, first in tones
    )
    return tinted + tag("path", d=gaps, class_="gap", stroke_width=0.022 * scale)


def _boards(plane: Plane, start: float, width: float, height: float, scale: float) -> str:
    """Large panels, laid so that their joints are staggered."""
    rows = max(2, round(height / 1.3))
    tall = height / rows
    across = [plane.line(start, n * tall, start + width, n * tall) for n in range(1, rows)]
    shift = round(start / width) % 2
    down = [
        plane.line(s, n * tall, s, (n + 1) * tall)
        for n in range(rows)
        for s in [start + width * (0.5 if (n + shift) % 2 else 1.0)]
    ]
    joints = strokes([*across, *down])
    sheen = "".join(
        closed(plane.rectangle(start, n * tall, width / 2, tall)) for n in range(shift, rows, 2)
    )
    return tag("path", d=sheen, class_="sheen") + tag(
        "path", d=joints, class_="joint", stroke_width=0.022 * scale
    )


_KINDS: dict[str, Draw] = {"sheet": _sheet, "battens": _battens, "boards": _boards}
