"""A journey's events as a timeline: pauses named, runs of small events folded, long ones paged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from trailpost.dashboard.rules import steps, words
from trailpost.dashboard.rules.steps import Step
from trailpost.dashboard.rules.views import Entry

PAUSE = timedelta(minutes=1)
FOLD_FROM = 2
PER_PAGE = 200


def entries(journey: Sequence[Step], start: datetime) -> tuple[Entry, ...]:
    return tuple(
        itertools.chain.from_iterable(
            [*_pause(before, run[0]), *_told(run, start)]
            for before, run in zip([None, *_lasts(journey)], _runs(journey), strict=False)
        )
    )


def pages(count: int) -> int:
    return max(1, -(-count // PER_PAGE))


def page(journey: Sequence[Step], number: int) -> Sequence[Step]:
    return journey[(number - 1) * PER_PAGE : number * PER_PAGE]


def _runs(journey: Sequence[Step]) -> Iterator[list[Step]]:
    """Neighbours that are both small, and near in time, stand together."""
    run: list[Step] = []
    for step in journey:
        if run and not _belongs(run[-1], step):
            yield run
            run = []
        run.append(step)
    if run:
        yield run


def _lasts(journey: Sequence[Step]) -> list[Step]:
    return [run[-1] for run in _runs(journey)]


def _belongs(before: Step, step: Step) -> bool:
    near = step.occurred_at - before.occurred_at < PAUSE
    return near and steps.is_small(before) and steps.is_small(step)


def _pause(before: Step | None, step: Step) -> list[Entry]:
    if before is None or step.occurred_at - before.occurred_at < PAUSE:
        return []
    return [Entry(kind="pause", title=words.pause(step.occurred_at - before.occurred_at))]


def _told(run: Sequence[Step], start: datetime) -> list[Entry]:
    told = [steps.entry(step, start) for step in run]
    if len(told) < FOLD_FROM:
        return told
    return [
        Entry(
            kind="folded",
            at=told[0].at,
            at_iso=told[0].at_iso,
            icon="dots",
            tone="small",
            title=_summary(run),
            folded=tuple(told),
        )
    ]


def _summary(run: Sequence[Step]) -> str:
    """`4 clicks, 2 scrolls and 3 timings`."""
    kinds = [_gesture(s) for s in run]
    counts = {k: kinds.count(k) for k in dict.fromkeys(kinds)}
    parts = [f"{n} {k}{'s' if n > 1 else ''}" for k, n in counts.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _gesture(step: Step) -> str:
    return (step.what or step.kind).partition(" ")[0] if step.kind == "interaction" else step.kind
