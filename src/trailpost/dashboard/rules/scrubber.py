"""A session at any of its moments: configuration, price, reason; and the difference of two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from trailpost.dashboard.rules import steps, words
from trailpost.dashboard.rules.steps import Step

Sign = Literal["same", "new", "gone", "changed"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One category: as it was at the other moment, and as it is at this one."""

    title: str
    before: str | None
    after: str | None
    sign: Sign


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """`place` from 1. `price` None: unknown then."""

    place: int
    at: str
    title: str
    text: str
    reason: str
    price: str | None
    completion: str | None


class Scrubber(msgspec.Struct, frozen=True, kw_only=True):
    """`url` takes `at` and `against`, places from 1."""

    url: str
    last: int
    at: Moment
    against: Moment
    lines: tuple[Line, ...]
    price_change: str | None
    elapsed: str
    summary: str


def scrubber(
    url: str, journey: Sequence[Step], start: datetime, at: int, against: int
) -> Scrubber | None:
    """None when there is no event. Places beyond the ends are the ends."""
    if not journey:
        return None
    here, there = _within(at, len(journey)), _within(against, len(journey))
    now, then = journey[here - 1], journey[there - 1]
    lines = _lines(_state(journey, there), _state(journey, here))
    known = now.price is not None and then.price is not None
    change = words.euro_change(now.price - then.price) if known else None  # type: ignore[operator]
    return Scrubber(
        url=url,
        last=len(journey),
        at=_moment(journey, here, start),
        against=_moment(journey, there, start),
        lines=lines,
        price_change=change,
        elapsed=words.offset(abs(now.occurred_at - then.occurred_at)),
        summary=_summary(lines, change),
    )


def _within(place: int, last: int) -> int:
    return min(max(place, 1), last)


def _state(journey: Sequence[Step], place: int) -> Mapping[str, object]:
    """What is known to be chosen: by the choices so far, else by the last snapshot before."""
    step = journey[place - 1]
    return step.chosen or step.configuration or {}


def _moment(journey: Sequence[Step], place: int, start: datetime) -> Moment:
    step = journey[place - 1]
    told = steps.entry(step, start)
    completion = None if step.completion is None else words.percent(step.completion)
    return Moment(
        place=place,
        at=told.at,
        title=told.title,
        text=told.text,
        reason=told.detail,
        price=told.price,
        completion=completion,
    )


def _lines(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Line, ...]:
    told_before = {f.title: f.text for f in steps.facts(before)}
    told_after = {f.title: f.text for f in steps.facts(after)}
    titles = dict.fromkeys([*told_after, *told_before])
    return tuple(_line(t, told_before.get(t), told_after.get(t)) for t in titles)


def _line(title: str, before: str | None, after: str | None) -> Line:
    sign: Sign = "changed"
    if before == after:
        sign = "same"
    elif before is None:
        sign = "new"
    elif after is None:
        sign = "gone"
    return Line(title=title, before=before, after=after, sign=sign)


def _summary(lines: Sequence[Line], change: str | None) -> str:
    changed = sum(line.sign != "same" for line in lines)
    if not changed:
        told = "Nothing differs"
    else:
        told = f"{changed} {'category differs' if changed == 1 else 'categories differ'}"
    return told if change is None else f"{told}; price {change}"
