"""Price list version 1, as the database is given it: for the demo, and to test the rule with."""

from __future__ import annotations

from trailpost.apps.houses.wire import Core, PriceTable

FIRST_LIST = PriceTable(
    version="1",
    cores=(
        Core("trapezblech", "kiefer", "parkett", 155_500, 33_600),
        Core("trapezblech", "fichte", "parkett", 156_900, 33_800),
        Core("trapezblech", "eiche", "parkett", 165_700, 35_400),
        Core("holzlattung", "kiefer", "parkett", 165_100, 35_600),
        Core("holzlattung", "fichte", "parkett", 166_400, 35_800),
        Core("holzlattung", "eiche", "parkett", 175_300, 37_400),
        Core("platten", "kiefer", "parkett", 191_900, 40_300),
        Core("platten", "fichte", "parkett", 193_200, 40_600),
        Core("platten", "eiche", "parkett", 202_100, 42_200),
        Core("trapezblech", "kiefer", "stone", 161_200, 35_000),
        Core("trapezblech", "fichte", "stone", 162_600, 35_300),
        Core("trapezblech", "eiche", "stone", 171_400, 36_900),
        Core("holzlattung", "kiefer", "stone", 170_800, 37_000),
        Core("holzlattung", "fichte", "stone", 172_100, 37_300),
        Core("holzlattung", "eiche", "stone", 181_000, 38_900),
        Core("platten", "kiefer", "stone", 197_600, 41_700),
        Core("platten", "fichte", "stone", 198_900, 42_000),
        Core("platten", "eiche", "stone", 207_800, 43_600),
    ),
    windows={"pvc_fenster": 280, "fichte": 400, "steirische_eiche": 550, "aluminium": 700},
    planning={"basis": 8_900, "plus": 13_900, "pro": 18_900},
    panel=390,
    plot_check=490,
)
