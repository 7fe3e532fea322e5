"""What the templates show: words and coordinates, nothing left to work out."""

from __future__ import annotations

from typing import Literal

import msgspec

Tone = Literal["good", "bad", "plain"]


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Against the equal period before. Colour is never the only sign: an arrow and words are."""

    arrow: Literal["up", "down", "flat"]
    text: str
    words: str
    tone: Tone


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One number with its one definition; `text` None is `no data`."""

    name: str
    title: str
    definition: str
    text: str | None
    change: Change | None = None
    before: str | None = None
    alarm: bool = False


class Cell(msgspec.Struct, frozen=True):
    value: int | float | None
    text: str | None


class Point(msgspec.Struct, frozen=True):
    """`at`: local wall time as seconds, read as if it were UTC. `open`: the step is not over."""

    at: int
    label: str
    cells: tuple[Cell, ...]
    open: bool = False


class Series(msgspec.Struct, frozen=True):
    names: tuple[str, ...]
    points: tuple[Point, ...]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """Widths in percent of the row: of those who decided in the category, who chose, who kept."""

    label: str
    share: str
    width: float
    kept: str
    kept_width: float
    sessions: str


class Category(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    sessions: str
    options: tuple[Option, ...]


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    url: str
    started: str
    started_iso: str
    status: str
    status_words: str
    device: str | None
    source: str
    choices: str
    price: str | None
    duration: str
    is_bot: bool


class Sum(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str
    definition: str
    text: str
    is_zero: bool
    alarm: bool = False


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """`verdict` says whether every received event is accounted for, and if not, by how much."""

    received: Sum
    parts: tuple[Sum, ...]
    adds_up: bool | None
    verdict: str


class Choice(msgspec.Struct, frozen=True):
    value: str
    label: str
    chosen: bool


class Choosers(msgspec.Struct, frozen=True, kw_only=True):
    """The form at the top right; its state is the query string."""

    projects: tuple[Choice, ...]
    ranges: tuple[Choice, ...]
    zones: tuple[Choice, ...]
    first: str
    last: str
    today: str
    bots: bool
    is_changed: bool
    problem: str | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    project: str
    period: str
    query: str
    choosers: Choosers
    strip: tuple[Figure, ...]
    cards: tuple[Figure, ...]
    series: Series
    series_unit: str
    categories: tuple[Category, ...]
    sessions: tuple[SessionLine, ...]
    ledger: Ledger
    options_definition: str
    snippet: str | None
    """Only while the project has never received an event: what to put on the page."""


class Fact(msgspec.Struct, frozen=True):
    title: str
    text: str | None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the journey: an event, a pause, or a run of small events folded into one."""

    kind: Literal["event", "pause", "folded"]
    at: str = ""
    at_iso: str = ""
    icon: str = ""
    tone: Literal["plain", "small", "choice"] = "plain"
    title: str = ""
    text: str = ""
    detail: str = ""
    cost: str | None = None
    cost_tone: Literal["more", "less", ""] = ""
    configuration: tuple[Fact, ...] = ()
    price: str | None = None
    folded: tuple[Entry, ...] = ()


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """The price over the session as SVG paths in a box of 1000 × 100."""

    line: str
    area: str
    first: str
    last: str
    words: str


class Page(msgspec.Struct, frozen=True):
    number: int
    of: int
    earlier: str | None
    later: str | None


class Journey(msgspec.Struct, frozen=True, kw_only=True):
    title: str
    back: str
    status: str
    status_words: str
    bot: str | None
    figures: tuple[Figure, ...]
    facts: tuple[Fact, ...]
    choices: tuple[Fact, ...]
    curve: Curve | None
    entries: tuple[Entry, ...]
    events: str
    page: Page
