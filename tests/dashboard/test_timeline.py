from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trailpost.dashboard.rules import steps, timeline
from trailpost.dashboard.rules.steps import Step

START = datetime(2026, 11, 20, 10, tzinfo=UTC)


def step(seconds, kind="interaction", **more):
    return Step(occurred_at=START + timedelta(seconds=seconds), kind=kind, **more)


def told(*journey):
    return timeline.entries(journey, START)


def plain(text):
    return text.replace("\u00a0", " ")


def test_a_choice_tells_from_to_and_what_it_cost():
    (entry,) = told(
        step(
            12,
            "choice",
            category="gebaeudehuelle",
            previous_value="trapezblech",
            value="holzlattung",
            source="user",
            price=Decimal(165100),
            price_change=Decimal(9600),
        )
    )
    assert (entry.at, entry.title) == ("0:12", "Gebaeudehuelle:")
    assert entry.text == "Trapezblech → Holzlattung"
    assert plain(entry.cost) == "+€ 9,600"
    assert entry.cost_tone == "more"


def test_a_choice_taken_back_says_so():
    (entry,) = told(step(1, "choice", category="pvanlage", previous_value="pv_panels"))
    assert entry.text == "Pv panels removed"
    assert entry.cost is None


def test_a_choice_nobody_made_says_why_it_is_there():
    (entry,) = told(step(1, "choice", category="nest", value="nest80", source="default"))
    assert entry.detail == "preselected"


def test_a_minute_without_an_event_is_a_pause():
    entries = told(step(0, "page_view", what="/"), step(245, "page_view", what="/b"))
    assert [e.kind for e in entries] == ["event", "pause", "event"]
    assert plain(entries[1].title) == "4 min pause"


def test_a_run_of_small_events_folds_into_one_line():
    small = [step(n, what="hover") for n in range(3)] + [step(4, what="scroll")]
    (entry,) = told(*small)
    assert (entry.kind, entry.title) == ("folded", "3 hovers and 1 scroll")
    assert len(entry.folded) == 4


def test_choices_are_never_folded():
    entries = told(*[step(n, "choice", category="nest", value=f"nest{n}") for n in range(5)])
    assert [e.kind for e in entries] == ["event"] * 5


def test_the_configuration_at_that_moment_is_shown_with_choices():
    chosen = {"nest": "nest120", "pvanlage": {"value": "pv_panels", "quantity": 8}, "check": True}
    (entry,) = told(step(1, "choice", category="nest", chosen=chosen, price=Decimal(9)))
    assert [(f.title, f.text) for f in entry.configuration] == [
        ("Nest", "Nest120"),
        ("Pvanlage", "8 × Pv panels"),
        ("Check", "yes"),
    ]
    assert plain(entry.price) == "€ 9"


def test_a_quantity_tells_how_many():
    one = step(1, "choice", category="fenster", value="fichte", additional_data={"quantity": 3})
    more = step(
        2,
        "choice",
        category="fenster",
        previous_value="fichte",
        value="fichte",
        additional_data={"quantity": 10, "previousQuantity": 3},
    )
    assert [e.text for e in told(one, more)] == ["Fichte, 3", "Fichte, 3 → 10"]


def test_a_timing_tells_metric_value_and_place():
    (entry,) = told(step(1, "timing", what="lcp 2954.400 ms /konfigurator"))
    assert (entry.title, entry.text) == ("LCP", "2954.4 ms · /konfigurator")


def test_every_kind_of_event_has_words():
    kinds = (
        "session_start page_view interaction choice snapshot timing session_end consent identify"
    )
    for kind in kinds.split():
        assert steps.entry(step(0, kind), START).title


def test_a_long_journey_has_pages():
    journey = [step(n, "page_view", what="/") for n in range(450)]
    assert timeline.pages(len(journey)) == 3
    assert len(timeline.page(journey, 3)) == 50
    assert timeline.pages(0) == 1
