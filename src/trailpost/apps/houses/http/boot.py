"""What the page is made of, in words and pictures, and the same as data for its script."""

from __future__ import annotations

from typing import Literal

import msgspec
from markupsafe import Markup

from trailpost.apps.houses import preview
from trailpost.apps.houses.http import offline
from trailpost.apps.houses.http.texts import TEXTS, say
from trailpost.apps.houses.rules import answers, catalogue, limits, prices, words
from trailpost.apps.houses.rules.choosing import chosen, quantity
from trailpost.apps.houses.rules.limits import LIMITS, Limit
from trailpost.apps.houses.wire import (
    Category,
    Configuration,
    Image,
    Language,
    Offer,
    Option,
    PricedLine,
    PriceTable,
    Section,
)

Origin = Literal["default", "shared", "address"]

_NAMED: dict[preview.View, tuple[Category, ...]] = {
    "exterior": ("nest", "gebaeudehuelle"),
    "interior": ("innenverkleidung", "fussboden"),
    "pv": ("pvanlage",),
    "fenster": ("fenster",),
}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor asked for, and what there is for them."""

    offer: Offer
    configuration: Configuration
    view: preview.View
    language: Language = "de"
    origin: Origin = "default"
    shared_id: str | None = None
    development: bool = False
    offline: bool = True
    """The page opens without the network too, once it was open."""
    key: str | None = None


class BootSection(msgspec.Struct, frozen=True):
    category: Category
    title: str
    subtitle: str | None
    required: bool
    unit: str | None


class BootOption(msgspec.Struct, frozen=True, rename="camel"):
    category: Category
    value: str
    name: str
    fact: str
    modules: int | None
    priced_as: str | None


class Boot(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The page's data, as web/src/houses/wire.ts reads it."""

    language: Language
    development: bool
    key: str | None
    texts: dict[str, str]
    table: PriceTable
    sections: list[BootSection]
    options: list[BootOption]
    limits: tuple[Limit, ...]
    configuration: Configuration
    origin: Origin
    shared_id: str | None
    cameras: dict[preview.View, dict[int, preview.Move]]
    images: tuple[Image, ...]
    """For the lightbox."""
    scenes: dict[str, str]
    """Where each scene is that the page comes without."""
    worker: str | None
    """The service worker; none is to be there when this is null."""


class Offered(msgspec.Struct, frozen=True):
    """An option as the page shows it."""

    option: BootOption
    pressed: bool
    label: str


class Amount(msgspec.Struct, frozen=True):
    held: int
    most: int
    unit: str


class Shown(msgspec.Struct, frozen=True):
    section: BootSection
    options: list[Offered]
    amount: Amount | None


def boot(seen: Seen) -> Boot:
    spoken = seen.language
    return Boot(
        language=spoken,
        development=seen.development,
        key=seen.key,
        texts=TEXTS[spoken],
        table=seen.offer.table,
        sections=[_section(s, spoken) for s in catalogue.SECTIONS],
        options=[_option(o, spoken) for o in seen.offer.options],
        limits=LIMITS,
        configuration=seen.configuration,
        origin=seen.origin,
        shared_id=seen.shared_id,
        cameras=preview.CAMERAS,
        images=seen.offer.images,
        scenes=offline.scene_paths(),
        worker=offline.WORKER if seen.offline else None,
    )


def script_data(seen: Seen) -> Markup:
    """JSON for a script element, which no text in it can end."""
    text = msgspec.json.encode(boot(seen)).decode()
    return Markup(text.replace("<", "\\u003c"))


def sections(seen: Seen) -> list[Shown]:
    """Every section with its options and what each would change."""
    configuration, table = seen.configuration, seen.offer.table
    changes = prices.differences(configuration, table)
    maxima = limits.maxima(configuration.nest)
    made = []
    for section in catalogue.SECTIONS:
        category = section.category
        held = quantity(configuration, category)
        amount = Amount(held, maxima[category], _unit(category, seen.language)) if held else None
        options = [_offered(o, seen, changes) for o in seen.offer.options if o.category == category]
        made.append(Shown(_section(section, seen.language), options, amount))
    return made


def lines(seen: Seen) -> list[tuple[str, PricedLine, str]]:
    """Section, choice and amount in words, in the order of the page."""
    titles = {s.category: s.title.in_(seen.language) for s in catalogue.SECTIONS}
    found = answers.breakdown(seen.configuration, seen.offer, seen.language)
    return [(titles[line.category], line, _amount(line, seen.language)) for line in found]


def label_of(line: PricedLine, spoken: Language) -> str:
    """The choice's name, with its quantity where it has one."""
    if line.quantity is None:
        return line.label
    return f"{line.label}, {line.quantity} {_unit(line.category, spoken)}"


def total(seen: Seen) -> str:
    return words.euro(prices.price(seen.configuration, seen.offer.table), seen.language)


def monthly(seen: Seen) -> str:
    table = seen.offer.table
    each = prices.instalment(prices.price(seen.configuration, table), table)
    sentence = TEXTS[seen.language]["monthly"]
    return say(sentence, words.euro(each, seen.language), str(table.instalment.months))


def caption(seen: Seen, view: preview.View) -> str:
    """The picture in words: of this view's categories, what is chosen."""
    found = answers.breakdown(seen.configuration, seen.offer, seen.language)
    shown = [line for line in found if line.category in _NAMED[view]]
    return " · ".join(label_of(line, seen.language) for line in shown)


def picture(seen: Seen) -> Markup:
    """As the page's script changes it."""
    view = seen.view
    return Markup(preview.draw(preview.look(seen.configuration), view, caption(seen, view)))


def pictures(seen: Seen) -> list[tuple[preview.View, str, Markup]]:
    """For paper: every open view, and what it shows in words."""
    seen_as = preview.look(seen.configuration)
    made = []
    for place, view in enumerate(preview.opened(seen.configuration)):
        title = caption(seen, view)
        drawn = preview.draw_still(seen_as, view, title, first=place == 0)
        made.append((view, title, Markup(drawn)))
    return made


def _offered(option: Option, seen: Seen, changes: dict[Category, dict[str, int]]) -> Offered:
    pressed = chosen(seen.configuration, option.category) == option.value
    amount = 0 if pressed else changes[option.category][option.value]
    made = _option(option, seen.language)
    return Offered(made, pressed, words.difference(amount, seen.language))


def _amount(line: PricedLine, spoken: Language) -> str:
    return words.euro(line.amount, spoken) if line.amount else TEXTS[spoken]["included"]


def _unit(category: Category, spoken: Language) -> str:
    return TEXTS[spoken][f"unit_{category}"]


def _section(section: Section, spoken: Language) -> BootSection:
    return BootSection(
        section.category,
        section.title.in_(spoken),
        section.subtitle.in_(spoken) if section.subtitle else None,
        section.required,
        section.unit,
    )


def _option(option: Option, spoken: Language) -> BootOption:
    return BootOption(
        option.category,
        option.value,
        option.name.in_(spoken),
        option.fact.in_(spoken),
        option.modules,
        option.priced_as,
    )
