"""A price over time as two SVG paths, drawn here so that the page needs no script for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Curve

WIDTH, HEIGHT, HEADROOM = 1000, 100, 6

Known = tuple[datetime, Decimal]


def draw(prices: Sequence[Known], start: datetime, end: datetime) -> Curve | None:
    """Steps, for a price holds until the next choice. None below two known prices."""
    changes = [p for n, p in enumerate(prices) if n == 0 or p[1] != prices[n - 1][1]]
    if len(changes) < 2:
        return None
    line = _steps(changes, start, max(end, changes[-1][0]))
    left = line.partition(" ")[0].lstrip("M").partition(",")[0]
    return Curve(
        line=line,
        area=f"{line} V{HEIGHT} H{left} Z",
        first=_at(changes[0], start),
        last=_at(changes[-1], start),
        words=_words(changes),
    )


def _steps(changes: Sequence[Known], start: datetime, end: datetime) -> str:
    span = (end - start).total_seconds() or 1.0
    low, high = min(p for _, p in changes), max(p for _, p in changes)

    def x(at: datetime) -> float:
        return round(max(0.0, (at - start).total_seconds()) / span * WIDTH, 1)

    def y(price: Decimal) -> float:
        share = float((price - low) / (high - low))
        return round(HEIGHT - HEADROOM - share * (HEIGHT - 2 * HEADROOM) * 0.85, 1)

    first, *rest = changes
    steps = [f"M{x(first[0])},{y(first[1])}"]
    steps += [f"H{x(at)} V{y(price)}" for at, price in rest]
    return " ".join([*steps, f"H{WIDTH}"])


def _at(known: Known, start: datetime) -> str:
    at, price = known
    return f"{words.euro(price)} at {words.offset(at - start)}"


def _words(changes: Sequence[Known]) -> str:
    prices = [p for _, p in changes]
    return (
        f"The price went from {words.euro(prices[0])} to {words.euro(prices[-1])} in "
        f"{len(changes) - 1} steps, lowest {words.euro(min(prices))}, "
        f"highest {words.euro(max(prices))}."
    )
