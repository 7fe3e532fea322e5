"""Steps of a funnel: how many reached each, what was lost on the way, how long the next took."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.markup import at, el, ident, percent
from trailpost.dashboard.charts.parts import Head
from trailpost.dashboard.rules import words


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Percentages from 0 to 100, None where there is nothing to divide by."""

    key: str
    label: str
    count: int
    of_first: float | None = None
    of_previous: float | None = None
    median: float | None = None
    """Seconds to the next step."""
    before: float | None = None
    """`of_first` in the period before."""
    url: str | None = None


class Funnel(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    steps: tuple[Step, ...]
    heads: tuple[Head, Head, Head, Head, Head] = (
        Head("Step"),
        Head("Sessions"),
        Head("Of first"),
        Head("Of previous"),
        Head("Median to next"),
    )
    noun: str = "sessions"
    does: str = "show these sessions"


def funnel(drawn: Funnel) -> Markup:
    if not drawn.steps or not any(s.count for s in drawn.steps):
        return parts.nothing("funnel", drawn.id, drawn.title)
    before = [None, *drawn.steps[:-1]]
    rows = [_row(drawn, n, s, p) for n, (s, p) in enumerate(zip(drawn.steps, before, strict=True))]
    compared = any(s.before is not None for s in drawn.steps)
    return parts.figure(
        "funnel",
        drawn.id,
        _summary(drawn),
        el("div", _heads(drawn), el("ol", *rows, class_="rows"), class_="grid"),
        parts.key(
            ("is-reached", "reached the step"),
            ("is-lost", "stopped before it"),
            ("is-ghost", "reached it in the period before") if compared else None,
        ),
    )


def _heads(drawn: Funnel) -> Markup:
    step, *others = drawn.heads
    told = [parts.head(drawn.id, h) for h in others]
    return el("div", el("span"), parts.head(drawn.id, step), el("span"), *told, class_="heads")


def _row(drawn: Funnel, n: int, step: Step, previous: Step | None) -> Markup:
    return el(
        "li",
        el("span", str(n + 1), class_="mark", aria_hidden="true"),
        parts.name(step.label, id=ident(drawn.id, step.key), url=step.url, does=drawn.does),
        _picture(step, previous),
        parts.known(words.count(step.count), _unit(drawn.noun), class_="value"),
        _of_first(step, previous),
        _of_previous(step) if previous else el("span", class_="fact"),
        _median(step) if n + 1 < len(drawn.steps) else el("span", class_="fact"),
    )


def _unit(text: str) -> Markup:
    """A column's title, where the columns have become lines, and for screen readers."""
    return el("span", f" {text}", class_="unit")


def _of_first(step: Step, previous: Step | None) -> Markup:
    before = None
    if step.before is not None and previous is not None:
        before = el("span", f"{words.percent(step.before)} before", class_="was")
    told = words.figure(step.of_first, "percent")
    return parts.known(told, _unit("of the first step"), before, class_="share")


def _of_previous(step: Step) -> Markup:
    told = words.figure(step.of_previous, "percent")
    return parts.known(told, _unit("of the step before"), class_="fact")


def _median(step: Step) -> Markup:
    told = words.figure(step.median, "seconds")
    return parts.known(told, _unit("to the next step"), class_="fact")


def _picture(step: Step, previous: Step | None) -> Markup:
    reached = percent(step.of_first, 100)
    had = percent(previous.of_first, 100) if previous else reached
    # On a bar this dark the period before would not show, so it stands below.
    height = "100%" if step.before is None else "76%"
    widths = [("track", 100.0), ("lost", had if had > reached else 0.0), ("bar", reached)]
    return el(
        "svg",
        *(el("rect", class_=c, width=at(w), height=height, rx=4) for c, w in widths if w),
        parts.ghost(percent(step.before, 100)) if step.before is not None else None,
        aria_hidden="true",
    )


def _summary(drawn: Funnel) -> str:
    first, last = drawn.steps[0], drawn.steps[-1]
    share = words.figure(last.of_first, "percent")
    reached = f"{words.count(last.count)} reached {last.label}"
    return (
        f"{drawn.title}: {len(drawn.steps)} steps; of {parts.counted(first.count, drawn.noun)} "
        f"at {first.label}, {reached}{f', {share}' if share else ''}"
    )
