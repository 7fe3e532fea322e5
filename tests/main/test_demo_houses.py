"""The catalogue and the price rule of the demo's house maker."""

import pytest

from trailpost.base.errors import BadRequest
from trailpost.main.demo import houses
from trailpost.main.demo.houses import House, completion, instalment, price


@pytest.mark.parametrize(
    ("house", "total", "monthly"),
    [
        (House(), 155_500, 902),
        (House(gebaeudehuelle="holzlattung"), 165_100, 958),
        (
            House(
                nest="nest120",
                gebaeudehuelle="holzlattung",
                innenverkleidung="fichte",
                fussboden="kalkstein_kanafar",
                pvanlage="pv_panels",
                panels=8,
                fenster="aluminium",
                window_area=20,
                planungspaket="plus",
                grundstueckscheck="grundstueckscheck",
            ),
            278_210,
            1614,
        ),
        (
            House(
                nest="nest160",
                gebaeudehuelle="fassadenplatten_schwarz",
                innenverkleidung="steirische_eiche",
                fussboden="schiefer_massiv",
                pvanlage="pv_panels",
                panels=16,
                fenster="steirische_eiche",
                window_area=35,
                planungspaket="pro",
            ),
            426_590,
            2474,
        ),
    ],
)
def test_the_worked_examples_come_out(house, total, monthly):
    assert price(house) == total
    assert instalment(total) == monthly


def test_every_combination_of_the_core_has_a_price():
    core = [
        price(House(gebaeudehuelle=shell, innenverkleidung=inside, fussboden=floor))
        for shell in houses.OPTIONS["gebaeudehuelle"]
        for inside in houses.OPTIONS["innenverkleidung"]
        for floor in houses.OPTIONS["fussboden"]
    ]
    assert len(core) == 36
    assert len(set(core)) == 18
    assert (min(core), max(core)) == (155_500, 207_800)


@pytest.mark.parametrize(
    ("house", "said"),
    [
        (House(nest="nest200"), "'nest200' in nest"),
        (House(fussboden="teppich"), "'teppich' in fussboden"),
        (House(fenster="holz", window_area=3), "'holz' in fenster"),
        (House(planungspaket="max"), "'max' in planungspaket"),
        (House(panels=9), "9 panels; nest80 takes at most 8"),
        (House(nest="nest100", fenster="fichte", window_area=35), "nest100 takes 1 to 34"),
        (House(fenster="fichte"), "0 m² of windows"),
    ],
)
def test_what_is_unknown_or_too_much_is_named(house, said):
    with pytest.raises(BadRequest, match=said):
        price(house)


def test_limits_grow_with_the_house():
    nests = houses.OPTIONS["nest"]
    assert [houses.panel_limit(n) for n in nests] == [8, 10, 12, 14, 16]
    assert [houses.window_limit(n) for n in nests] == [30, 34, 38, 42, 46]


def test_completion_counts_what_was_decided():
    assert completion(set()) == 0
    assert completion({"nest"}) == 25
    assert completion(set(houses.REQUIRED)) == 100
    assert completion({"nest", "fenster"}) == 40
