"""SVG as text: tags, and points rounded to what an eye can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Segment = tuple[Point, Point]


def tag(name: str, *inner: str, **attributes: str | float | None) -> str:
    """`class_` and `stroke_width` stand for class and stroke-width; None leaves one out."""
    words = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    content = "".join(inner)
    return f"<{name}{words}>{content}</{name}>" if content else f"<{name}{words}/>"


def polygon(points: Sequence[Point], **attributes: str | float | None) -> str:
    return tag("path", d=closed(points), **attributes)


def closed(points: Sequence[Point]) -> str:
    return open_(points) + "z"


def open_(points: Sequence[Point]) -> str:
    """Each point but the first says how far it lies from the one before: that is shorter."""
    rounded = [(round(x, 1), round(y, 1)) for x, y in points]
    steps = ((b[0] - a[0], b[1] - a[1]) for a, b in zip(rounded, rounded[1:], strict=False))
    return f"M{_pair(rounded[0])}" + "".join(f"l{_pair(step)}" for step in steps)


def strokes(segments: Iterable[Segment]) -> str:
    """Many lines as one path's data."""
    return "".join(map(open_, segments))


def group(*inner: str, **attributes: str | float | None) -> str:
    return tag("g", *inner, **attributes)


def gradient(name: str, *stops: tuple[float, str], **attributes: str | float | None) -> str:
    """Linear, from top to bottom unless x1 to y2 say otherwise; a stop's colour is a CSS class."""
    made = (tag("stop", offset=offset, class_=css) for offset, css in stops)
    line = {"x1": 0, "y1": 0, "x2": 0, "y2": 1} | attributes
    return tag("linearGradient", *made, id=name, **line)


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if abs(value) >= 10 else f"{value:.3g}"


def _pair(point: Point) -> str:
    x, y = (f"{value:.1f}".removesuffix(".0").replace("-0.", "-.") for value in point)
    x, y = ("0" if one == "-0" else one for one in (x, y))
    return x + y if y.startswith("-") else f"{x} {y}"
