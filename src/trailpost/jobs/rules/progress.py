"""How far a job is, and when it will be done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from trailpost.jobs.wire import CleanRuns, Eta, JobRow, Step

# Fewer runs than this say nothing about the next.
ENOUGH = 5


def overall(steps: Sequence[Step], step: str, within: float) -> float:
    """Share of the whole that is done, by the steps' weights."""
    names = [s.name for s in steps]
    n = names.index(step)
    total = sum(s.weight for s in steps)
    done = sum(s.weight for s in steps[:n]) + steps[n].weight * within
    return min(1.0, done / total)


def eta(job: JobRow, runs: CleanRuns, now: datetime) -> Eta | None:
    """None when it is not on its way or too few finished runs are known."""
    rest_p50, rest_p90 = runs.rest_p50, runs.rest_p90
    if job.finished or runs.runs < ENOUGH or rest_p50 is None or rest_p90 is None:
        return None
    if job.status == "PROCESSING":
        spent = (now - (job.step_at or now)).total_seconds()
        return _eta(rest_p50 - spent, rest_p90 - spent)
    waited = (now - job.run_after).total_seconds()
    return _eta(
        rest_p50 + max(0.0, (runs.wait_p50 or 0.0) - waited),
        rest_p90 + max(0.0, (runs.wait_p90 or 0.0) - waited),
    )


def _eta(p50: float, p90: float) -> Eta:
    return Eta(timedelta(seconds=max(0.0, p50)), timedelta(seconds=max(0.0, p90)))
