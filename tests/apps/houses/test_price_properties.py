"""The price function against the table itself, over houses and price lists of every kind."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailpost.apps.houses import (
    CATEGORIES,
    FIRST_LIST,
    LIMITS,
    OPTIONS,
    REQUIRED,
    VALUES,
    Configuration,
    Quantity,
    breakdown,
    choose,
    chosen,
    completion,
    differences,
    explicit,
    fit,
    is_complete,
    maxima,
    price,
    quantity,
)
from trailpost.apps.houses.rules import words
from trailpost.apps.houses.wire import Core, PriceTable
from trailpost.base.errors import Unprocessable

# The table as a client gets it: nothing below uses the rule's own code to read it.
TABLE = msgspec.to_builtins(FIRST_LIST)
MODULES = {"nest80": 4, "nest100": 5, "nest120": 6, "nest140": 7, "nest160": 8}
PRICED_AS = {
    "trapezblech": "trapezblech",
    "holzlattung": "holzlattung",
    "fassadenplatten_schwarz": "platten",
    "fassadenplatten_weiss": "platten",
    "kiefer": "kiefer",
    "fichte": "fichte",
    "steirische_eiche": "eiche",
    "parkett": "parkett",
    "kalkstein_kanafar": "stone",
    "schiefer_massiv": "stone",
}


def by_hand(house, table):
    """The house maker's formula, word for word."""
    shell, interior, floor = (
        PRICED_AS[value]
        for value in (
            house.gebaeudehuelle or "trapezblech",
            house.innenverkleidung or "kiefer",
            house.fussboden or "parkett",
        )
    )
    (core,) = (
        c
        for c in table["cores"]
        if (c["shell"], c["interior"], c["floor"]) == (shell, interior, floor)
    )
    total = core["base"] + (MODULES[house.nest] - 4) * core["perModule"]
    if house.pvanlage:
        total += table["panel"] * house.pvanlage.quantity
    if house.fenster:
        total += table["windows"][house.fenster.value] * house.fenster.quantity
    if house.planungspaket:
        total += table["planning"][house.planungspaket]
    return total + (table["plotCheck"] if house.grundstueckscheck else 0)


@st.composite
def houses(draw):
    """Any house that can be configured."""
    nest = draw(st.sampled_from(VALUES["nest"]))
    most = maxima(nest)

    def one(category):
        return draw(st.none() | st.sampled_from(VALUES[category]))

    def some(category):
        value = one(category)
        return value and Quantity(value, draw(st.integers(1, most[category])))

    return Configuration(
        nest=nest,
        gebaeudehuelle=one("gebaeudehuelle"),
        innenverkleidung=one("innenverkleidung"),
        fussboden=one("fussboden"),
        fenster=some("fenster"),
        planungspaket=one("planungspaket"),
        pvanlage=some("pvanlage"),
        grundstueckscheck=one("grundstueckscheck"),
    )


AMOUNT = st.integers(0, 1_000_000)
TABLES = st.builds(
    PriceTable,
    version=st.just("7"),
    cores=st.tuples(
        *(
            st.builds(
                Core,
                shell=st.just(core.shell),
                interior=st.just(core.interior),
                floor=st.just(core.floor),
                base=AMOUNT,
                per_module=AMOUNT,
            )
            for core in FIRST_LIST.cores
        )
    ),
    windows=st.fixed_dictionaries({value: AMOUNT for value in VALUES["fenster"]}),
    planning=st.fixed_dictionaries({value: AMOUNT for value in VALUES["planungspaket"]}),
    panel=AMOUNT,
    plot_check=AMOUNT,
)


@given(houses())
def test_a_price_is_what_the_table_says(house):
    assert price(house, FIRST_LIST) == by_hand(house, TABLE)


@given(houses(), TABLES)
def test_a_price_is_what_any_other_table_says(house, table):
    assert price(house, table) == by_hand(house, msgspec.to_builtins(table))


def test_every_core_of_every_size_is_what_the_table_says():
    found = [
        Configuration(nest=nest, gebaeudehuelle=shell, innenverkleidung=inside, fussboden=floor)
        for nest in VALUES["nest"]
        for shell in (None, *VALUES["gebaeudehuelle"])
        for inside in (None, *VALUES["innenverkleidung"])
        for floor in (None, *VALUES["fussboden"])
    ]
    assert len(found) == 5 * 5 * 4 * 4
    assert [price(h, FIRST_LIST) for h in found] == [by_hand(h, TABLE) for h in found]


@given(houses(), TABLES)
def test_a_breakdown_sums_to_the_total(house, table):
    assert sum(line.amount for line in breakdown(house, table)) == price(house, table)


@given(houses(), TABLES)
def test_a_label_is_what_a_click_does_to_the_total(house, table):
    told = differences(house, table)
    for category, labels in told.items():
        for value, amount in labels.items():
            clicked, _ = fit(choose(house, category, value))
            assert price(clicked, table) == price(house, table) + amount
            if chosen(house, category) == value:
                assert amount == 0


@given(houses())
def test_a_house_that_fits_is_left_as_it_is(house):
    assert fit(house) == (house, ())


@given(houses(), st.sampled_from(VALUES["nest"]))
def test_another_size_lowers_quantities_to_their_maximum_and_no_further(house, nest):
    changed, lowered = fit(choose(house, "nest", nest))
    price(changed, FIRST_LIST)
    for limit in LIMITS:
        before, after = quantity(house, limit.category), quantity(changed, limit.category)
        assert after == min(before, limit.maximum(nest))
        named = [low for low in lowered if low.category == limit.category]
        assert [(low.rule, low.before, low.after) for low in named] == (
            [(limit.id, before, after)] if after < before else []
        )


@given(houses(), st.sampled_from(LIMITS), st.integers(-5, 100))
def test_a_quantity_is_taken_or_refused_by_its_limit(house, limit, amount):
    value = VALUES[limit.category][0]
    wanted = choose(house, limit.category, value, amount)
    if 1 <= amount <= limit.maximum(house.nest):
        assert price(wanted, FIRST_LIST) == by_hand(wanted, TABLE)
        return
    with pytest.raises(Unprocessable) as found:
        price(wanted, FIRST_LIST)
    assert found.value.field == limit.category


@given(houses())
def test_a_house_survives_its_json(house):
    text = msgspec.json.encode(house)
    assert msgspec.json.decode(text, type=Configuration) == house


@given(houses(), st.sets(st.sampled_from(CATEGORIES)))
def test_only_what_somebody_decided_is_tracked(house, decided):
    told = explicit(house, decided)
    assert set(told) == {c for c in decided if chosen(house, c) is not None}
    assert all(told[c] == getattr(house, c) for c in told)


def test_limits_grow_with_the_house():
    assert [maxima(n)["pvanlage"] for n in VALUES["nest"]] == [8, 10, 12, 14, 16]
    assert [maxima(n)["fenster"] for n in VALUES["nest"]] == [30, 34, 38, 42, 46]


def test_completion_counts_what_was_decided():
    assert completion(set()) == 0
    assert completion({"nest"}) == 25
    assert completion(set(REQUIRED)) == 100
    assert completion({"nest", "fenster"}) == 40


def test_a_house_is_complete_with_its_required_categories():
    house = Configuration(gebaeudehuelle="holzlattung", innenverkleidung="fichte")
    assert not is_complete(house)
    assert is_complete(choose(house, "fussboden", "parkett"))


def test_a_size_is_changed_and_never_removed():
    with pytest.raises(Unprocessable):
        choose(Configuration(), "nest", None)
    assert choose(Configuration(planungspaket="pro"), "planungspaket", None) == Configuration()


def test_the_first_click_on_what_is_counted_is_one():
    assert choose(Configuration(), "pvanlage", "pv_panels").pvanlage.quantity == 1
    held = choose(Configuration(), "fenster", "fichte", 7)
    assert choose(held, "fenster", "aluminium").fenster == Quantity("aluminium", 7)


def test_every_option_is_named_in_both_languages():
    assert len({(o.category, o.value) for o in OPTIONS}) == len(OPTIONS) == 24
    assert all(o.name.de and o.name.en and o.fact.de and o.fact.en for o in OPTIONS)


@pytest.mark.parametrize(
    ("amount", "german", "english"),
    [
        (9_600, "+ 9.600 €", "+ €9,600"),
        (0, "inkludiert", "included"),
        (-1_155_500, "− 1.155.500 €", "− €1,155,500"),
    ],
)
def test_amounts_are_written_as_people_read_them(amount, german, english):
    assert words.difference(amount) == german
    assert words.difference(amount, "en") == english
