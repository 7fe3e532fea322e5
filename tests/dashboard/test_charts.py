"""What charts draw: as wide as the values say, in their order, escaped, and named for everybody."""

import re
from xml.etree import ElementTree

import pytest

from tests.dashboard import gallery
from trailpost.dashboard import charts
from trailpost.dashboard.charts import layout, scale
from trailpost.dashboard.charts.distribution import lines_of
from trailpost.dashboard.charts.heatmap import LEVELS, level
from trailpost.dashboard.charts.markup import el, ident, percent
from trailpost.dashboard.charts.sparkline import HEIGHT


def drawn(markup):
    """Every chart is well-formed, or this raises."""
    return ElementTree.fromstring(str(markup))


def all_of(root, class_, tag=None):
    found = [e for e in root.iter() if class_ in e.get("class", "").split()]
    return [e for e in found if tag is None or e.tag == tag]


def text(element):
    return "".join(element.itertext())


def share(element, name="width"):
    return float(element.get(name).removesuffix("%"))


def bar(key="a", value=1.0, **more):
    return charts.Bar(**({"key": key, "label": key, "value": value} | more))


def bars(*rows, **more):
    return drawn(charts.bars(charts.Bars(**({"id": "b", "title": "B", "rows": rows} | more))))


def step(key, count, **more):
    return charts.Step(key=key, label=key.capitalize(), count=count, **more)


def funnel(*steps):
    return drawn(charts.funnel(charts.Funnel(id="f", title="F", steps=steps)))


# Every chart


@pytest.mark.parametrize("name", gallery.PANELS)
def test_a_chart_is_well_formed_and_brings_no_inline_style_or_script(name):
    root = drawn(gallery.PANELS[name]())
    for element in root.iter():
        assert "style" not in element.attrib
        assert element.tag not in ("style", "script")
        assert not any(a.startswith("on") for a in element.attrib)


@pytest.mark.parametrize("name", gallery.PANELS)
def test_the_same_value_draws_the_same_picture(name):
    assert gallery.PANELS[name]() == gallery.PANELS[name]()


def test_no_id_stands_twice_on_the_page_and_every_reference_is_met():
    page = str(gallery.page())
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    referred = re.findall(r' aria-describedby="([^"]+)"', page) + re.findall(
        r'href="#([^"]+)"', page
    )
    assert set(referred) <= set(ids)


EMPTY = {
    "bars": charts.bars(charts.Bars(id="x", title="T", rows=())),
    "funnel without steps": charts.funnel(charts.Funnel(id="x", title="T", steps=())),
    "funnel nobody entered": charts.funnel(
        charts.Funnel(id="x", title="T", steps=(step("a", 0), step("b", 0)))
    ),
    "heatmap": charts.heatmap(charts.Heatmap(id="x", title="T", cells=())),
    "heatmap of zeros": charts.heatmap(
        charts.Heatmap(id="x", title="T", cells=(charts.Cell(1, 0, 0),))
    ),
    "distribution": charts.distribution(charts.Distribution(id="x", title="T", bins=())),
    "cohorts": charts.cohorts(charts.Cohorts(id="x", title="T", rows=())),
    "flow": charts.flow(charts.Flow(id="x", title="T", nodes=(), links=())),
    "paths": charts.paths(charts.Paths(id="x", title="T", rows=())),
    "vitals": charts.vitals(charts.Vitals(id="x", title="T", rows=())),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_chart_of_nothing_says_so_and_keeps_its_place(name):
    root = drawn(EMPTY[name])
    assert root.get("id") == "x"
    assert text(root) == "No data in this period"
    assert root.get("aria-label") == "T: No data in this period"


# Values and elements


def test_what_is_not_markup_is_escaped_in_texts_and_in_attributes():
    made = el("a", "<b>", el("i", "&"), href='"><script>')
    assert made == '<a href="&#34;&gt;&lt;script&gt;">&lt;b&gt;<i>&amp;</i></a>'


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 0, 0), (None, 5, 0), (1, 3, 33.33), (10**9, 10**9, 100), (7, 5, 100), (-1, 5, 0),
        (float("nan"), 5, 0), (float("inf"), 5, 0), (1, 10**9, 0),
    ],
)  # fmt: skip
def test_a_share_stays_between_nothing_and_the_whole(part, whole, expected):
    assert percent(part, whole) == expected


def test_an_id_depends_on_the_key_alone_and_differs_with_it():
    keys = ["a", "A", "a b", "a-b", "ä", "ö", "", HEBREW := gallery.HEBREW, "x" * 90, "x" * 91]
    made = [ident("c", key) for key in keys]
    assert len(set(made)) == len(keys)
    assert all(re.fullmatch(r"[a-z0-9-]+", i) for i in made)
    assert ident("c", HEBREW) == made[7]


# Bars


def test_bars_are_as_wide_as_their_values_and_keep_their_order():
    root = bars(bar("b", 50), bar("a", 200), bar("c", 0))
    assert [share(r) for r in all_of(root, "bar", "rect")] == [25, 100, 0]
    assert [text(n) for n in all_of(root, "name")] == ["b", "a", "c"]


def test_the_period_before_shares_the_scale():
    root = bars(bar("a", 50, before=100), bar("b", 10))
    assert [share(r) for r in all_of(root, "bar", "rect")] == [50, 10]
    assert [share(r) for r in all_of(root, "ghost", "rect")] == [100]
    assert "100 before" in text(all_of(root, "value")[0])


def test_an_interval_reaches_from_its_low_to_its_high_end_and_is_told():
    root = bars(bar("a", 64.0, interval=(52.0, 75.1)), full=100, unit="percent")
    middle, low, high = all_of(root, "whisker")[0]
    assert (middle.get("x1"), middle.get("x2")) == ("52%", "75.1%")
    assert (low.get("x1"), high.get("x1")) == ("52%", "75.1%")
    assert "95 % interval 52\u00a0% to 75\u00a0%" in text(all_of(root, "value")[0])


def test_an_unknown_value_is_no_data_and_not_zero():
    unknown, zero = all_of(bars(bar("a", None), bar("b", 0)), "value")
    assert text(unknown) == "no data"
    assert text(zero) == "0"


def test_a_row_with_an_address_is_a_link_with_an_id_of_its_own():
    root = bars(bar("direct", 3, url="?source=direct&x=1"))
    (link,) = root.iter("a")
    assert link.get("href") == "?source=direct&x=1"
    assert link.get("id") == "b-direct"
    assert text(link) == "direct"


def test_hostile_labels_are_shown_as_they_are():
    for url in (None, "?x"):
        (name,) = all_of(bars(bar("a", 1, label=gallery.HOSTILE, url=url)), "name")
        assert text(name) == gallery.HOSTILE


def test_a_column_that_no_row_has_is_left_out():
    assert all_of(bars(bar()), "share") == []
    assert len(all_of(bars(bar("a", 1, share=3.0), bar("b", 1)), "share")) == 2


# Funnel


def test_a_step_is_as_wide_as_its_share_of_the_first_and_shows_what_was_lost():
    root = funnel(
        step("a", 200, of_first=100.0),
        step("b", 50, of_first=25.0, of_previous=25.0),
        step("c", 50, of_first=25.0, of_previous=100.0),
    )
    assert [share(r) for r in all_of(root, "bar", "rect")] == [100, 25, 25]
    assert [share(r) for r in all_of(root, "lost", "rect")] == [100]
    assert root.get("aria-label").endswith("of 200 sessions at A, 50 reached C, 25\u00a0%")


def test_the_first_step_has_none_before_it_and_the_last_none_after():
    root = funnel(
        step("a", 4, of_first=100.0, median=60.0),
        step("b", 2, of_first=50.0, of_previous=50.0, median=5.0),
    )
    first, last = ([text(f) for f in all_of(li, "fact")] for li in root.iter("li"))
    assert first == ["", "1\u00a0m\u00a000\u00a0s to the next step"]
    assert last == ["50\u00a0% of the step before", ""]


def test_a_step_nobody_reached_has_no_bar_and_no_made_up_time():
    root = funnel(step("a", 4, of_first=100.0), step("b", 0, of_first=0.0, of_previous=0.0))
    assert len(all_of(root, "bar", "rect")) == 1
    assert text(all_of(root, "fact")[1]) == "no data"


def test_the_period_before_is_a_bar_of_its_own_below():
    root = funnel(
        step("a", 4, of_first=100.0, before=100.0), step("b", 1, of_first=25.0, before=40.0)
    )
    assert [share(g) for g in all_of(root, "ghost", "rect")] == [100, 40]
    assert [text(w) for w in all_of(root, "was")] == ["40\u00a0% before"]


# Heat map and cohorts


def test_shades_rise_with_the_value_and_only_zero_has_the_lowest():
    found = [level(v, 700) for v in range(701)]
    assert found == sorted(found)
    assert (found[0], found[1], found[-1]) == (0, 1, LEVELS)
    assert set(found) == set(range(LEVELS + 1))
    assert level(None, 700) is None


def test_a_heat_map_has_a_cell_for_every_hour_of_the_week_and_says_each():
    cells = (charts.Cell(1, 0, 3), charts.Cell(7, 23, 1), charts.Cell(2, 5, 0))
    root = drawn(charts.heatmap(charts.Heatmap(id="h", title="H", cells=cells)))
    rows = root.findall(".//tbody/tr")
    assert [text(r[0]) for r in rows] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert {len(r) for r in rows} == {25}
    assert rows[0][1].get("title") == "Mon 00–01: 3 sessions"
    assert rows[6][24].get("title") == "Sun 23–24: 1 session"
    assert (rows[1][6].get("class"), text(rows[1][6])) == ("q0", "0")
    assert (rows[2][1].get("class"), rows[2][1].get("title")) == ("no", "Wed 00–01: no data")
    assert text(root.find(".//caption")) == "Most at Mon 00–01: 3 sessions"


def test_a_cohort_is_coloured_against_those_who_came_back_and_ends_with_today():
    rows = (
        charts.Cohort(key="1", label="One", size=50, shares=(100.0, 8.0, 4.0)),
        charts.Cohort(key="2", label="Two", size=9, shares=(100.0, None)),
    )
    root = drawn(charts.cohorts(charts.Cohorts(id="c", title="C", rows=rows)))
    one, two = root.findall(".//tbody/tr")
    assert [c.get("class") for c in one[2:]] == ["q7", "q7", "q4"]
    assert [text(c) for c in one[2:]] == ["100", "8.0", "4.0"]
    assert [c.get("class") for c in two[2:]] == ["q7", "no", None]
    assert two[3].get("title") == "Two, week 1: no data of 9"


# Distribution


def test_bins_lie_side_by_side_as_high_as_their_counts():
    bins = (charts.Bin(0, 10, 100), charts.Bin(10, 20, 50), charts.Bin(20, 40, 0))
    root = drawn(charts.distribution(charts.Distribution(id="d", title="D", bins=bins)))
    first, second = all_of(root, "bar", "rect")
    assert share(first, "height") == 2 * share(second, "height") == 100
    assert share(first, "y") == 0
    assert share(first) == share(second)
    assert share(second, "x") == share(first, "x") + 25


def test_equal_ratios_take_equal_widths_on_a_logarithmic_scale():
    bins = (charts.Bin(1, 10, 1), charts.Bin(10, 100, 1))
    root = drawn(
        charts.distribution(charts.Distribution(id="d", title="D", bins=bins, scale="log"))
    )
    first, second = all_of(root, "bar", "rect")
    assert share(first) == share(second)


def test_a_mark_stands_where_its_value_is():
    made = charts.Distribution(
        id="d", title="D", bins=(charts.Bin(0, 200, 4),), p10=0, median=50, p90=400
    )
    root = drawn(charts.distribution(made))
    assert [line.get("x1") for line in all_of(root, "at", "line")] == ["0%", "25%", "100%"]
    assert "median 50" in root.find(".//svg[@role='img']").get("aria-label")


def test_names_of_marks_that_are_close_stand_on_lines_of_their_own():
    assert lines_of([10, 50, 90]) == [0, 0, 0]
    assert lines_of([50, 51, 52]) == [0, 1, 2]
    assert lines_of([10, 20, 30]) == [0, 1, 0]


def test_one_value_alone_has_a_bar_in_the_middle():
    made = charts.Distribution(id="d", title="D", bins=(charts.Bin(5, 5, 9),), median=5)
    (rect,) = all_of(drawn(charts.distribution(made)), "bar", "rect")
    assert share(rect, "x") + share(rect) / 2 == 50


@pytest.mark.parametrize("kind", ["linear", "log"])
@pytest.mark.parametrize(("low", "high"), [(0, 1), (3, 7), (1, 4096), (155_500, 426_590), (1, 1e9)])
def test_an_axis_has_a_few_round_values_inside_its_range(low, high, kind):
    found = scale.ticks(low, high, kind)
    assert 1 <= len(found) <= 5
    assert found == sorted(set(found))
    assert all(low <= t <= high * (1 + 1e-9) for t in found)
    assert all(0 <= scale.position(t, low, high, kind) <= 100 for t in found)


@pytest.mark.parametrize("most", [1, 2, 3, 7, 132, 999, 10**9])
def test_the_count_axis_reaches_over_the_highest_bar_and_not_far(most):
    found = scale.ticks_over(most)
    assert found[0] == 0
    assert found[-2] < most <= found[-1]
    assert len(found) <= 6


# Flow


def node(step, key, count, **more):
    return charts.Node(step=step, key=key, label=key.upper(), count=count, **more)


def link(step, source, target, count, **more):
    return charts.Link(step=step, source=source, target=target, count=count, **more)


NODES = (node(1, "a", 60), node(1, "b", 40), node(2, "b", 50), node(2, "out", 50, kind="end"))
LINKS = (
    link(1, "a", "b", 30),
    link(1, "a", "out", 30),
    link(1, "b", "b", 20, returns=True),
    link(1, "b", "out", 20),
)


def edges(band):
    """Top and height of a band at its source and at its target."""
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", band.d)]
    _, up, _, _, _, _, _, down, lower, *rest = numbers
    return (up, rest[-1] - up), (down, lower - down)


def test_boxes_are_as_high_as_their_counts_and_do_not_touch():
    made = layout.lay_out(NODES, LINKS)
    heights = {b.node.place: b.height for b in made.boxes}
    assert heights[1, "a"] / heights[1, "b"] == 1.5
    for column in range(made.columns):
        stack = sorted((b for b in made.boxes if b.column == column), key=lambda b: b.top)
        for upper, lower in zip(stack, stack[1:], strict=False):
            assert upper.top + max(upper.height, 34) < lower.top
        assert stack[-1].top + stack[-1].height <= made.height


def test_bands_fill_their_boxes_without_overlapping():
    made = layout.lay_out(NODES, LINKS)
    for box in made.boxes:
        leaving = sorted(edges(b)[0] for b in made.bands if b.source is box)
        coming = sorted(edges(b)[1] for b in made.bands if b.target is box)
        for side in (leaving, coming):
            if not side:
                continue
            assert side[0][0] == box.top
            assert sum(h for _, h in side) == pytest.approx(box.height, abs=0.2)
            for (top, height), (below, _) in zip(side, side[1:], strict=False):
                assert below == pytest.approx(top + height, abs=0.2)


def test_small_nodes_of_a_full_column_become_one_and_lose_no_session():
    nodes = [node(1, "all", 190), *(node(2, f"n{n:02}", n) for n in range(1, 20))]
    links = [link(1, "all", f"n{n:02}", n) for n in range(1, 20)]
    made = layout.lay_out(nodes, links)
    second = [b.node for b in made.boxes if b.column == 1]
    assert len(second) == layout.NODES
    assert sum(n.count for n in second) == sum(b.link.count for b in made.bands) == 190
    assert [n.label for n in second if n.kind == "other"] == ["Other (13)"]
    assert max(n.count for n in second if n.kind == "step") == 19


def test_steps_beyond_the_eighth_are_left_out():
    nodes = [node(n, "a", 5) for n in range(1, 30)]
    links = [link(n, "a", "a", 5) for n in range(1, 29)]
    made = layout.lay_out(nodes, links)
    assert (made.columns, len(made.bands)) == (8, 7)


def test_a_loop_is_marked_by_more_than_its_colour():
    root = drawn(charts.flow(charts.Flow(id="f", title="F", nodes=NODES, links=LINKS)))
    (band,) = all_of(root, "returns", "path")
    assert text(band) == "B → B, again: 20 sessions"
    assert "B (again)" in [text(td) for td in root.iter("td")]
    assert "goes back to where they had been" in text(all_of(root, "key")[0])


def test_the_same_numbers_stand_in_picture_list_and_table():
    root = drawn(charts.flow(charts.Flow(id="f", title="F", nodes=NODES, links=LINKS)))
    in_order = ["40", "60", "50", "50"]  # b comes first: over all steps it has the most
    assert [text(c) for c in all_of(root, "count")] == in_order
    assert [text(v) for v in all_of(all_of(root, "list")[0], "value")] == in_order
    table = [[text(td) for td in tr] for tr in root.findall(".//tbody/tr")]
    assert ["1", "A", "B", "30"] in table
    assert len(table) == 4


def test_a_path_that_comes_back_marks_the_second_visit():
    rows = (charts.Path(key="p", steps=("A", "B", "A"), count=2, end="left"),)
    root = drawn(charts.paths(charts.Paths(id="p", title="P", rows=rows)))
    again = [text(li) for li in all_of(root, "is-again", "li")]
    assert again == ["↺A, again"]


# Small ones


def test_a_course_goes_from_the_lowest_to_the_highest_and_breaks_where_nothing_is_known():
    root = drawn(charts.sparkline(charts.Sparkline(title="S", values=(0, 10, None, 5, 10))))
    first, second, dot = all_of(root, "line")
    assert first.get("d") == f"M0,{HEIGHT - 2:g} 25,2"
    assert second.get("d") == f"M75,{HEIGHT / 2:g} 100,2"
    assert dot.get("d") == "M100,2h0"
    assert root.get("aria-label") == "S from 0 to 10, lowest 0, highest 10"


def test_two_known_values_are_needed_for_a_course():
    assert charts.sparkline(charts.Sparkline(title="S", values=(None, 4, None))) == ""


def test_the_last_step_is_dashed_while_it_is_open():
    root = drawn(charts.sparkline(charts.Sparkline(title="S", values=(1, 2, 3), open=True)))
    (dashed,) = all_of(root, "open")
    assert dashed.get("d").startswith("M50,")


def test_a_dial_is_filled_by_its_share():
    made = charts.Gauge(id="g", title="G", value=30.0, label="poor", rating="poor", full=120.0)
    root = drawn(charts.gauge(made))
    assert all_of(root, "bar", "path")[0].get("stroke-dasharray") == "25 200"
    assert root.find("svg").get("aria-label") == "G: 30\u00a0%, poor"


def test_a_dial_of_nothing_has_no_rating():
    made = charts.Gauge(id="g", title="G", value=None, label="good", rating="good")
    root = drawn(charts.gauge(made))
    assert "no data" in text(root)
    assert "good" not in text(root)


def test_bands_of_a_vital_stand_side_by_side_over_the_whole_width():
    row = charts.Vital(key="lcp", title="LCP", good=3, fair=0, poor=1, p75=10, rating="good")
    root = drawn(charts.vitals(charts.Vitals(id="v", title="V", rows=(row,))))
    good, poor = root.findall(".//rect")
    assert (good.get("class"), share(good, "x"), share(good)) == ("good", 0, 75)
    assert (poor.get("class"), share(poor, "x"), share(poor)) == ("poor", 75, 25)
    told = "75\u00a0% good · 0\u00a0% needs improvement · 25\u00a0% poor · 4 measured"
    assert told in text(root)
