"""Ranked rows with their bars behind them, or with an interval of confidence below them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.markup import Content, at, el, ident, percent
from trailpost.dashboard.charts.parts import Head
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Change


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """`key` names the row for good; `value`, `before` and `interval` share one unit."""

    key: str
    label: str
    value: float | None
    text: str | None = None
    """As it is written; without one, the value in the chart's unit."""
    share: float | None = None
    """0 to 100."""
    before: float | None = None
    change: Change | None = None
    interval: tuple[float, float] | None = None
    url: str | None = None
    is_rest: bool = False
    """Everything that has no row of its own."""


class Bars(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    rows: tuple[Bar, ...]
    heads: tuple[Head, ...] = ()
    """Of label, value and share, as far as there is a column."""
    unit: str = "count"
    noun: str = ""
    """What is counted, for screen readers, where the unit does not say it."""
    full: float | None = None
    """What fills a row's width; without one, the largest value."""
    interval_name: str = "95 % interval"
    does: str = "filter by it"
    """What a click on a row does."""


def bars(drawn: Bars) -> Markup:
    if not drawn.rows:
        return parts.nothing("bars", drawn.id, drawn.title)
    full = drawn.full or max(_values(drawn), default=0.0)
    with_interval = any(r.interval for r in drawn.rows)
    columns = _columns(drawn)
    rows = [_row(drawn, r, full, columns, with_interval) for r in drawn.rows]
    size = f"grid n{len(columns) + 1}{' tall' * with_interval}"
    grid = el("div", _heads(drawn, columns), el("ol", *rows, class_="rows"), class_=size)
    return parts.figure("bars", drawn.id, _summary(drawn), grid, _key(drawn))


def _key(drawn: Bars) -> Markup | None:
    compared = any(r.before is not None for r in drawn.rows)
    measured = any(r.interval for r in drawn.rows)
    return parts.key(
        ("is-ghost", "the period before") if compared else None,
        ("is-interval", drawn.interval_name) if measured else None,
    )


def _values(drawn: Bars) -> Iterator[float]:
    for row in drawn.rows:
        yield from (v for v in (row.value, row.before) if v is not None)
        yield from row.interval or ()


def _columns(drawn: Bars) -> tuple[str, ...]:
    """After the label; a column that no row has is not there."""
    has = {
        "value": True,
        "share": any(r.share is not None for r in drawn.rows),
        "change": any(r.change is not None for r in drawn.rows),
    }
    return tuple(name for name, there in has.items() if there)


def _heads(drawn: Bars, columns: tuple[str, ...]) -> Markup | None:
    if not drawn.heads:
        return None
    told = [parts.head(drawn.id, h) for h in drawn.heads[: len(columns) + 1]]
    missing = [el("span") for _ in range(len(columns) + 1 - len(told))]
    return el("div", *told, *missing, class_="heads")


def _row(drawn: Bars, row: Bar, full: float, columns: tuple[str, ...], tall: bool) -> Markup:
    cells = {
        "value": lambda: parts.known(_text(drawn, row), _more(drawn, row), class_="value"),
        "share": lambda: parts.known(words.figure(row.share, "percent"), class_="share"),
        "change": lambda: parts.change(row.change),
    }
    named = ident(drawn.id, row.key)
    return el(
        "li",
        _picture(row, full, tall),
        parts.name(row.label, id=named, url=row.url, does=drawn.does),
        *(cells[c]() for c in columns),
        class_="rest" if row.is_rest else None,
    )


def _text(drawn: Bars, row: Bar) -> str | None:
    return row.text if row.text is not None else words.figure(row.value, drawn.unit)


def _more(drawn: Bars, row: Bar) -> Markup | None:
    """What the picture shows beside the value."""
    told = [drawn.noun] if drawn.noun else []
    if row.interval:
        low, high = (words.figure(v, drawn.unit) for v in row.interval)
        told.append(f"{drawn.interval_name} {low} to {high}")
    if row.before is not None:
        told.append(f"{words.figure(row.before, drawn.unit)} before")
    return parts.sr(" " + ", ".join(told)) if told else None


def _picture(row: Bar, full: float, tall: bool) -> Markup:
    radius = 4 if tall else 5
    return el(
        "svg",
        el("rect", class_="track", width="100%", height="100%", rx=radius) if tall else None,
        el("rect", class_="bar", width=at(percent(row.value, full)), height="100%", rx=radius),
        parts.ghost(percent(row.before, full)) if row.before is not None else None,
        *_whisker(row, full),
        aria_hidden="true",
    )


def _whisker(row: Bar, full: float) -> tuple[Content, ...]:
    if row.interval is None:
        return ()
    low, high = (at(percent(v, full)) for v in row.interval)
    middle = el("line", x1=low, x2=high, y1="50%", y2="50%")
    ends = [el("line", x1=x, x2=x, y1="10%", y2="90%") for x in (low, high)]
    return (el("g", middle, *ends, class_="whisker"),)


def _summary(drawn: Bars) -> str:
    first = drawn.rows[0]
    told = _text(drawn, first) or parts.UNKNOWN
    count = len(drawn.rows)
    rows = "1 row" if count == 1 else f"{count} rows"
    return f"{drawn.title}: {rows}, first {first.label} with {told} {drawn.noun}".rstrip()
