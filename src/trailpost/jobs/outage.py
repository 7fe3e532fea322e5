"""While the database is away: one line in the log when that begins, and pauses that grow."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from trailpost.base.log import Logger

_FIRST = 0.2


class Outage:
    """Ask `pause` after each failure, and say `over` after each success."""

    def __init__(
        self,
        log: Logger,
        what: str,
        *,
        longest: float,
        luck: Callable[[], float] = random.random,
    ) -> None:
        self._log, self._what, self._longest, self._luck = log, what, longest, luck
        self._failures = 0
        self._since = 0.0

    def pause(self, reason: BaseException | str) -> float:
        """Seconds until the next try: not everybody's at the same moment."""
        if not self._failures:
            self._since = time.monotonic()
            self._log.warning(self._what, reason=" ".join(str(reason).split()))
        self._failures += 1
        longest: float = min(self._longest, _FIRST * 2 ** min(self._failures - 1, 20))
        return longest / 2 * (1 + self._luck())

    def over(self) -> None:
        if self._failures:
            seconds = round(time.monotonic() - self._since, 1)
            self._log.info("the database is back", after=seconds, was=self._what)
        self._failures = 0
