"""Every quarter of an hour: can all that was received be accounted for?"""

from __future__ import annotations

import asyncio

import msgspec

from trailpost import db
from trailpost.analytics import store
from trailpost.analytics.rules.ledger import balance
from trailpost.analytics.store import WholeLedger
from trailpost.base.errors import TrailpostError
from trailpost.jobs import Backoff, Nothing, Run, job
from trailpost.stream import Kind


class Unbalanced(TrailpostError):
    """The ledger does not add up: something was lost or counted twice."""


class LedgerChecked(msgspec.Struct, frozen=True, kw_only=True):
    """received = stored + duplicate + rejected + dead_lettered + erased + queued + spooled"""

    received: int
    stored: int
    duplicate: int
    rejected: int
    dead_lettered: int
    erased: int
    """Events of sessions that were erased."""
    queued: int | None
    """None: Redis could not be asked. They are in `received` as well, so the rest is checked."""
    spooled: int
    """On the worker's machine."""


_STEPS = (("ledger", 1), ("streams", 1))
# What differs for a moment, as while a Redis is replaced, is no fault yet.
_SOON = Backoff(first=2.0, longest=5.0)


@job(kind="check_ledger", schedule="*/15 * * * *", steps=_STEPS, attempts=3, backoff=_SOON)
async def check_ledger(run: Run, _: Nothing) -> LedgerChecked:
    """Of events. Fails when it does not add up."""
    return await _check(run, "events")


@job(kind="check_issue_ledger", schedule="7-59/15 * * * *", steps=_STEPS, attempts=3, backoff=_SOON)
async def check_issue_ledger(run: Run, _: Nothing) -> LedgerChecked:
    """Of occurrences of issues. Fails when it does not add up."""
    return await _check(run, "issues")


async def _check(run: Run, kind: Kind) -> LedgerChecked:
    await run.step("ledger")
    async with db.transaction(run.pool) as conn:
        ledger = await store.whole_ledger(conn, kind)
    # After the ledger: what came in between only waits longer.
    await run.step("streams")
    spooled = await asyncio.to_thread(store.spooled, run.settings, kind)
    what = "events" if kind == "events" else "occurrences"
    found = balance(ledger, await store.counted(run.settings, kind), spooled, what)
    reason = found.reason or _wrong_minutes(ledger)
    checked = LedgerChecked(
        received=found.received,
        stored=ledger.stored,
        duplicate=ledger.duplicate,
        rejected=ledger.rejected,
        dead_lettered=ledger.dead_lettered,
        erased=ledger.erased,
        queued=found.queued,
        spooled=found.spooled,
    )
    if reason:
        raise Unbalanced(f"{reason}; {_sum(checked)}")
    return checked


def _wrong_minutes(ledger: WholeLedger) -> str | None:
    """Two faults that hide each other in the sums."""
    if not ledger.wrong_minutes:
        return None
    return f"{ledger.wrong_minutes} rows do not add up, the first of {ledger.first_wrong}"


def _sum(c: LedgerChecked) -> str:
    queued = "unknown" if c.queued is None else c.queued
    return (
        f"received {c.received}, stored {c.stored}, duplicate {c.duplicate}, "
        f"rejected {c.rejected}, dead-lettered {c.dead_lettered}, erased {c.erased}, "
        f"queued {queued}, spooled {c.spooled}"
    )
