"""Who came back: one row for each cohort, one column for each step of time after it began."""

from __future__ import annotations

import msgspec
from markupsafe import Markup

from trailpost.dashboard.charts import parts
from trailpost.dashboard.charts.heatmap import legend, level
from trailpost.dashboard.charts.markup import el, ident
from trailpost.dashboard.rules import words


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """`shares`: 0 to 100, from the step it began in; what has not been yet is left off."""

    key: str
    label: str
    size: int
    shares: tuple[float | None, ...]
    url: str | None = None


class Cohorts(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    rows: tuple[Cohort, ...]
    step: str = "week"
    noun: str = "visitors"


def cohorts(drawn: Cohorts) -> Markup:
    if not any(r.size for r in drawn.rows):
        return parts.nothing("cohorts", drawn.id, drawn.title)
    columns = max(len(r.shares) for r in drawn.rows)
    # The step it begins in is always all of them; it would take the colours from the others.
    most = max((s for r in drawn.rows for s in r.shares[1:] if s is not None), default=0.0)
    table = el(
        "table",
        el("caption", _summary(drawn), class_="sr"),
        _heads(drawn, columns),
        el("tbody", *(_row(drawn, r, columns, most) for r in drawn.rows)),
    )
    return parts.figure(
        "cohorts",
        drawn.id,
        drawn.title,
        el("div", table, class_="scroll", tabindex=0, role="region", aria_label=drawn.title),
        el("div", legend(words.percent(0), words.percent(most)), class_="below") if most else None,
    )


def _heads(drawn: Cohorts, columns: int) -> Markup:
    begun = el("th", drawn.step.capitalize(), class_="text", scope="col")
    size = el("th", drawn.noun.capitalize(), scope="col")
    after = [el("th", parts.sr(f"{drawn.step} "), str(n), scope="col") for n in range(columns)]
    return el("thead", el("tr", begun, size, *after))


def _row(drawn: Cohorts, row: Cohort, columns: int, most: float) -> Markup:
    named = parts.name(
        row.label, id=ident(drawn.id, row.key), url=row.url, does="show these sessions"
    )
    cells = [_cell(drawn, row, n, most) for n in range(len(row.shares))]
    later = [el("td") for _ in range(columns - len(row.shares))]
    size = el("td", words.count(row.size))
    return el("tr", el("th", named, class_="text", scope="row"), size, *cells, *later)


def _cell(drawn: Cohorts, row: Cohort, after: int, most: float) -> Markup:
    share = row.shares[after]
    told = words.figure(share, "percent") or parts.UNKNOWN
    shade = level(share, 100.0 if after == 0 else most)
    return el(
        "td",
        "–" if share is None else _short(share),
        class_="no" if shade is None else f"q{shade}",
        title=f"{row.label}, {drawn.step} {after}: {told} of {words.count(row.size)}",
    )


def _short(share: float) -> str:
    return f"{share:.1f}" if 0 < share < 9.95 else f"{share:.0f}"


def _summary(drawn: Cohorts) -> str:
    came = f"percent of each {drawn.step}'s {drawn.noun} who came back"
    return f"{drawn.title}: {came}, by {drawn.step} after it"
