"""What several charts are made of: frame, empty state, table, links, definitions, keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts.markup import Content, at, el, ident
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Change

NOTHING = "No data in this period"
UNKNOWN = "no data"


class Head(msgspec.Struct, frozen=True):
    """Title of a column, and what its figures say."""

    title: str
    definition: str | None = None


def figure(kind: str, id: str, summary: str, *children: Content) -> Markup:
    return el("figure", *children, class_=f"c c-{kind}", id=id, aria_label=summary)


def nothing(kind: str, id: str, title: str) -> Markup:
    return figure(kind, id, f"{title}: {NOTHING}", el("p", NOTHING, class_="nothing"))


def sr(text: str) -> Markup:
    """For screen readers alone."""
    return el("span", text, class_="sr")


def icon(name: str) -> Markup:
    """One of templates/_icons.html, which every page includes."""
    use = el("use", href=f"#i-{name}")
    return el("svg", use, class_="icon", aria_hidden="true")


def head(chart: str, told: Head, class_: str = "") -> Markup:
    """A column's title; with a definition it is reached by keyboard, as everywhere."""
    if told.definition is None:
        return el("span", told.title, class_=class_ or None)
    named = ident(chart, told.title.lower())
    button = el(
        "button",
        told.title,
        icon("info"),
        class_="about",
        type="button",
        id=f"about-{named}",
        aria_describedby=f"tip-{named}",
    )
    tip = el("span", told.definition, class_="tip", role="tooltip", id=f"tip-{named}")
    return el("span", button, tip, class_=f"has-tip {class_}".strip())


def name(
    text: str, *, id: str, url: str | None = None, does: str = "", class_: str = "name"
) -> Markup:
    """A label in its own direction of writing; with a url, a link over its whole row."""
    if url is None:
        return el("span", text, class_=class_, dir="auto", title=text)
    said = el("a", text, id=id, href=url, title=f"{text} – {does}" if does else text)
    return el("span", said, class_=class_, dir="auto")


def known(text: str | None, *after: Content, class_: str | None = None) -> Markup:
    if text is None:
        return el("span", el("span", UNKNOWN, class_="none"), class_=class_)
    return el("span", text, *after, class_=class_)


def change(by: Change | None, class_: str = "change") -> Markup:
    if by is None:
        return el("span", class_=class_)
    shown = el("span", by.text, aria_hidden="true")
    chip = el("span", icon(by.arrow), shown, sr(by.words), class_=f"chip {by.tone}")
    return el("span", chip, class_=class_)


def key(*entries: tuple[str, str] | None) -> Markup | None:
    """What marks and colours mean: (class of the swatch, words). Nothing to tell: None."""
    told = [e for e in entries if e]
    if not told:
        return None
    spans = [el("span", el("i", class_=f"k {swatch}"), text) for swatch, text in told]
    return el("p", *spans, class_="key")


def ghost(width: float) -> Markup:
    """The period before, as a thin line along the foot of a bar."""
    return el("rect", class_="ghost", y="89%", width=at(width), height="11%")


def as_table(
    chart: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[str | None]], texts: int
) -> Markup:
    """The same numbers, folded in. The first `texts` columns are words."""
    top = [el("th", h, class_=_text(n, texts), scope="col") for n, h in enumerate(heads)]
    body = [
        el(
            "tr",
            *(
                el("td", UNKNOWN if c is None else c, class_=_text(n, texts), dir="auto")
                for n, c in enumerate(row)
            ),
        )
        for row in rows
    ]
    table = el("table", el("thead", el("tr", *top)), el("tbody", *body))
    scroll = el(
        "div", table, class_="scroll", tabindex=0, role="region", aria_label=f"{title} as a table"
    )
    summary = el("summary", "Show as table")
    return el("details", summary, scroll, class_="as-table", id=f"{chart}-table")


def _text(column: int, texts: int) -> str | None:
    return "text" if column < texts else None


def counted(value: float, noun: str) -> str:
    """1 session, 12 sessions."""
    one = noun.removesuffix("s") if value == 1 else noun
    return f"{words.count(value)} {one}"
