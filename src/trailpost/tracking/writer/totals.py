"""What this process has written: a log line a minute, and the counters for Prometheus."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from trailpost.base import log
from trailpost.tracking.store import LedgerRow
from trailpost.tracking.writer import metrics

_log = log.get(__name__)
_EVERY = 60.0


class Totals:
    def __init__(self) -> None:
        self.batches = 0
        self.stored = self.duplicate = self.rejected = self.dead_lettered = self.erased = 0

    def add(self, ledger: Sequence[LedgerRow]) -> None:
        """The ledger of one batch, after its commit."""
        stored = sum(row.stored for row in ledger)
        duplicate = sum(row.duplicate for row in ledger)
        rejected = sum(row.rejected for row in ledger)
        dead_lettered = sum(row.dead_lettered for row in ledger)
        erased = sum(row.erased for row in ledger)
        self.batches += 1
        self.stored += stored
        self.duplicate += duplicate
        self.rejected += rejected
        self.dead_lettered += dead_lettered
        self.erased += erased
        metrics.BATCHES.inc()
        metrics.STORED.inc(stored)
        metrics.DUPLICATE.inc(duplicate)
        metrics.REJECTED.inc(rejected)
        metrics.DEAD_LETTERED.inc(dead_lettered)
        metrics.ERASED.inc(erased)

    async def report(self, stop: asyncio.Event) -> None:
        """A line a minute, when there was something to write."""
        before = 0
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), _EVERY)
            except TimeoutError:
                if self.batches > before:
                    self._say(self.batches - before)
                before = self.batches

    def _say(self, batches: int) -> None:
        _log.info(
            "written",
            batches=batches,
            stored=self.stored,
            duplicate=self.duplicate,
            rejected=self.rejected,
            dead_lettered=self.dead_lettered,
            erased=self.erased,
        )
