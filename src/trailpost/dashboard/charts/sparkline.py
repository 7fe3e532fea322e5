"""A figure's course, small enough to stand in its card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts.markup import el, number
from trailpost.dashboard.rules import words

WIDTH, HEIGHT = 100.0, 28.0
_PAD = 2.0

Point = tuple[float, float]


class Sparkline(msgspec.Struct, frozen=True, kw_only=True):
    """`values` None: nothing is known of that step, and the line has a gap."""

    title: str
    values: tuple[float | None, ...]
    unit: str = "count"
    open: bool = False
    """The last step is not over: it is dashed."""


def sparkline(drawn: Sparkline) -> Markup:
    """An empty string below two known values: a dot is no course."""
    known = [v for v in drawn.values if v is not None]
    if len(known) < 2:
        return Markup("")
    runs = list(_runs(drawn.values, min(0.0, *known), max(known)))
    paths = [p for run in runs for p in _run(run, drawn.open and run is runs[-1])]
    paths.append(_dot(runs[-1][-1]))
    return el(
        "svg",
        *paths,
        class_="spark",
        viewBox=f"0 0 {number(WIDTH)} {number(HEIGHT)}",
        preserveAspectRatio="none",
        role="img",
        aria_label=_summary(drawn, known),
    )


def _runs(values: Sequence[float | None], low: float, high: float) -> Iterator[list[Point]]:
    """Points of the steps that follow one another without a gap."""
    step = WIDTH / (len(values) - 1)
    span = (high - low) or 1.0
    for known, run in groupby(enumerate(values), key=lambda v: v[1] is not None):
        if known:
            yield [
                (n * step, HEIGHT - _PAD - (v - low) / span * (HEIGHT - 2 * _PAD))
                for n, v in run
                if v is not None
            ]


def _run(points: list[Point], open: bool) -> list[Markup]:
    if len(points) == 1:
        return [_dot(points[0])]
    line = "M" + " ".join(_at(p) for p in points)
    area = el("path", class_="area", d=f"{line} V{number(HEIGHT)} H{number(points[0][0])} Z")
    if not open:
        return [area, el("path", class_="line", d=line)]
    closed = "M" + " ".join(_at(p) for p in points[:-1])
    last = "M" + " ".join(_at(p) for p in points[-2:])
    return [area, el("path", class_="line", d=closed), el("path", class_="line open", d=last)]


def _dot(point: Point) -> Markup:
    """A line of no length with round ends, which nothing stretches."""
    return el("path", class_="line dot", d=f"M{_at(point)}h0")


def _at(point: Point) -> str:
    return f"{number(point[0])},{number(point[1])}"


def _summary(drawn: Sparkline, known: list[float]) -> str:
    first, last, low, high = (
        words.figure(v, drawn.unit) for v in (known[0], known[-1], min(known), max(known))
    )
    return f"{drawn.title} from {first} to {last}, lowest {low}, highest {high}"
