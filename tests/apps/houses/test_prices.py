"""The price rule: worked examples, every combination, and what is refused."""

import pytest

from trailpost.apps.houses import (
    FIRST_LIST,
    VALUES,
    Configuration,
    Quantity,
    breakdown,
    choose,
    differences,
    instalment,
    price,
)
from trailpost.base.errors import Unprocessable

THIRD = Configuration(
    nest="nest120",
    gebaeudehuelle="holzlattung",
    innenverkleidung="fichte",
    fussboden="kalkstein_kanafar",
    pvanlage=Quantity("pv_panels", 8),
    fenster=Quantity("aluminium", 20),
    planungspaket="plus",
    grundstueckscheck="grundstueckscheck",
)
FOURTH = Configuration(
    nest="nest160",
    gebaeudehuelle="fassadenplatten_schwarz",
    innenverkleidung="steirische_eiche",
    fussboden="schiefer_massiv",
    pvanlage=Quantity("pv_panels", 16),
    fenster=Quantity("steirische_eiche", 35),
    planungspaket="pro",
)


@pytest.mark.parametrize(
    ("house", "total", "monthly"),
    [
        (Configuration(), 155_500, 902),
        (Configuration(gebaeudehuelle="holzlattung"), 165_100, 958),
        (THIRD, 278_210, 1614),
        (FOURTH, 426_590, 2474),
    ],
)
def test_the_worked_examples_come_out(house, total, monthly):
    assert price(house, FIRST_LIST) == total
    assert instalment(total, FIRST_LIST) == monthly


# As the house maker wrote them down: envelope, interior and floor, base, each module more.
CORES = """
trapezblech kiefer parkett 155500 33600    trapezblech kiefer stone 161200 35000
trapezblech fichte parkett 156900 33800    trapezblech fichte stone 162600 35300
trapezblech eiche parkett 165700 35400     trapezblech eiche stone 171400 36900
holzlattung kiefer parkett 165100 35600    holzlattung kiefer stone 170800 37000
holzlattung fichte parkett 166400 35800    holzlattung fichte stone 172100 37300
holzlattung eiche parkett 175300 37400     holzlattung eiche stone 181000 38900
platten kiefer parkett 191900 40300        platten kiefer stone 197600 41700
platten fichte parkett 193200 40600        platten fichte stone 198900 42000
platten eiche parkett 202100 42200         platten eiche stone 207800 43600
"""


def test_the_first_list_holds_the_house_makers_figures():
    words = CORES.split()
    rows = [words[n : n + 5] for n in range(0, len(words), 5)]
    assert len(rows) == 18
    found = {(c.shell, c.interior, c.floor): (c.base, c.per_module) for c in FIRST_LIST.cores}
    assert found == {(a, b, c): (int(base), int(more)) for a, b, c, base, more in rows}
    assert FIRST_LIST.windows == {
        "pvc_fenster": 280,
        "fichte": 400,
        "steirische_eiche": 550,
        "aluminium": 700,
    }
    assert FIRST_LIST.planning == {"basis": 8900, "plus": 13_900, "pro": 18_900}
    assert (FIRST_LIST.panel, FIRST_LIST.plot_check) == (390, 490)
    assert (FIRST_LIST.instalment.rate, FIRST_LIST.instalment.months) == (0.035, 240)


def test_every_combination_of_the_core_has_a_price():
    core = [
        price(
            Configuration(gebaeudehuelle=shell, innenverkleidung=inside, fussboden=floor),
            FIRST_LIST,
        )
        for shell in VALUES["gebaeudehuelle"]
        for inside in VALUES["innenverkleidung"]
        for floor in VALUES["fussboden"]
    ]
    assert len(core) == 36
    assert len(set(core)) == 18
    assert (min(core), max(core)) == (155_500, 207_800)


@pytest.mark.parametrize(
    ("house", "said"),
    [
        (Configuration(nest="nest200"), "'nest200' in nest"),
        (Configuration(fussboden="teppich"), "'teppich' in fussboden"),
        (Configuration(fenster=Quantity("holz", 3)), "'holz' in fenster"),
        (Configuration(planungspaket="max"), "'max' in planungspaket"),
        (Configuration(grundstueckscheck="ja"), "'ja' in grundstueckscheck"),
        (Configuration(pvanlage=Quantity("pv_panels", 9)), "9, but nest80 takes 1 to 8"),
        (Configuration(pvanlage=Quantity("pv_panels", 0)), "0, but nest80 takes 1 to 8"),
        (Configuration(nest="nest100", fenster=Quantity("fichte", 35)), "nest100 takes 1 to 34"),
        (Configuration(fenster=Quantity("fichte", -1)), "-1, but nest80 takes 1 to 30"),
    ],
)
def test_what_is_unknown_or_too_much_is_named(house, said):
    with pytest.raises(Unprocessable, match=said) as found:
        price(house, FIRST_LIST)
    assert found.value.field in said or found.value.field in ("pvanlage", "fenster")


def test_the_breakdown_sums_to_the_total_and_names_only_what_is_chosen():
    lines = {line.category: line for line in breakdown(THIRD, FIRST_LIST)}
    assert sum(line.amount for line in lines.values()) == 278_210
    assert lines["nest"].amount == 155_500 + 2 * 33_600
    assert lines["gebaeudehuelle"].amount == 9_600 + 2 * 2_000
    assert lines["fenster"].amount == 20 * 700
    assert [line.category for line in breakdown(Configuration(), FIRST_LIST)] == ["nest"]


def test_labels_are_what_the_total_would_change_by():
    labels = differences(Configuration(), FIRST_LIST)
    assert labels["gebaeudehuelle"]["holzlattung"] == 9_600
    assert labels["gebaeudehuelle"]["trapezblech"] == 0
    assert labels["nest"] == {
        "nest80": 0,
        "nest100": 33_600,
        "nest120": 67_200,
        "nest140": 100_800,
        "nest160": 134_400,
    }
    assert labels["pvanlage"]["pv_panels"] == 390
    assert labels["fenster"]["aluminium"] == 700


def test_a_label_keeps_the_quantity_and_what_a_smaller_house_loses():
    labels = differences(FOURTH, FIRST_LIST)
    assert labels["fenster"]["aluminium"] == 35 * (700 - 550)
    smaller = 4 * 43_600 + 390 * 8 + 5 * 550
    assert labels["nest"]["nest80"] == -smaller


def test_choosing_what_is_priced_as_the_same_changes_nothing():
    black = choose(FOURTH, "gebaeudehuelle", "fassadenplatten_weiss")
    assert price(black, FIRST_LIST) == price(FOURTH, FIRST_LIST)


def test_a_list_without_a_combination_is_an_error_and_no_default():
    import msgspec

    short = msgspec.structs.replace(FIRST_LIST, cores=FIRST_LIST.cores[1:])
    with pytest.raises(Unprocessable, match="no price for trapezblech, kiefer, parkett"):
        price(Configuration(), short)
