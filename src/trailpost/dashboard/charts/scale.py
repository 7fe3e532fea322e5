"""Where a value stands on an axis, and which round values an axis names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

Kind = Literal["linear", "log"]


def position(value: float, low: float, high: float, kind: Kind = "linear") -> float:
    """0 to 100 from low to high."""
    if kind == "log" and low > 0:
        value, low, high = (math.log(max(v, low)) for v in (value, low, high))
    if high <= low:
        return 50.0
    return round(100 * min(1.0, max(0.0, (value - low) / (high - low))), 2)


def ticks(low: float, high: float, kind: Kind = "linear", most: int = 5) -> list[float]:
    """Round values from low to high, at most `most`."""
    if high <= low:
        return [low]
    if kind == "log" and low > 0:
        return _log_ticks(low, high, most)
    step = nice((high - low) / most)
    first = math.ceil(low / step - 1e-9)
    found = [n * step for n in range(first, math.floor(high / step + 1e-9) + 1)]
    return thinned(found, most)


def ticks_over(most: int, steps: int = 4) -> list[int]:
    """Whole values from 0 to the first one that is not below `most`."""
    step = max(1, round(nice(most / steps)))
    return [n * step for n in range(math.ceil(most / step) + 1)]


def nice(step: float) -> float:
    """The next of 1, 2, 5, 10 … that is not smaller."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * m for m in (1, 2, 5, 10) if power * m >= step * (1 - 1e-9))


def thinned(values: Sequence[float], most: int) -> list[float]:
    every = math.ceil(len(values) / most)
    return list(values[::every])


def _log_ticks(low: float, high: float, most: int) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [m * 10.0**d for d in decades for m in steps if low <= m * 10.0**d <= high]
        if len(found) <= most:
            return found or [low]
    return thinned(found, most)
