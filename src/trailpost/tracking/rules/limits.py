"""How much one caller may send: a token bucket each, in this process's memory."""

from __future__ import annotations

from collections.abc import Hashable

# Callers remembered; the oldest half is forgotten when there are more (about 10 MB).
_MOST = 65_536


class Buckets:
    """`rate` tokens a second for each caller, two seconds' worth at most; rate 0 is no limit.

    A caller with a token left may spend more than it has, and then waits until the debt is paid:
    so a batch of any size passes, and the rate holds all the same.
    """

    def __init__(self, rate: int, most: int = _MOST) -> None:
        self._rate = rate
        self._most = most
        self._held: dict[Hashable, tuple[float, float]] = {}

    def wait(self, caller: Hashable, now: float) -> float:
        """Seconds until `caller` may send again; 0 when it may now."""
        if not self._rate:
            return 0.0
        tokens = self._tokens(caller, now)
        return 0.0 if tokens > 0 else (1 - tokens) / self._rate

    def spend(self, caller: Hashable, cost: int, now: float) -> None:
        if not self._rate:
            return
        tokens = self._tokens(caller, now)
        # Moved to the end, so that the order is that of last use.
        self._held.pop(caller, None)
        self._held[caller] = (tokens - cost, now)
        if len(self._held) > self._most:
            self._forget()

    def _tokens(self, caller: Hashable, now: float) -> float:
        most = 2.0 * self._rate
        held = self._held.get(caller)
        return most if held is None else min(most, held[0] + (now - held[1]) * self._rate)

    def _forget(self) -> None:
        for caller in list(self._held)[: self._most // 2]:
            del self._held[caller]
