"""The catalogue: sections in the order of the page, and the options that the first list prices."""

from __future__ import annotations

from trailpost.apps.houses.wire import Category, Option, Section, Text

SECTIONS = (
    Section(
        category="nest",
        title=Text("Nest", "Nest"),
        subtitle=Text("Wie groß", "How big"),
        required=True,
    ),
    Section(
        category="gebaeudehuelle",
        title=Text("Gebäudehülle", "Building envelope"),
        subtitle=Text("Kleide dich ein", "Dress up"),
        required=True,
    ),
    Section(
        category="innenverkleidung",
        title=Text("Innenverkleidung", "Interior cladding"),
        subtitle=Text("Der Charakter", "The character"),
        required=True,
    ),
    Section(
        category="fussboden",
        title=Text("Der Fußboden", "The floor"),
        subtitle=Text("Oberflächen", "Surfaces"),
        required=True,
    ),
    Section(
        category="fenster",
        title=Text("Fenster & Türen", "Windows & doors"),
        subtitle=Text("Deine Öffnungen", "Your openings"),
        unit="m²",
    ),
    Section(
        category="planungspaket",
        title=Text("Die Planungspakete", "The planning packages"),
        subtitle=Text("Unser Service", "Our service"),
    ),
    Section(
        category="pvanlage",
        title=Text("PV-Anlage", "Solar panels"),
        subtitle=Text("Kleide dich ein", "Dress up"),
        unit="panel",
    ),
    Section(category="grundstueckscheck", title=Text("Grundstückscheck", "Plot check")),
)
CATEGORIES: tuple[Category, ...] = tuple(s.category for s in SECTIONS)
REQUIRED: tuple[Category, ...] = tuple(s.category for s in SECTIONS if s.required)
COUNTED: tuple[Category, ...] = tuple(s.category for s in SECTIONS if s.unit)
"""Categories whose choice has a quantity."""
DEFAULTS: dict[Category, str] = {"nest": "nest80", "gebaeudehuelle": "holzlattung"}
"""Preselected by the page: nobody's choice."""
SMALLEST = 4
"""Modules of the smallest house, which a core's base price is for."""


def _nest(modules: int) -> Option:
    area = 20 * modules
    return Option(
        category="nest",
        value=f"nest{area}",
        name=_same(f"Nest. {area}"),
        fact=Text(f"{area} m², {modules} Module", f"{area} m², {modules} modules"),
        sort_order=modules - SMALLEST + 1,
        modules=modules,
    )


def _option(
    category: Category, order: int, value: str, priced_as: str | None, name: Text, fact: Text
) -> Option:
    return Option(
        category=category, value=value, name=name, fact=fact, sort_order=order, priced_as=priced_as
    )


def _same(text: str) -> Text:
    return Text(text, text)


_SPRUCE, _OAK = Text("Fichte", "Spruce"), Text("Steirische Eiche", "Styrian oak")
_BOARD, _TILE = _same("268 × 130 cm, Sustainability Award 2024"), _same("800 × 800 mm")
_THICK = Text("PEFC, 1,9 cm", "PEFC, 1.9 cm")
_BLACK = _same("RAL 9005")

OPTIONS: tuple[Option, ...] = (
    *(_nest(modules) for modules in range(SMALLEST, 9)),
    _option(
        "gebaeudehuelle",
        1,
        "trapezblech",
        "trapezblech",
        Text("Trapezblech", "Trapezoidal sheet"),
        _same("RAL 9005, 3000 × 1142 mm"),
    ),
    _option(
        "gebaeudehuelle",
        2,
        "holzlattung",
        "holzlattung",
        Text("Holzlattung Lärche Natur", "Natural larch battens"),
        Text("PEFC, 5,0 × 4,0 cm", "PEFC, 5.0 × 4.0 cm"),
    ),
    _option(
        "gebaeudehuelle",
        3,
        "fassadenplatten_schwarz",
        "platten",
        Text("Fassadenplatten Schwarz", "Facade panels, black"),
        _BOARD,
    ),
    _option(
        "gebaeudehuelle",
        4,
        "fassadenplatten_weiss",
        "platten",
        Text("Fassadenplatten Weiß", "Facade panels, white"),
        _BOARD,
    ),
    _option(
        "innenverkleidung",
        1,
        "kiefer",
        "kiefer",
        Text("Kiefer", "Pine"),
        Text("PEFC, 1,5 cm", "PEFC, 1.5 cm"),
    ),
    _option("innenverkleidung", 2, "fichte", "fichte", _SPRUCE, _THICK),
    _option("innenverkleidung", 3, "steirische_eiche", "eiche", _OAK, _THICK),
    _option(
        "fussboden",
        1,
        "parkett",
        "parkett",
        Text("Parkett Eiche", "Oak parquet"),
        Text("schwimmend verlegt", "floating installation"),
    ),
    _option(
        "fussboden",
        2,
        "kalkstein_kanafar",
        "stone",
        Text("Kalkstein Kanafar", "Kanafar limestone"),
        _TILE,
    ),
    _option(
        "fussboden", 3, "schiefer_massiv", "stone", Text("Schiefer Massiv", "Solid slate"), _TILE
    ),
    _option("fenster", 1, "pvc_fenster", None, _same("PVC"), _same("RAL 9016")),
    _option("fenster", 2, "fichte", None, _SPRUCE, Text("Lärche", "Larch")),
    _option("fenster", 3, "steirische_eiche", None, _OAK, _BLACK),
    _option("fenster", 4, "aluminium", None, Text("Aluminium", "Aluminium"), _BLACK),
    _option(
        "planungspaket",
        1,
        "basis",
        None,
        Text("Planung Basis", "Planning Basic"),
        Text("Einreichplanung", "Building permit plans"),
    ),
    _option(
        "planungspaket",
        2,
        "plus",
        None,
        Text("Planung Plus", "Planning Plus"),
        Text("+ HKLS-Planung", "+ HVAC and plumbing plans"),
    ),
    _option(
        "planungspaket",
        3,
        "pro",
        None,
        Text("Planung Pro", "Planning Pro"),
        Text("+ Interiorkonzept", "+ interior concept"),
    ),
    _option(
        "pvanlage",
        1,
        "pv_panels",
        None,
        Text("Photovoltaik-Panels", "Photovoltaic panels"),
        Text("0,4 kWpeak pro Panel", "0.4 kWpeak per panel"),
    ),
    _option(
        "grundstueckscheck",
        1,
        "grundstueckscheck",
        None,
        Text("Grundstückscheck", "Plot check"),
        Text("Prüfung deines Grundstücks", "A check of your plot"),
    ),
)

BY_KEY: dict[tuple[str, str], Option] = {(o.category, o.value): o for o in OPTIONS}
VALUES: dict[Category, tuple[str, ...]] = {
    category: tuple(o.value for o in OPTIONS if o.category == category) for category in CATEGORIES
}
EXTRA_MODULES = {o.value: o.modules - SMALLEST for o in OPTIONS if o.modules is not None}
