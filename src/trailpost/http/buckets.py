"""How much one caller may send: a token bucket each, in this process's memory."""

from __future__ import annotations

from collections.abc import Hashable

# Callers remembered; the oldest half is forgotten when there are more (about 10 MB).
_MOST = 65_536


class Buckets:
    """`rate` tokens a second for each caller, `burst` at most; rate 0 is no limit.

    `burst` is two seconds' worth when not given.

    A caller with a token left may spend more than it has, and then waits until the debt is paid:
    so a batch of any size passes, and the rate holds all the same.
    """

    def __init__(self, rate: float, most: int = _MOST, *, burst: float | None = None) -> None:
        self._rate = rate
        self._burst = 2.0 * rate if burst is None else burst
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
        held = self._held.get(caller)
        if held is None:
            return self._burst
        return min(self._burst, held[0] + (now - held[1]) * self._rate)

    def _forget(self) -> None:
        for caller in list(self._held)[: self._most // 2]:
            del self._held[caller]
