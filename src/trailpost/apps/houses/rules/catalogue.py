"""The catalogue: sections in the order of the page, and the options that the first list prices."""

from __future__ import annotations

from trailpost.apps.houses.rules import seed
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


OPTIONS = seed.OPTIONS
BY_KEY: dict[tuple[str, str], Option] = {(o.category, o.value): o for o in OPTIONS}
VALUES: dict[Category, tuple[str, ...]] = {
    category: tuple(o.value for o in OPTIONS if o.category == category) for category in CATEGORIES
}
EXTRA_MODULES = {o.value: o.modules - SMALLEST for o in OPTIONS if o.modules is not None}
