"""Any report's answer as panels: figures, tables, lines over time, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from trailpost.analytics import ReportAnswer
from trailpost.dashboard.panels import cards, lines, pictures, tables
from trailpost.dashboard.panels.around import Note, Page, Rows
from trailpost.dashboard.panels.views import PanelView
from trailpost.dashboard.rules.asked import ignored_by, params_for
from trailpost.dashboard.rules.sections import Placed

__all__ = ["Note", "Page", "PanelView", "panels"]


def panels(
    placed: Sequence[Placed], answers: Mapping[str, ReportAnswer | str], page: Page
) -> tuple[PanelView, ...]:
    """`answers` by report; a text is why there is none."""
    return tuple(_panel(p, answers[p.report.name], page) for p in placed)


def _panel(placed: Placed, answer: ReportAnswer | str, page: Page) -> PanelView:
    part = placed.part
    view = PanelView(
        name=placed.name,
        title=part.title,
        definition=part.definition,
        shape="problem",
        width=placed.panel.width,
        csv=None if page.is_public else _csv(placed, page),
        note=_note(placed, page),
        says=tables.columns(tables.shown_of(part.row, placed.panel)),
    )
    if isinstance(answer, str):
        return msgspec.structs.replace(view, problem=answer)
    rows, before = _rows(placed, answer)
    return msgspec.structs.replace(
        _shown(view, placed, answer, rows, before, page), is_empty=not rows
    )


def _shown(
    view: PanelView,
    placed: Placed,
    answer: ReportAnswer,
    rows: Rows,
    before: Rows | None,
    page: Page,
) -> PanelView:
    row, chart = placed.part.row, placed.chart
    replace = msgspec.structs.replace
    if chart == "figures" and rows:
        made = cards.cards(rows[0], before[0] if before else None, cards.series(answer))
        return replace(view, shape="figures", cards=made)
    if not placed.panel.chart and lines.is_over_time(placed.part):
        drawn = lines.lines(row, rows, before, answer.period, page, placed.panel.lines)
        return replace(view, shape="lines", lines=drawn)
    table = tables.table(row, rows, before, page, placed.panel)
    picture = pictures.draw(placed, rows, before, page) if rows else None
    if picture is not None:
        return replace(view, shape="picture", picture=picture, table=table)
    return replace(view, shape="table", table=table)


def _rows(placed: Placed, answer: ReportAnswer) -> tuple[Rows, Rows | None]:
    if placed.part is placed.report:
        return answer.rows, answer.previous
    before = None if answer.previous is None else answer.previous_parts.get(placed.part.name)
    return answer.parts[placed.part.name], before


def _csv(placed: Placed, page: Page) -> str:
    params = params_for(placed.report, page.asked)
    if placed.part is not placed.report:
        params["part"] = placed.part.name
    return f"/api/reports/{placed.report.name}?{urlencode({**params, 'format': 'csv'})}"


def _note(placed: Placed, page: Page) -> str:
    ignored = ignored_by(placed.report, page.asked)
    if not ignored:
        return ""
    told = " and ".join([", ".join(ignored[:-1]), ignored[-1]] if ignored[1:] else ignored)
    return f"Of all sessions: this report has no filter by {told.lower()}."
