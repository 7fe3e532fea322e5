"""A histogram with its median and outer tenths marked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts, scale
from trailpost.dashboard.charts.markup import at, el, percent
from trailpost.dashboard.rules import words

# Two marks that are closer than this, in percent of the width, stand on two lines.
_ROOM = 16
_LINE = 15


class Bin(msgspec.Struct, frozen=True):
    """From `low` on, up to and without `high`."""

    low: float
    high: float
    count: int


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """`log`: equal ratios take equal widths; for times and other long tails."""

    id: str
    title: str
    bins: tuple[Bin, ...]
    unit: str = "count"
    noun: str = "sessions"
    p10: float | None = None
    median: float | None = None
    p90: float | None = None
    scale: scale.Kind = "linear"


def distribution(drawn: Distribution) -> Markup:
    most = max((b.count for b in drawn.bins), default=0)
    if most <= 0:
        return parts.nothing("dist", drawn.id, drawn.title)
    low, high = min(b.low for b in drawn.bins), max(b.high for b in drawn.bins)
    rows = [(_from_to(drawn, b), words.count(b.count)) for b in drawn.bins]
    return parts.figure(
        "dist",
        drawn.id,
        drawn.title,
        _marks_told(drawn),
        el(
            "div",
            _left_axis(most),
            _plot(drawn, low, high, most),
            _axis(drawn, low, high),
            class_="plot",
        ),
        parts.as_table(drawn.id, drawn.title, ("From – to", drawn.noun.capitalize()), rows, 1),
    )


def _plot(drawn: Distribution, low: float, high: float, most: int) -> Markup:
    ticks = scale.ticks_over(most)
    top = ticks[-1]
    lines = [_grid(t, top) for t in ticks]
    bars = [_bar(drawn, b, low, high, top) for b in drawn.bins if b.count > 0]
    marks = list(_marks(drawn, low, high))
    return el("svg", *lines, *bars, *marks, role="img", aria_label=_summary(drawn))


def _grid(tick: float, top: float) -> Markup:
    y = at(100 - percent(tick, top))
    return el("line", class_="tick", x1="0", x2="100%", y1=y, y2=y)


def _bar(drawn: Distribution, bin: Bin, low: float, high: float, top: float) -> Markup:
    left, right = (scale.position(v, low, high, drawn.scale) for v in (bin.low, bin.high))
    if low >= high:
        left, right = 45.0, 55.0
    height = percent(bin.count, top)
    told = f"{_from_to(drawn, bin)}: {parts.counted(bin.count, drawn.noun)}"
    gap = min(0.3, (right - left) / 8)
    return el(
        "rect",
        el("title", told),
        class_="bar",
        x=at(left + gap),
        width=at(right - left - 2 * gap),
        y=at(100 - height),
        height=at(height),
    )


def _named(drawn: Distribution) -> list[tuple[str, float]]:
    told = (("p10", drawn.p10), ("median", drawn.median), ("p90", drawn.p90))
    return [(name, value) for name, value in told if value is not None]


def _marks(drawn: Distribution, low: float, high: float) -> Iterable[Markup]:
    places = [scale.position(v, low, high, drawn.scale) for _, v in _named(drawn)]
    for (name, _), x, line in zip(_named(drawn), places, lines_of(places), strict=True):
        yield el("line", class_=f"at {name}", x1=at(x), x2=at(x), y1=_LINE * line + 4, y2="100%")
        # Beside its line, on the side where there is room.
        side = "end" if x > 50 else "start"
        yield el(
            "text",
            name,
            class_="at",
            x=at(x),
            dx=-5 if x > 50 else 5,
            y=_LINE * (line + 1),
            text_anchor=side,
        )


def lines_of(places: Sequence[float]) -> list[int]:
    """The line each name stands on, so that none covers another."""
    found: list[int] = []
    for n, x in enumerate(places):
        taken = {found[m] for m in range(n) if abs(places[m] - x) < _ROOM}
        found.append(next(line for line in range(n + 1) if line not in taken))
    return found


def _left_axis(most: int) -> Markup:
    ticks = scale.ticks_over(most)
    told = [_left_tick(t, ticks[-1]) for t in ticks]
    return el("svg", *told, class_="left", aria_hidden="true")


def _left_tick(tick: float, top: float) -> Markup:
    y = at(100 - percent(tick, top))
    return el("text", words.count(tick), x="100%", y=y, dy="0.32em", text_anchor="end")


def _axis(drawn: Distribution, low: float, high: float) -> Markup:
    told = scale.ticks(low, high, drawn.scale)
    texts = [
        el(
            "text",
            words.figure(t, drawn.unit),
            x=at(x),
            y="14",
            text_anchor=_anchor(x),
            class_="odd" if n % 2 else None,
        )
        for n, t in enumerate(told)
        for x in [scale.position(t, low, high, drawn.scale)]
    ]
    return el("svg", *texts, class_="under", aria_hidden="true")


def _anchor(x: float) -> str:
    return "start" if x < 6 else "end" if x > 94 else "middle"


def _marks_told(drawn: Distribution) -> Markup | None:
    pairs = [
        el("div", el("dt", name), el("dd", words.figure(value, drawn.unit)))
        for name, value in _named(drawn)
    ]
    return el("dl", *pairs, class_="marks") if pairs else None


def _from_to(drawn: Distribution, bin: Bin) -> str:
    low, high = (words.figure(v, drawn.unit) for v in (bin.low, bin.high))
    return f"{low} – {high}"


def _summary(drawn: Distribution) -> str:
    fullest = max(drawn.bins, key=lambda b: b.count)
    marks = "".join(f", {n} {words.figure(v, drawn.unit)}" for n, v in _named(drawn))
    total = parts.counted(sum(b.count for b in drawn.bins), drawn.noun)
    return f"{drawn.title}: {total}, most from {_from_to(drawn, fullest)}{marks}"
