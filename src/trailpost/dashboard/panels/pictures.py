"""Rows as the pictures that Python draws; what they are made of is found by unit and name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

import msgspec

from trailpost.dashboard import charts
from trailpost.dashboard.panels.around import Page, Rows
from trailpost.dashboard.panels.cells import label, narrowing
from trailpost.dashboard.panels.fields import Field, carriers, fields_of
from trailpost.dashboard.rules import figures, words
from trailpost.dashboard.rules.sections import Placed

Row = msgspec.Struct
Fields = Sequence[Field]

# A row of bars has a value and a share; with more figures a table says more.
_MOST_FIGURES = 2


class Told(msgspec.Struct, frozen=True):
    """Everything a picture is drawn from."""

    placed: Placed
    fields: tuple[Field, ...]
    rows: Rows
    before: Rows | None
    page: Page

    @property
    def id(self) -> str:
        return f"c-{self.placed.name}"

    @property
    def title(self) -> str:
        return self.placed.part.title


def draw(placed: Placed, rows: Rows, before: Rows | None, page: Page) -> str | None:
    """None where the rows do not have what the picture is made of: the table shows them."""
    drawn = _DRAWN.get(placed.chart)
    if drawn is None:
        return None
    return drawn(Told(placed, fields_of(placed.part.row), rows, before, page))


def _bars(told: Told) -> str | None:
    counted, share = _figure(told.fields), _figure(told.fields, unit="percent", name="share")
    if counted is None or len([f for f in told.fields if f.is_figure]) > _MOST_FIGURES:
        return None
    earlier = _by_name(told, told.before or ())
    rows = []
    for row in told.rows:
        name = _name(told, row)
        value, then = _number(row, counted), earlier.get(name)
        before = _number(then, counted) if then is not None else None
        bar = charts.Bar(
            key=name,
            label=name,
            value=value,
            text=words.figure(value, counted.unit),
            share=_number(row, share) if share else None,
            before=before,
            change=figures.change(value, before, counted.unit),
            url=_url(told, row),
        )
        rows.append(bar)
    heads = tuple(charts.Head(f.title, f.definition) for f in (counted, share) if f)
    first = charts.Head(next((f.title for f in told.fields if not f.is_figure), ""))
    return charts.bars(
        charts.Bars(id=told.id, title=told.title, rows=tuple(rows), heads=(first, *heads))
    )


def _funnel(told: Told) -> str | None:
    counted = _figure(told.fields)
    if counted is None:
        return None
    first = _figure(told.fields, unit="percent", name="first")
    previous = _figure(told.fields, unit="percent", name="previous")
    median = _figure(told.fields, unit="seconds")
    earlier = _by_name(told, told.before or ())
    steps = []
    for row in told.rows:
        name = _name(told, row)
        then = earlier.get(name)
        step = charts.Step(
            key=name,
            label=name,
            count=int(_number(row, counted) or 0),
            of_first=_number(row, first),
            of_previous=_number(row, previous),
            median=_number(row, median),
            before=_number(then, first) if then is not None else None,
            url=_url(told, row),
        )
        steps.append(step)
    return charts.funnel(charts.Funnel(id=told.id, title=told.title, steps=tuple(steps)))


def _heatmap(told: Told) -> str | None:
    by_name = {f.name: f for f in told.fields}
    day, hour = by_name.get("weekday"), by_name.get("hour")
    value = _figure(told.fields)
    if day is None or hour is None or value is None:
        return None
    cells = tuple(
        charts.Cell(getattr(r, "weekday"), getattr(r, "hour"), _number(r, value))  # noqa: B009
        for r in told.rows
    )
    return charts.heatmap(
        charts.Heatmap(id=told.id, title=told.title, cells=cells, unit=value.unit)
    )


def _distribution(told: Told) -> str | None:
    edges = [f for f in told.fields if f.is_figure][:2]
    counted = _figure(told.fields, unit="count")
    if len(edges) < 2 or counted is None or edges[0].unit != edges[1].unit:
        return None
    bins = tuple(
        charts.Bin(
            _number(r, edges[0]) or 0, _number(r, edges[1]) or 0, int(_number(r, counted) or 0)
        )
        for r in told.rows
    )
    return charts.distribution(
        charts.Distribution(id=told.id, title=told.title, bins=bins, unit=edges[0].unit)
    )


def _cohorts(told: Told) -> str | None:
    """Long rows (cohort, how long after, share) as one row for each cohort."""
    began = next((f for f in told.fields if f.kind in ("time", "text")), None)
    share = _figure(told.fields, unit="percent")
    after = next((f for f in told.fields if f.kind == "place"), None)
    size = next((f for f in told.fields if f.is_figure and f.name in _SIZE), None)
    if began is None or share is None or after is None or size is None:
        return None
    found: dict[object, list[Row]] = {}
    for row in told.rows:
        found.setdefault(getattr(row, began.name), []).append(row)
    rows = []
    for at, later in found.items():
        shares = {int(_number(r, after) or 0): _number(r, share) for r in later}
        rows.append(
            charts.Cohort(
                key=str(at),
                label=_began(at, told.page),
                size=int(_number(later[0], size) or 0),
                shares=tuple(shares.get(n) for n in range(max(shares) + 1)),
            )
        )
    return charts.cohorts(charts.Cohorts(id=told.id, title=told.title, rows=tuple(rows)))


def _flow(told: Told) -> str | None:
    """From one text to the next, in numbered steps."""
    step = next((f for f in told.fields if f.kind == "place"), None)
    ends = [f for f in told.fields if f.is_text]
    counted = _figure(told.fields, unit="count")
    if step is None or len(ends) != 2 or counted is None:
        return None
    out: dict[tuple[int, str], int] = {}
    into: dict[tuple[int, str], int] = {}
    links = []
    for row in told.rows:
        at, count = int(getattr(row, step.name)), int(_number(row, counted) or 0)
        source, target = (str(getattr(row, f.name)) for f in ends)
        out[at, source] = out.get((at, source), 0) + count
        into[at + 1, target] = into.get((at + 1, target), 0) + count
        links.append(charts.Link(step=at, source=source, target=target, count=count))
    nodes = [
        charts.Node(
            step=place[0],
            key=place[1],
            label=words.label(place[1]),
            count=max(out.get(place, 0), into.get(place, 0)),
        )
        for place in {**out, **into}
    ]
    flow = charts.Flow(id=told.id, title=told.title, nodes=tuple(nodes), links=tuple(links))
    return charts.flow(flow)


_SIZE = frozenset({"size", "visitors", "cohort_size"})


def _vitals(told: Told) -> str | None:
    names = {f.name for f in told.fields}
    if not names >= {"metric", "unit", "measurements", "good", "needs_improvement", "poor", "p75"}:
        return None
    rows = [_vital(msgspec.convert(r, _Vital, from_attributes=True)) for r in told.rows]
    return charts.vitals(charts.Vitals(id=told.id, title=told.title, rows=tuple(rows)))


class _Vital(msgspec.Struct, frozen=True):
    metric: str
    unit: str | None
    measurements: int
    good: float
    needs_improvement: float
    poor: float
    p75: float
    good_up_to: float
    poor_above: float


def _vital(row: _Vital) -> charts.Vital:
    unit = row.unit or "number"
    good, poor = (words.figure(v, unit) for v in (row.good_up_to, row.poor_above))
    fair = row.p75 > row.good_up_to
    return charts.Vital(
        key=row.metric,
        title=row.metric.upper(),
        good=round(row.measurements * row.good / 100),
        fair=round(row.measurements * row.needs_improvement / 100),
        poor=round(row.measurements * row.poor / 100),
        p75=row.p75,
        unit=unit,
        rating="poor" if row.p75 > row.poor_above else "fair" if fair else "good",
        bounds=f"good up to {good}, poor above {poor}",
    )


_DRAWN: dict[str, Callable[[Told], str | None]] = {
    "bars": _bars,
    "flow": _flow,
    "funnel": _funnel,
    "heatmap": _heatmap,
    "distribution": _distribution,
    "cohorts": _cohorts,
    "vitals": _vitals,
}


def _figure(fields: Fields, *, unit: str = "", name: str = "") -> Field | None:
    return next(
        (f for f in fields if f.is_figure and f.unit.startswith(unit) and name in f.name), None
    )


def _number(row: Row, field: Field | None) -> float | None:
    value: int | float | Decimal | None = getattr(row, field.name) if field else None
    return None if value is None else float(value)


def _name(told: Told, row: Row) -> str:
    carried = {f.name for f in carriers(told.fields).values()}
    texts = [f for f in told.fields if f.is_text and f.name not in carried]
    said = [label(f, v) for f in texts if (v := getattr(row, f.name)) is not None]
    return " · ".join(said) or next((f.none for f in texts if f.none), "None")


def _by_name(told: Told, rows: Rows) -> dict[str, Row]:
    return {_name(told, row): row for row in rows}


def _url(told: Told, row: Row) -> str | None:
    for field in told.fields:
        wanted = narrowing(field, row)
        if wanted is not None:
            return told.page.url(**{field.filters: wanted})
    return None


def _began(at: object, page: Page) -> str:
    if isinstance(at, datetime):
        return words.day(at.astimezone(page.zone))
    return words.day(at) if isinstance(at, date) else str(at)
