"""How long this process lately took to make interactions durable."""

from __future__ import annotations

from collections import deque
from typing import Literal

Efficiency = Literal["excellent", "good", "needs_optimization"]


class Speed:
    """The last 1,000 processing times of one web process, in milliseconds."""

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=1000)

    def record(self, milliseconds: float) -> None:
        self._times.append(milliseconds)

    def average(self) -> float | None:
        """None when nothing was measured yet."""
        return sum(self._times) / len(self._times) if self._times else None


def efficiency(average: float | None) -> Efficiency | None:
    if average is None:
        return None
    if average < 50:
        return "excellent"
    return "good" if average < 100 else "needs_optimization"
