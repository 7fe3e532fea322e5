"""Where the boxes and bands of a flow stand: columns of steps, as high as their counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

COLUMNS = 8
NODES = 7
"""In one column; the smaller ones become one."""
BANDS = 120
"""Smaller ones could not be told apart, and weigh as much."""

WIDTH = 1000.0
"""Of the box the bands are drawn in; it is stretched to the page's width."""
_BODY = 300.0
_GAP = 8.0
# Two lines of a label.
_SLOT = 34.0

Kind = Literal["step", "end", "converted", "other"]
Place = tuple[int, str]


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """`step` from 1. An end belongs to the column after the last step of those it counts."""

    step: int
    key: str
    label: str
    count: int
    kind: Kind = "step"
    url: str | None = None

    @property
    def place(self) -> Place:
        return self.step, self.key


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """From `source` in `step` to `target` in the step after. `returns`: they had been there."""

    step: int
    source: str
    target: str
    count: int
    returns: bool = False


class Box(msgspec.Struct, frozen=True):
    node: Node
    column: int
    top: float
    height: float


class Band(msgspec.Struct, frozen=True):
    link: Link
    source: Box
    target: Box
    d: str


class Layout(msgspec.Struct, frozen=True):
    columns: int
    height: float
    boxes: tuple[Box, ...]
    bands: tuple[Band, ...]


def lay_out(nodes: Sequence[Node], links: Sequence[Link], rest: str = "Other") -> Layout:
    nodes, links = folded(nodes, links, rest)
    columns = _columns(nodes)
    if not columns:
        return Layout(0, 0.0, (), ())
    scale = _BODY / max(sum(n.count for n in column) for column in columns)
    boxes = [b for number, c in enumerate(columns) for b in _stack(number, c, scale)]
    known = {b.node.place: b for b in boxes}
    height = max(max(b.top + max(b.height, _SLOT) for b in boxes), _SLOT)
    bands = tuple(_bands(links, known, len(columns), scale))
    return Layout(len(columns), round(height, 1), tuple(boxes), bands)


def folded(
    nodes: Sequence[Node], links: Sequence[Link], rest: str
) -> tuple[list[Node], list[Link]]:
    """At most COLUMNS steps, and NODES nodes in each: the smallest become one, named `rest`."""
    steps = sorted({n.step for n in nodes})[:COLUMNS]
    kept: list[Node] = []
    renamed: dict[Place, str] = {}
    for step in steps:
        stay, go = _split([n for n in nodes if n.step == step and n.count > 0])
        kept += stay
        if go:
            other = Node(
                step=step,
                key="other nodes",
                label=f"{rest} ({len(go)})",
                kind="other",
                count=sum(n.count for n in go),
            )
            kept.append(other)
            renamed |= {n.place: other.key for n in go}
    return kept, _rejoined(links, renamed, {n.place for n in kept})


def _split(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    if len(nodes) <= NODES:
        return nodes, []
    ends = [n for n in nodes if n.kind in ("end", "converted")]
    steps = sorted((n for n in nodes if n not in ends), key=lambda n: -n.count)
    room = max(1, NODES - 1 - len(ends))
    return [*steps[:room], *ends], steps[room:]


def _rejoined(links: Sequence[Link], renamed: Mapping[Place, str], there: set[Place]) -> list[Link]:
    sums: dict[tuple[int, str, str, bool], int] = defaultdict(int)
    for link in links:
        source = renamed.get((link.step, link.source), link.source)
        target = renamed.get((link.step + 1, link.target), link.target)
        if (link.step, source) in there and (link.step + 1, target) in there and link.count > 0:
            sums[link.step, source, target, link.returns] += link.count
    made = [
        Link(step=step, source=source, target=target, count=count, returns=returns)
        for (step, source, target, returns), count in sums.items()
    ]
    return sorted(made, key=lambda link: -link.count)[:BANDS]


def _columns(nodes: Sequence[Node]) -> list[list[Node]]:
    """The same category keeps about the same height in all columns; ends stand below."""
    totals: dict[str, int] = defaultdict(int)
    for node in nodes:
        totals[node.key] += node.count
    order = {"step": 0, "other": 1, "converted": 2, "end": 3}
    steps = sorted({n.step for n in nodes})
    return [
        sorted(
            (n for n in nodes if n.step == step),
            key=lambda n: (order[n.kind], -totals[n.key], n.key),
        )
        for step in steps
    ]


def _stack(column: int, nodes: Iterable[Node], scale: float) -> list[Box]:
    found, top = [], 0.0
    for node in nodes:
        height = max(2.0, node.count * scale)
        found.append(Box(node, column, round(top, 1), round(height, 1)))
        top += max(height, _SLOT) + _GAP
    return found


def _bands(
    links: Sequence[Link], boxes: Mapping[Place, Box], columns: int, scale: float
) -> Iterable[Band]:
    """Side by side along both edges, in the order of what they lead to, so few of them cross."""
    sources = [boxes[k.step, k.source] for k in links]
    targets = [boxes[k.step + 1, k.target] for k in links]
    leaving = _offsets(links, sources, targets, scale)
    coming = _offsets(links, targets, sources, scale)
    for n, (link, source, target) in enumerate(zip(links, sources, targets, strict=True)):
        x = (WIDTH * source.column / columns, WIDTH * target.column / columns)
        thick = max(1.0, link.count * scale)
        yield Band(link, source, target, _path(x, (leaving[n], coming[n]), thick))


def _offsets(
    links: Sequence[Link], here: Sequence[Box], there: Sequence[Box], scale: float
) -> dict[int, float]:
    """Where each band meets the box that is `here`, one below the other."""
    used = {box.node.place: box.top for box in here}
    found = {}
    for n in sorted(range(len(links)), key=lambda n: (there[n].top, links[n].returns)):
        found[n] = used[here[n].node.place]
        used[here[n].node.place] += links[n].count * scale
    return found


def _path(x: tuple[float, float], y: tuple[float, float], thick: float) -> str:
    left, right, middle = round(x[0], 1), round(x[1], 1), round((x[0] + x[1]) / 2, 1)
    up, down = (round(v, 1) for v in y)
    upper, lower = round(up + thick, 1), round(down + thick, 1)
    return (
        f"M{left} {up}C{middle} {up} {middle} {down} {right} {down}"
        f"V{lower}C{middle} {lower} {middle} {upper} {left} {upper}Z"
    )
