"""Rows of any report as panels: found by what their fields say, never by the report's name."""

from datetime import UTC, datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from trailpost import analytics
from trailpost.analytics import Part, Period, Span
from trailpost.dashboard.panels import Note, Page, cards, lines, tables, values
from trailpost.dashboard.panels.fields import carriers, fields_of
from trailpost.dashboard.rules import heads, sections, words
from trailpost.dashboard.rules.asked import Asked, asked, ignored_by, params_for
from trailpost.dashboard.rules.sections import OWN, Panel, Section

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PAGE = Page(path="/admin/x", asked=Asked(range="7d"), zone=ZoneInfo("UTC"), now=NOW)


def figure(title, unit, words=""):
    return Meta(title=title, description=words or title, extra={"unit": unit})


def text(title, words="", filters=None):
    extra = {"filters": filters} if filters else None
    return Meta(title=title, description=words or title, extra=extra)


class Source(msgspec.Struct, frozen=True, kw_only=True):
    source: Annotated[str | None, text("Source", "Where from. None: all others.", "source")]
    sessions: Annotated[int, figure("Sessions", "count")]
    rate: Annotated[float | None, figure("Rate", "percent")]


class Option(msgspec.Struct, frozen=True, kw_only=True):
    category: Annotated[str, text("Category")]
    value: Annotated[str, text("Option")]
    option: Annotated[str, text("As a filter", filters="option")]
    chosen: Annotated[int, figure("Chosen", "count")]


class Bare(msgspec.Struct, frozen=True, kw_only=True):
    category: Annotated[str, text("Category")]
    value: Annotated[str, text("Option", filters="option")]
    chosen: Annotated[int, figure("Chosen", "count")]


class Metric(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: Annotated[datetime, text("Step")]
    metric: Annotated[str, text("Metric")]
    unit: Annotated[str | None, text("Unit")]
    p75: Annotated[float | None, figure("p75", "own")]
    p50: Annotated[float | None, figure("Median", "own")]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: Annotated[datetime, text("Step")]
    sessions: Annotated[int, figure("Sessions", "count")]
    converted: Annotated[int, figure("Converted", "count")]
    value: Annotated[float | None, figure("Value", "eur")]


class Named(msgspec.Struct, frozen=True, kw_only=True):
    starts_at: Annotated[datetime, text("Step")]
    source: Annotated[str, text("Source")]
    sessions: Annotated[int, figure("Sessions", "count")]


def plain(told):
    return told.replace("\u00a0", " ") if told else told


def source(name, sessions, rate=None):
    return Source(source=name, sessions=sessions, rate=rate)


def table(rows, before=None, page=PAGE, panel=None):
    return tables.table(type(rows[0]), rows, before, page, panel or Panel("x"))


def day(n):
    return datetime(2026, 11, 14 + n, tzinfo=UTC)


def steps(*sessions):
    return [
        Step(starts_at=day(n), sessions=s, converted=0, value=None) for n, s in enumerate(sessions)
    ]


def week(days=7):
    span = Span(day(0), day(0) + timedelta(days=days))
    edges = tuple(day(n) for n in range(days))
    return Period(
        zone="UTC",
        span=span,
        before=span,
        step="day",
        edges=edges,
        edges_before=edges,
        earlier=span,
    )


def test_a_value_is_a_link_to_what_it_is_about():
    shown = table([source("google", 30), source(None, 10)])
    assert shown.rows[0][0].url == "/admin/x?range=7d&source=google"
    assert shown.rows[1][0].url is None


def test_a_public_page_has_no_links():
    public = msgspec.structs.replace(PAGE, is_public=True)
    shown = table([source("google", 30), source("direct", 10)], page=public)
    assert {cell.url for row in shown.rows for cell in row} == {None}


def test_a_bar_is_a_share_of_the_largest_and_the_rest_has_none():
    shown = table([source("google", 30), source("direct", 15), source(None, 900)])
    assert [row[0].bar for row in shown.rows] == [100.0, 50.0, None]


def test_what_a_missing_name_means_is_said_as_its_definition_says():
    shown = table([source("google", 30), source(None, 10)])
    assert shown.rows[1][0].text is None
    assert shown.rows[1][0].hint == "All others"


def test_no_value_of_a_figure_stays_no_value():
    shown = table([source("google", 30), source("direct", 10, 12.5)])
    assert [plain(row[2].text) for row in shown.rows] == [None, "12 %"]


def test_a_change_stands_beside_its_figure():
    shown = table([source("google", 30), source("direct", 10)], [source("google", 20)])
    assert plain(shown.rows[0][1].change.text) == "50 %"
    assert shown.rows[1][1].change is None


def test_a_field_that_only_filters_is_no_column_and_links_its_neighbour():
    row = Option(category="nest", value="nest80", option="nest:nest80", chosen=3)
    shown = table([row, row])
    assert [c.title for c in shown.columns] == ["Category", "Option", "Chosen"]
    assert shown.rows[0][1].text == "Nest80"
    assert "option=nest%3Anest80" in shown.rows[0][1].url
    assert set(carriers(fields_of(Option))) == {"value"}


def test_a_link_and_its_chip_know_a_category_with_a_colon():
    row = Bare(category="haus:dach", value="rot:1", chosen=3)
    shown = table([row, row])
    assert shown.rows[0][1].url == "/admin/x?range=7d&option=haus%253Adach%3Arot%3A1"
    assert heads.filter_words("option", "haus%3Adach:rot:1") == "Haus:dach: Rot:1"


def test_each_row_tells_its_values_in_its_own_unit():
    rows = [
        Metric(starts_at=day(0), metric="cls", unit=None, p75=0.05, p50=0.0123),
        Metric(starts_at=day(0), metric="lcp", unit="ms", p75=1840.0, p50=None),
    ]
    shown = table(rows)
    assert [c.title for c in shown.columns] == ["Step", "Metric", "p75", "Median"]
    told = [[plain(cell.text) for cell in row[1:]] for row in shown.rows]
    assert told == [["CLS", "0.05", "0.0123"], ["LCP", "1,840 ms", None]]


def test_lines_of_one_metric_are_in_its_unit():
    for unit, drawn_in, text in ((None, "number", "0.05"), ("ms", "ms", "0.1 ms")):
        rows = [Metric(starts_at=day(n), metric="m", unit=unit, p75=0.05, p50=None) for n in (0, 1)]
        drawn = lines.lines(Metric, rows, None, week(2), PAGE, ("p75",))
        assert (drawn.unit, drawn.about) == (drawn_in, "M")
        assert plain(drawn.points[0].cells[0].text) == text


def test_a_panel_may_hide_fields_and_say_what_bars_are_of():
    rows = [source("google", 30, 5.0), source("direct", 10, 10.0)]
    shown = table(rows, panel=Panel("x", by="rate"))
    assert [row[0].bar for row in shown.rows] == [50.0, 100.0]
    assert len(table(rows, panel=Panel("x", hidden=("rate",))).columns) == 2


def test_a_long_table_says_how_much_only_the_csv_has():
    shown = table([source(f"s{n}", 200 - n) for n in range(130)])
    assert len(shown.rows) == tables.SHOWN
    assert shown.left_out == 30


def test_steps_of_figures_become_lines_of_one_unit():
    drawn = lines.lines(Step, steps(3, 5), None, week(2), PAGE)
    assert [(line.title, line.drawn) for line in drawn.lines] == [
        ("Sessions", 1),
        ("Converted", 2),
        ("Value", 0),
    ]
    assert [p.label for p in drawn.points] == ["Sat 14 Nov", "Sun 15 Nov"]
    assert drawn.unit == "count"


def test_the_last_step_is_open_while_it_is_not_over():
    assert [p.open for p in lines.lines(Step, steps(1, 2), None, week(2), PAGE).points] == [
        False,
        False,
    ]
    running = lines.lines(Step, steps(*range(7)), None, week(7), PAGE)
    assert [p.open for p in running.points][-2:] == [False, True]


def test_the_period_before_is_drawn_step_by_step():
    drawn = lines.lines(Step, steps(3, 5, 7), steps(1, 2), week(3), PAGE)
    before = [line.before for line in drawn.lines].index(True)
    assert drawn.lines[before].title == "Sessions before"
    assert [p.cells[before].value for p in drawn.points] == [1.0, 2.0, None]


def test_rows_that_name_things_become_a_line_for_each_of_the_largest():
    rows = [
        Named(starts_at=day(n), source=name, sessions=size)
        for n in range(2)
        for name, size in [("a", 1), ("b", 9), ("c", 2), ("d", 3), ("e", 4)]
    ]
    drawn = lines.lines(Named, rows, None, week(2), PAGE)
    assert [line.title for line in drawn.drawn] == ["b", "e", "d", "c"]
    assert len(drawn.lines) == 5
    assert len(drawn.points) == 2


def test_a_step_that_a_thing_is_missing_from_has_no_data_for_it():
    rows = [
        Named(starts_at=day(0), source="a", sessions=1),
        Named(starts_at=day(0), source="b", sessions=5),
        Named(starts_at=day(1), source="b", sessions=6),
    ]
    drawn = lines.lines(Named, rows, None, week(2), PAGE)
    a = [line.title for line in drawn.lines].index("a")
    assert [p.cells[a].text for p in drawn.points] == ["1", None]


def test_a_note_belongs_to_the_step_it_happened_in():
    notes = (
        Note(at=day(1) + timedelta(hours=23), text="campaign"),
        Note(at=day(3), text="outside"),
    )
    page = msgspec.structs.replace(PAGE, notes=notes)
    drawn = lines.lines(Step, steps(1, 2, 3), None, week(3), page)
    assert [p.notes for p in drawn.points] == [(), ("campaign",), ()]


def test_no_rows_are_no_points():
    assert lines.lines(Step, [], None, week(), PAGE).points == ()


def test_a_row_of_figures_becomes_cards_with_their_changes():
    now, then = source("x", 30, 10.0), source("x", 20, 12.5)
    told = {card.name: card for card in cards.cards(now, then)}
    assert plain(told["sessions"].change.words) == "up 50 percent"
    assert plain(told["rate"].change.words) == "down 2.5 percentage points"
    assert told["sessions"].before == "20 before"


def test_a_section_leaves_out_what_does_not_exist_and_lights_up_when_it_does():
    section = Section(
        name="x", title="X", group="", key="x", about="", panels=(Panel("made_up", OWN),)
    )
    assert sections.placed(section, analytics.REPORTS) == ()
    report = msgspec.structs.replace(analytics.REPORTS["options"], name="made_up")
    (placed,) = sections.placed(section, {"made_up": report})
    assert placed.name == "made-up"
    assert isinstance(placed.part, Part)


def test_every_panel_names_a_field_that_is_there():
    for section in sections.SECTIONS:
        for placed in sections.placed(section, analytics.REPORTS):
            names = {f.name for f in fields_of(placed.part.row)}
            panel = placed.panel
            if panel.part != sections.EVERY:
                assert {*panel.hidden, *panel.lines, panel.by} - {""} <= names, placed.name


def test_every_report_has_a_place():
    shown = {p.report for s in sections.SECTIONS for p in s.panels}
    assert set(analytics.REPORTS) - shown == {"user_journey"}


def test_keys_of_sections_differ():
    keys = [s.key for s in sections.SECTIONS]
    assert len(set(keys)) == len(keys)
    assert not {"b", "v"} & set(keys)


def test_a_report_is_told_what_it_takes_under_its_own_names():
    given = asked({"device": "mobile", "price_list": "2", "range": "7d", "compare": "true"})
    assert params_for(analytics.REPORTS["options"], given) == {
        "range": "7d",
        "device": "mobile",
        "priceList": "2",
        "compare": "true",
    }
    assert params_for(analytics.REPORTS["real_time"], given) == {}
    assert ignored_by(analytics.REPORTS["ledger"], given) == ["Device", "Price list"]
    assert ignored_by(analytics.REPORTS["options"], given) == []


def test_the_query_of_a_page_reads_back_as_what_was_asked():
    given = asked({"range": "custom", "from": "2026-01-01", "to": "2026-01-02", "option": "a:b"})
    assert asked(given.report_params) == given
    assert given.elsewhere == given
    assert asked({"status": "converted", "search": "x"}).elsewhere == Asked()


def test_filters_find_their_values_in_any_report():
    where = values.named("option", analytics.REPORTS)
    assert where is not None
    assert where.field.filters == "option"
    assert values.named("nothing", analytics.REPORTS) is None


def test_sizes_read_as_sizes():
    assert [plain(words.size(n)) for n in (0, 512, 3400, 25_300_000, 7_000_000_000_000)] == [
        "0 B",
        "512 B",
        "3.4 kB",
        "25 MB",
        "7.0 TB",
    ]
