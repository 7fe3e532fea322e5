"""A session is the same whatever the order of its events, and however they are split."""

import random
from functools import reduce

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tracking.writing import NOON, PROJECT, choice, context, event
from trailpost.tracking.rules import fold
from trailpost.tracking.rules.fold import mark, merge, summarise
from trailpost.tracking.rules.hashing import configuration_hash

SECOND = 1_000_000
RECEIVED = NOON + 3600 * SECOND


def of(*events, **known):
    return summarise(PROJECT, context(**known), list(events), RECEIVED)


def copied(session):
    return msgspec.json.decode(msgspec.json.encode(session), type=fold.Session)


# Columns


def test_it_begins_with_its_first_event_and_lasts_until_its_last():
    session = of(event(at=NOON + 90 * SECOND), event(at=NOON), event(at=NOON + 30 * SECOND))
    assert (session.start_time, session.last_activity) == (NOON, NOON + 90 * SECOND)
    assert session.session_duration == 90
    assert session.last_bucket == NOON


def test_interactions_are_interactions_and_choices_whoever_made_them():
    session = of(event(), event("page_view"), choice("nest", "a"), choice("x", "b", source="reset"))
    assert (session.total_events, session.total_interactions, session.total_choices) == (4, 3, 1)


@pytest.mark.parametrize("source", ["default", "reset", "shared_link", "constraint", None])
def test_only_what_the_visitor_chose_is_a_choice(source):
    session = of(choice("nest", "nest80", source=source, price_cents=15_550_000))
    assert (session.total_choices, session.choices) == (0, {})
    assert session.total_price == 15_550_000


def test_the_last_value_of_a_category_is_kept_and_all_are_remembered():
    session = of(
        choice("nest", "nest100", NOON + 2),
        choice("nest", "nest80", NOON + 1),
        choice("nest", "nest80", NOON + 3),
        choice("pv", "pv_panels", NOON + 1),
        choice("pv", None, NOON + 2),
    )
    assert session.choices["nest"].value == "nest80"
    assert session.choices["nest"].seen == ["nest100", "nest80"]
    assert session.choices["nest"].count == 3
    assert session.choices["pv"].value is None
    assert session.choices["pv"].seen == ["pv_panels"]


def test_of_each_category_the_first_choice_and_the_price_after_the_last_are_remembered():
    session = of(
        choice("nest", "nest100", NOON + 7, price_cents=18_910_000),
        choice("nest", "nest120", NOON + 5, source="default", price_cents=1),
        choice("nest", "nest80", NOON + 6, price_cents=15_550_000),
        choice("pv", "pv_panels", NOON + 8, price_cents=19_222_000),
        choice("pv", None, NOON + 9),
    )
    nest, pv = session.choices["nest"], session.choices["pv"]
    assert (nest.value, nest.first, nest.price) == ("nest100", NOON + 6, 18_910_000)
    assert (pv.value, pv.first, pv.price) == (None, NOON + 8, None)


def test_a_first_choice_that_was_stored_before_it_was_remembered_stays_unknown():
    stored = of(choice("nest", "nest80", NOON))
    stored.choices["nest"] = msgspec.structs.replace(stored.choices["nest"], first=None)
    later = of(choice("nest", "nest100", NOON + 1))
    assert merge(copied(stored), copied(later)).choices["nest"].first is None
    assert merge(copied(later), copied(stored)).choices["nest"].first is None


def test_every_category_that_an_interaction_or_a_choice_names_was_shown():
    session = of(
        event(category="nest"),
        choice("pv", "pv_panels", source="default"),
        choice("fenster", None, source="shared_link"),
        event("interaction"),
        event("timing", category="not shown"),
        event("page_view", category="not shown"),
    )
    assert session.exposed == ["fenster", "nest", "pv"]
    assert session.choices == {}


def test_of_each_status_the_first_report_is_remembered():
    session = of(
        event("snapshot", NOON + 9, conversion_status="converted"),
        event("session_end", NOON + 5, conversion_status="in_cart"),
        event("snapshot", NOON + 2, conversion_status="in_cart"),
        event("snapshot", NOON + 1, conversion_status="ongoing"),
    )
    assert session.reached == {"in_cart": NOON + 2, "converted": NOON + 9}


@pytest.mark.parametrize(("clock", "told"), [("future", 2**50), ("ancient", -(2**50))])
def test_an_event_whose_clock_is_not_believed_happened_when_it_was_received(clock, told):
    session = of(
        event("snapshot", NOON, conversion_status="in_cart", price_cents=1),
        event("session_end", told, clock=clock, conversion_status="in_cart"),
        choice("nest", "nest80", told, clock=clock, price_cents=2),
    )
    assert (session.start_time, session.last_activity) == (NOON, RECEIVED)
    assert session.end_time == RECEIVED
    assert session.reached == {"in_cart": NOON}
    assert session.choices["nest"].first == RECEIVED
    assert session.total_price == 2


def test_the_status_only_moves_forward():
    session = of(
        event("session_end", NOON + 5, conversion_status="ongoing"),
        event("snapshot", NOON + 1, conversion_status="completed"),
        event("snapshot", NOON + 9, conversion_status="in_cart"),
    )
    assert session.conversion_status == "completed"


def test_configuration_price_and_completion_are_those_last_seen():
    session = of(
        event("snapshot", NOON + 9, configuration=b'{"nest":"nest80"}', completion=50),
        event("snapshot", NOON + 1, configuration=b'{"nest":"nest100"}', price_cents=1),
        choice("nest", "nest80", NOON + 5, price_cents=2, price_list_version="7"),
    )
    assert session.configuration == b'{"nest":"nest80"}'
    assert session.configuration_hash == configuration_hash(b'{"nest":"nest80"}')
    assert session.configuration_at == NOON + 9
    assert (session.total_price, session.price_list_version, session.completion) == (2, "7", 50)


def test_how_the_visitor_came_is_told_by_the_first_page_not_by_the_first_request():
    late = of(event("page_view", NOON + 5, url="/b"), referrer="https://own.example")
    first = of(event("page_view", NOON, url="/a"), referrer="https://ads.example", utm_source="ads")
    click = of(event(at=NOON - 5), referrer="https://click.example")
    session = merge(merge(late, click), first)
    assert (session.referrer, session.utm_source) == ("https://ads.example", "ads")
    assert (session.landing_page, session.exit_page) == ("/a", "/b")


def test_without_its_first_page_the_first_request_tells_it():
    session = merge(of(event(at=NOON + 1), referrer="later"), of(event(), referrer="first"))
    assert session.referrer == "first"


def test_consent_and_user_are_the_last_ones():
    session = of(
        event("consent", NOON + 2, value="denied"),
        event("consent", NOON + 1, value="granted"),
        event("identify", NOON + 1, value="a" * 64),
        event("identify", NOON + 3, value="b" * 64),
    )
    assert (session.consent, session.user_hash) == ("denied", "b" * 64)


def test_who_the_visitor_is_stays_and_is_only_completed():
    session = merge(of(event(), visitor=1, language="de"), of(event(), visitor=2, os_name="Linux"))
    assert (session.visitor, session.language, session.os_name) == (1, "de", "Linux")


def test_whether_the_visitor_is_recognised_goes_with_the_visitor():
    daily, lasting = of(event(), visitor=1), of(event(), visitor=2, is_recognised=True)
    assert merge(copied(daily), lasting).is_recognised is False
    assert merge(copied(lasting), daily).is_recognised is True


def test_the_country_is_the_first_that_is_known():
    session = merge(of(event()), of(event(), country="AT"))
    assert merge(session, of(event(), country="DE")).country == "AT"


def test_a_session_does_not_grow_without_end_and_still_does_not_depend_on_the_order():
    names = [f"{n:04d}" for n in range(fold.MOST_CATEGORIES + 20)]
    values = [f"{n:04d}" for n in range(fold.MOST_SEEN + 20)]
    events = [choice(name, "x", NOON) for name in names]
    events += [choice("0000", value, NOON) for value in values]
    results = []
    for seed in range(3):
        random.Random(seed).shuffle(events)
        results.append(reduce(merge, [of(one) for one in events]))
    assert sorted(results[0].choices) == names[: fold.MOST_CATEGORIES]
    assert results[0].choices["0000"].seen == values[: fold.MOST_SEEN]
    assert results[0].choices == results[1].choices == results[2].choices
    assert results[0].total_choices == len(events)
    assert results[0].exposed == results[1].exposed == names[: fold.MOST_CATEGORIES]
    assert of(*events).choices == results[0].choices


# Marks


@given(st.lists(st.tuples(st.integers(-(2**62), 2**62), st.binary(min_size=16, max_size=16))))
def test_marks_sort_as_times_and_ids_do(moments):
    assert sorted(moments) == sorted(moments, key=lambda moment: mark(*moment))


# Order and splits

FEW = st.sampled_from(["a", "b", "c"])
EVENTS = st.builds(
    event,
    kind=st.sampled_from([*fold.STEPS]),
    at=st.integers(NOON, NOON + 3),
    category=st.none() | FEW,
    value=st.none() | FEW,
    source=st.sampled_from(["user", "default", "shared_link", None]),
    url=st.none() | FEW,
    price_cents=st.none() | st.integers(0, 3),
    price_list_version=st.none() | FEW,
    configuration=st.none() | st.sampled_from([b'{"a":1}', b'{"b":2}']),
    completion=st.none() | st.integers(0, 100),
    conversion_status=st.sampled_from([None, *fold.STATUSES]),
    clock=st.sampled_from([None, None, None, "future", "ancient"]),
)


@settings(max_examples=300, deadline=None)
@given(events=st.lists(EVENTS, min_size=1, max_size=12), data=st.data())
def test_the_fold_does_not_depend_on_order_or_splits(events, data):
    known = {"referrer": data.draw(st.none() | FEW), "landing_page": data.draw(st.none() | FEW)}
    whole = of(*events, **known)
    shuffled = data.draw(st.permutations(events))
    cuts = data.draw(st.sets(st.integers(1, len(events) - 1))) if len(events) > 1 else set()
    edges = [0, *sorted(cuts), len(events)]
    parts = [of(*shuffled[a:b], **known) for a, b in zip(edges, edges[1:], strict=False)]
    assert reduce(merge, parts) == whole


@settings(max_examples=200, deadline=None)
@given(st.lists(EVENTS, min_size=3, max_size=9), st.integers(1, 7), st.integers(1, 7))
def test_merging_is_associative_and_commutative(events, first, second):
    cut, other = sorted((min(first, len(events) - 2), min(second, len(events) - 1)))
    groups = [g for g in (events[:cut], events[cut:other], events[other:]) if g]
    parts = [of(*group) for group in groups]
    forwards = reduce(merge, map(copied, parts))
    backwards = reduce(merge, map(copied, reversed(parts)))
    nested = (
        merge(copied(parts[0]), reduce(merge, map(copied, parts[1:]))) if parts[1:] else forwards
    )
    assert forwards == backwards == nested


# Configuration hash


def test_the_same_choices_have_the_same_hash_whatever_surrounds_them():
    one = configuration_hash(b'{"nest":"nest80","pv":{"value":"pv_panels","quantity":8}}')
    same = configuration_hash(
        b'{"pv":{"quantity":8.0,"value":"pv_panels","price":3120},"timestamp":17,"nest":"nest80",'
        b'"totalPrice":155500,"fenster":null,"floor":{},"sessionId":"x","lastUpdated":"y"}'
    )
    assert one == same


def test_a_default_is_no_choice():
    chosen = b'{"nest":{"value":"nest80","source":"user"}}'
    with_default = b'{"nest":{"value":"nest80"},"huelle":{"value":"holz","source":"default"}}'
    assert configuration_hash(chosen) == configuration_hash(with_default)


@pytest.mark.parametrize(
    "other", [b'{"nest":"nest100"}', b'{"nest":"nest80","pv":8}', b'{"haus":"nest80"}', b"{}"]
)
def test_other_choices_have_another_hash(other):
    assert configuration_hash(b'{"nest":"nest80"}') != configuration_hash(other)
