"""What the templates show: words and coordinates, nothing left to work out."""

from __future__ import annotations

from datetime import datetime
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
    spark: str = ""
    """How it went over the period: SVG markup."""


class LineCell(msgspec.Struct, frozen=True):
    value: float | None
    text: str | None


class LinePoint(msgspec.Struct, frozen=True, kw_only=True):
    """`at`: local wall time as seconds, read as if it were UTC. `open`: the step is not over."""

    at: int
    label: str
    cells: tuple[LineCell, ...]
    notes: tuple[str, ...] = ()
    open: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """`drawn`: a number of a colour from 1; 0 stands in the table only. `before` is drawn pale."""

    title: str
    definition: str
    drawn: int
    before: bool = False


class Lines(msgspec.Struct, frozen=True, kw_only=True):
    unit: str
    step: str
    lines: tuple[Line, ...]
    points: tuple[LinePoint, ...]
    left_out: int = 0
    """Lines that only the CSV has."""
    about: str = ""
    """What they are all of, where the rows name one thing."""

    @property
    def drawn(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.drawn)


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
    compare: bool
    is_changed: bool


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter of one section, and what it may be."""

    name: str
    title: str
    choices: tuple[Choice, ...]


class Chip(msgspec.Struct, frozen=True):
    """A filter that is set; `without` is the page that does not have it."""

    title: str
    text: str
    without: str | None


class Pick(msgspec.Struct, frozen=True):
    """A filter that could be set: its name in addresses, its title, the page that offers values."""

    name: str
    title: str
    url: str


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above every section. `live`: the stream's address."""

    name: str
    title: str
    about: str
    path: str
    project: str
    period: str
    query: str
    live: str
    is_public: bool
    """Whoever has the link looks at it: it offers nothing and leads nowhere."""
    has_range: bool
    can_compare: bool
    is_shared: bool
    """Whether a link may show it."""
    now: str
    """Local wall time, as an input of a date and time takes it."""
    choosers: Choosers
    chips: tuple[Chip, ...]
    picks: tuple[Pick, ...]
    kept: tuple[tuple[str, str], ...]
    """What the form of choosers hands on: name and value."""
    search: str | None
    """What is searched for; None: the section has no search."""
    switches: tuple[Switch, ...]
    elsewhere: str
    """The query that other sections are opened with."""
    problem: str | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    head: Head
    strip: tuple[Figure, ...]
    cards: tuple[Figure, ...]
    series: Lines
    series_title: str
    categories: tuple[Category, ...]
    sessions: tuple[SessionLine, ...]
    ledger: Ledger
    options_definition: str
    snippet: str | None
    """Only while the project has never received an event: what to put on the page."""
    body: str = "_overview.html"


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
    url: str
    """The page's own address, without a query."""
    erasing: str
    """Where the wish to erase it is sent."""
    start: datetime
