"""How good a figure is: on a dial, and as shares of good, middling and poor."""

from __future__ import annotations

from typing import Literal

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.markup import at, el, ident, number, percent
from trailpost.dashboard.charts.parts import Head
from trailpost.dashboard.rules import words

Rating = Literal["good", "fair", "poor"]

# A half circle of radius 80 around (100, 96).
_ARC = "M20 96A80 80 0 0 1 180 96"


class Gauge(msgspec.Struct, frozen=True, kw_only=True):
    """`value` of `full`; `label` says in a word what `rating` says by its colour."""

    id: str
    title: str
    value: float | None
    label: str
    rating: Rating
    full: float = 100.0
    unit: str = "percent"
    definition: str | None = None


class Vital(msgspec.Struct, frozen=True, kw_only=True):
    """How many measured values were good, need improvement, and were poor."""

    key: str
    title: str
    good: int
    fair: int
    poor: int
    p75: float | None = None
    unit: str = "ms"
    text: str | None = None
    """The p75 as it is written; without one, in its unit."""
    rating: Rating | None = None
    bounds: str = ""
    """`good up to 2.5 s, poor over 4 s`"""
    definition: str | None = None


class Vitals(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    rows: tuple[Vital, ...]
    labels: tuple[str, str, str] = ("good", "needs improvement", "poor")


def gauge(drawn: Gauge) -> Markup:
    told = words.figure(drawn.value, drawn.unit)
    shown = told or parts.UNKNOWN
    dial = el(
        "svg",
        el("path", class_="track", d=_ARC),
        _filled(drawn),
        el("text", shown, x="100", y="84", text_anchor="middle", class_=None if told else "none"),
        viewBox="0 0 200 106",
        role="img",
        aria_label=f"{drawn.title}: {shown}{f', {drawn.label}' if told else ''}",
    )
    title = parts.head(drawn.id, Head(drawn.title, drawn.definition))
    chip = el("p", el("span", drawn.label, class_=f"chip {drawn.rating}")) if told else None
    return el("div", title, dial, chip, class_=f"c c-gauge {drawn.rating}", id=drawn.id)


def _filled(drawn: Gauge) -> Markup | None:
    """No dash of no length: its round end would show as a dot."""
    length = percent(drawn.value, drawn.full)
    if not length:
        return None
    dash = f"{number(length)} 200"
    return el("path", class_="bar", d=_ARC, pathLength="100", stroke_dasharray=dash)


def vitals(drawn: Vitals) -> Markup:
    if not any(_whole(v) for v in drawn.rows):
        return parts.nothing("vitals", drawn.id, drawn.title)
    rows = [_row(drawn, v) for v in drawn.rows]
    labels = [(f"is-{n}", text) for n, text in zip(_NAMES, drawn.labels, strict=True)]
    return parts.figure(
        "vitals", drawn.id, drawn.title, el("ul", *rows, class_="rows"), parts.key(*labels)
    )


_NAMES: tuple[Rating, Rating, Rating] = ("good", "fair", "poor")


def _whole(row: Vital) -> int:
    return row.good + row.fair + row.poor


def _row(drawn: Vitals, row: Vital) -> Markup:
    text = row.text if row.text is not None else words.figure(row.p75, row.unit)
    title = parts.head(drawn.id, Head(row.title, row.definition))
    p75 = parts.known(text, parts.sr(" at the 75th percentile"), class_="value")
    chip = None
    if row.rating and text is not None:
        chip = el("span", drawn.labels[_NAMES.index(row.rating)], class_=f"chip {row.rating}")
    return el(
        "li",
        el("div", title, p75, chip, class_="top-line"),
        _bands(row),
        el("div", _shares(drawn, row), el("span", row.bounds, class_="bounds"), class_="told"),
        id=ident(drawn.id, row.key),
    )


def _shares(drawn: Vitals, row: Vital) -> Markup:
    whole = _whole(row)
    if not whole:
        return el("span", parts.UNKNOWN, class_="none")
    counts = (row.good, row.fair, row.poor)
    told = [
        f"{words.percent(100 * count / whole)} {label}"
        for count, label in zip(counts, drawn.labels, strict=True)
    ]
    return el("span", " · ".join([*told, f"{words.count(whole)} measured"]))


def _bands(row: Vital) -> Markup:
    """Side by side; together they are the whole width."""
    whole = _whole(row)
    rects, x = [], 0.0
    for name, count in zip(_NAMES, (row.good, row.fair, row.poor), strict=True):
        width = percent(count, whole)
        if count:
            rects.append(el("rect", class_=name, x=at(x), width=at(width), height="100%"))
        x += width
    track = el("rect", class_="track", width="100%", height="100%")
    return el("svg", *(rects or [track]), aria_hidden="true")
