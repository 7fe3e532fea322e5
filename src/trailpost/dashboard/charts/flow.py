"""Paths through categories: bands from step to step, and as a list where bands have no room."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.layout import WIDTH, Band, Box, Layout, Link, Node, lay_out
from trailpost.dashboard.charts.markup import at, el, ident, number, percent
from trailpost.dashboard.rules import words

# Columns that leave their labels enough room on a tablet, too.
_FEW = 5
# What follows a node, in the list for phones.
_NEXT = 3


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    noun: str = "sessions"
    does: str = "show these sessions"


class Path(msgspec.Struct, frozen=True, kw_only=True):
    """One whole way; a step that was there before is marked as a loop."""

    key: str
    steps: tuple[str, ...]
    count: int
    share: float | None = None
    end: str | None = None
    """How it ended: `left`, `converted`."""
    converted: bool = False
    url: str | None = None


class Paths(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    rows: tuple[Path, ...]
    noun: str = "sessions"
    does: str = "show these sessions"


def flow(drawn: Flow) -> Markup:
    layout = lay_out(drawn.nodes, drawn.links)
    if not layout.boxes:
        return parts.nothing("flow", drawn.id, drawn.title)
    return parts.figure(
        "flow" if layout.columns > _FEW else "flow few",
        drawn.id,
        _summary(drawn, layout),
        _picture(drawn, layout),
        _list(drawn, layout),
        _key(layout),
        _table(drawn, layout),
    )


def _picture(drawn: Flow, layout: Layout) -> Markup:
    heads = [el("span", f"Step {n + 1}") for n in range(layout.columns)]
    linked = any(b.node.url for b in layout.boxes)
    bands = [_band(drawn, b) for b in layout.bands]
    stretched = el(
        "svg",
        *bands,
        viewBox=f"0 0 {number(WIDTH)} {number(layout.height)}",
        width="100%",
        height=layout.height,
        preserveAspectRatio="none",
    )
    boxes = [_box(drawn, b, layout.columns) for b in layout.boxes]
    # What is an image has no links inside, for screen readers.
    role = "group" if linked else "img"
    svg = el(
        "svg",
        stretched,
        *boxes,
        height=layout.height,
        role=role,
        aria_label=_summary(drawn, layout),
    )
    return el(
        "div",
        el("div", *heads, class_=f"steps-of n{layout.columns}", aria_hidden="true"),
        svg,
        class_="picture",
    )


def _band(drawn: Flow, band: Band) -> Markup:
    told = f"{_way(band)}: {parts.counted(band.link.count, drawn.noun)}"
    kind = "returns" if band.link.returns else band.target.node.kind
    return el("path", el("title", told), class_=f"band {kind}", d=band.d)


def _way(band: Band) -> str:
    again = ", again" if band.link.returns else ""
    return f"{band.source.node.label} → {band.target.node.label}{again}"


def _box(drawn: Flow, box: Box, columns: int) -> Markup:
    node = box.node
    x = at(100 * box.column / columns)
    bar = el("rect", class_=f"node {node.kind}", x=x, y=box.top, width="8", height=box.height, rx=2)
    label = el(
        "foreignObject",
        el(
            "div",
            parts.name(node.label, id=_id(drawn, node), url=node.url, does=drawn.does),
            el("span", words.count(node.count), class_="count"),
            class_="label",
        ),
        x=x,
        y=box.top,
        width=at(100 / columns),
        height="36",
    )
    return el("g", bar, label)


def _id(drawn: Flow, node: Node, where: str = "") -> str:
    return ident(f"{drawn.id}{where}-{node.step}", node.key)


def _list(drawn: Flow, layout: Layout) -> Markup:
    steps = []
    most = max(b.node.count for b in layout.boxes)
    for column in range(layout.columns):
        boxes = [b for b in layout.boxes if b.column == column]
        rows = [_line(drawn, layout, b, most) for b in boxes]
        steps.append(el("li", el("h3", f"Step {column + 1}"), _rows(rows, 2)))
    return el("ol", *steps, class_="list")


def _rows(rows: list[Markup], columns: int) -> Markup:
    return el("div", el("ol", *rows, class_="rows"), class_=f"grid n{columns}")


def _line(drawn: Flow, layout: Layout, box: Box, most: int) -> Markup:
    node = box.node
    onwards = [b for b in layout.bands if b.source is box][:_NEXT]
    told = ", ".join(_onwards(b) for b in onwards)
    bar = el(
        "rect", class_=f"bar {node.kind}", width=at(percent(node.count, most)), height="100%", rx=5
    )
    return el(
        "li",
        el("svg", bar, aria_hidden="true"),
        parts.name(node.label, id=_id(drawn, node, "-list"), url=node.url, does=drawn.does),
        el("span", words.count(node.count), class_="value"),
        el("span", f"then {told}", class_="then") if told else None,
    )


def _onwards(band: Band) -> str:
    share = words.percent(100 * band.link.count / max(1, band.source.node.count))
    return f"{band.target.node.label}{' again' if band.link.returns else ''} {share}"


def _key(layout: Layout) -> Markup | None:
    kinds = {b.node.kind for b in layout.boxes}
    return parts.key(
        ("is-returns", "goes back to where they had been")
        if any(b.link.returns for b in layout.bands)
        else None,
        ("is-converted", "converted") if "converted" in kinds else None,
        ("is-end", "left") if "end" in kinds else None,
    )


def _table(drawn: Flow, layout: Layout) -> Markup:
    rows = [
        (
            f"{b.source.column + 1}",
            b.source.node.label,
            b.target.node.label + (" (again)" if b.link.returns else ""),
            words.count(b.link.count),
        )
        for b in sorted(layout.bands, key=lambda b: (b.source.column, -b.link.count))
    ]
    heads = ("Step", "From", "To", drawn.noun.capitalize())
    return parts.as_table(drawn.id, drawn.title, heads, rows, 3)


def _summary(drawn: Flow, layout: Layout) -> str:
    first = sum(b.node.count for b in layout.boxes if b.column == 0)
    told = f"{drawn.title}: {parts.counted(first, drawn.noun)} through {layout.columns} steps"
    if not layout.bands:
        return told
    widest = max(layout.bands, key=lambda b: b.link.count)
    return f"{told}, most go {_way(widest)}"


def paths(drawn: Paths) -> Markup:
    if not any(p.count for p in drawn.rows):
        return parts.nothing("paths", drawn.id, drawn.title)
    most = max(p.count for p in drawn.rows)
    rows = [_path(drawn, p, most) for p in drawn.rows]
    told = f"{drawn.title}: {len(drawn.rows)} paths"
    looping = any(len(set(p.steps)) < len(p.steps) for p in drawn.rows)
    mark = parts.key(("is-again", "a step that was there before")) if looping else None
    return parts.figure("paths", drawn.id, told, _rows(rows, 3), mark)


def _path(drawn: Paths, path: Path, most: int) -> Markup:
    steps = [_step(label, label in path.steps[:n]) for n, label in enumerate(path.steps)]
    if path.end:
        steps.append(el("li", path.end, class_="is-converted" if path.converted else "is-end"))
    linked = path.url is not None
    trail = el("ol", *steps, class_="trail", aria_hidden="true" if linked else None)
    if linked:
        trail = el("div", _link(drawn, path), trail, class_="way")
    bar = el("rect", class_="bar", width=at(percent(path.count, most)), height="100%", rx=5)
    return el(
        "li",
        el("svg", bar, aria_hidden="true"),
        trail,
        el("span", words.count(path.count), parts.sr(f" {drawn.noun}"), class_="value"),
        parts.known(words.figure(path.share, "percent"), class_="share"),
    )


def _link(drawn: Paths, path: Path) -> Markup:
    """Over the whole row, and named by the whole way."""
    again = [s in path.steps[:n] for n, s in enumerate(path.steps)]
    told = [f"{s} again" if a else s for s, a in zip(path.steps, again, strict=True)]
    named = ", ".join([*told, *([path.end] if path.end else [])])
    return el("a", parts.sr(named), id=ident(drawn.id, path.key), href=path.url, title=drawn.does)


def _step(label: str, again: bool) -> Markup:
    mark = el("span", "↺", aria_hidden="true") if again else None
    return el(
        "li",
        mark,
        label,
        parts.sr(", again") if again else None,
        class_="is-again" if again else None,
        dir="auto",
    )
