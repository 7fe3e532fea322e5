"""The house configurator's catalogue and price rule, which the demo's visitors play with."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from trailpost.base.errors import BadRequest

T = TypeVar("T")

PRICE_LIST = "1"
PANEL_PRICE = 390
PLOT_CHECK_PRICE = 490
_YEARLY_RATE = 0.035
_MONTHS = 240

EXTRA_MODULES = {"nest80": 0, "nest100": 1, "nest120": 2, "nest140": 3, "nest160": 4}
WINDOW_PRICES = {"pvc_fenster": 280, "fichte": 400, "steirische_eiche": 550, "aluminium": 700}
PLANNING_PRICES = {"basis": 8900, "plus": 13900, "pro": 18900}

# Sections in the order of the page.
OPTIONS: dict[str, tuple[str, ...]] = {
    "nest": tuple(EXTRA_MODULES),
    "gebaeudehuelle": (
        "trapezblech",
        "holzlattung",
        "fassadenplatten_schwarz",
        "fassadenplatten_weiss",
    ),
    "innenverkleidung": ("kiefer", "fichte", "steirische_eiche"),
    "fussboden": ("parkett", "kalkstein_kanafar", "schiefer_massiv"),
    "fenster": tuple(WINDOW_PRICES),
    "planungspaket": tuple(PLANNING_PRICES),
    "pvanlage": ("pv_panels",),
    "grundstueckscheck": ("grundstueckscheck",),
}
REQUIRED = ("nest", "gebaeudehuelle", "innenverkleidung", "fussboden")
DEFAULTS = {"nest": "nest80", "gebaeudehuelle": "holzlattung"}

# Both panel colours cost the same, both stone floors too.
_SHELLS = {
    "trapezblech": "trapezblech",
    "holzlattung": "holzlattung",
    "fassadenplatten_schwarz": "platten",
    "fassadenplatten_weiss": "platten",
}
_INSIDES = {"kiefer": "kiefer", "fichte": "fichte", "steirische_eiche": "eiche"}
_FLOORS = {"parkett": "parkett", "kalkstein_kanafar": "stone", "schiefer_massiv": "stone"}
# (shell, inside, floor) -> price of the smallest house, and of each module more.
_CORE = {
    ("trapezblech", "kiefer", "parkett"): (155_500, 33_600),
    ("trapezblech", "fichte", "parkett"): (156_900, 33_800),
    ("trapezblech", "eiche", "parkett"): (165_700, 35_400),
    ("holzlattung", "kiefer", "parkett"): (165_100, 35_600),
    ("holzlattung", "fichte", "parkett"): (166_400, 35_800),
    ("holzlattung", "eiche", "parkett"): (175_300, 37_400),
    ("platten", "kiefer", "parkett"): (191_900, 40_300),
    ("platten", "fichte", "parkett"): (193_200, 40_600),
    ("platten", "eiche", "parkett"): (202_100, 42_200),
    ("trapezblech", "kiefer", "stone"): (161_200, 35_000),
    ("trapezblech", "fichte", "stone"): (162_600, 35_300),
    ("trapezblech", "eiche", "stone"): (171_400, 36_900),
    ("holzlattung", "kiefer", "stone"): (170_800, 37_000),
    ("holzlattung", "fichte", "stone"): (172_100, 37_300),
    ("holzlattung", "eiche", "stone"): (181_000, 38_900),
    ("platten", "kiefer", "stone"): (197_600, 41_700),
    ("platten", "fichte", "stone"): (198_900, 42_000),
    ("platten", "eiche", "stone"): (207_800, 43_600),
}


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What is chosen, by category; `panels` and `window_area` (m²) are quantities."""

    nest: str = "nest80"
    gebaeudehuelle: str | None = None
    innenverkleidung: str | None = None
    fussboden: str | None = None
    fenster: str | None = None
    planungspaket: str | None = None
    pvanlage: str | None = None
    grundstueckscheck: str | None = None
    panels: int = 0
    window_area: int = 0


def price(house: House) -> int:
    """Whole euro, tax included. Raises BadRequest naming what is unknown or over its limit.

    A core category not chosen yet counts as trapezblech, kiefer, parkett.
    """
    extra = _known(EXTRA_MODULES, house.nest, "nest")
    core = (
        _known(_SHELLS, house.gebaeudehuelle or "trapezblech", "gebaeudehuelle"),
        _known(_INSIDES, house.innenverkleidung or "kiefer", "innenverkleidung"),
        _known(_FLOORS, house.fussboden or "parkett", "fussboden"),
    )
    base, per_module = _CORE[core]
    check = house.grundstueckscheck is not None
    return (
        base
        + extra * per_module
        + _panels(house)
        + _windows(house)
        + _planning(house)
        + PLOT_CHECK_PRICE * check
    )


def instalment(total: int) -> int:
    """Whole euro a month: an annuity at 3.5 % a year over 240 months."""
    rate = _YEARLY_RATE / 12
    growth = (1 + rate) ** _MONTHS
    return round(total * rate * growth / (growth - 1))


def panel_limit(nest: str) -> int:
    """Two for each of the 4 to 8 modules."""
    return 2 * (4 + _known(EXTRA_MODULES, nest, "nest"))


def window_limit(nest: str) -> int:
    """In m²."""
    return 30 + 4 * _known(EXTRA_MODULES, nest, "nest")


def completion(decided: set[str]) -> int:
    """Percent of the required categories a person decided, and of the optional ones they chose."""
    optional = len(decided - set(REQUIRED))
    return round(100 * len(decided) / (len(REQUIRED) + optional)) if decided else 0


def _panels(house: House) -> int:
    limit = panel_limit(house.nest)
    if not 0 <= house.panels <= limit:
        raise BadRequest(
            f"{house.panels} panels; {house.nest} takes at most {limit}", field="pvanlage"
        )
    return PANEL_PRICE * house.panels


def _windows(house: House) -> int:
    if house.fenster is None:
        return 0
    limit = window_limit(house.nest)
    if not 1 <= house.window_area <= limit:
        raise BadRequest(
            f"{house.window_area} m² of windows; {house.nest} takes 1 to {limit}", field="fenster"
        )
    return house.window_area * _known(WINDOW_PRICES, house.fenster, "fenster")


def _planning(house: House) -> int:
    if house.planungspaket is None:
        return 0
    return _known(PLANNING_PRICES, house.planungspaket, "planungspaket")


def _known(table: dict[str, T], value: str, category: str) -> T:
    found = table.get(value)
    if found is None:
        raise BadRequest(f"there is no option {value!r} in {category}", field=category)
    return found
