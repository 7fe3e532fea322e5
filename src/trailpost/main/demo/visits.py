"""How visits go: robots fetch, some leave at once, some only look, and some plan a house."""

from __future__ import annotations

from collections.abc import Callable

from trailpost.apps import houses
from trailpost.main.demo.journey import Journey
from trailpost.main.demo.people import SHARED_LINK, SITE, taste
from trailpost.main.demo.wire import Kind

CONFIGURATOR = "/konfigurator"
_PAGES = ("/", "/modulhaus", "/warum-wir", "/unser-part", "/grundstueckscheck", "/kontakt")
# Share of those who reach a section that go on to read it, and of these that choose there.
_STAY = {
    "nest": 0.95,
    "gebaeudehuelle": 0.9,
    "innenverkleidung": 0.9,
    "fussboden": 0.91,
    "fenster": 0.86,
    "planungspaket": 0.88,
    "pvanlage": 0.93,
    "grundstueckscheck": 0.95,
}
_WANT = {
    "nest": 0.94,
    "gebaeudehuelle": 0.91,
    "innenverkleidung": 0.93,
    "fussboden": 0.92,
    "fenster": 0.62,
    "planungspaket": 0.55,
    "pvanlage": 0.5,
    "grundstueckscheck": 0.36,
}
_TO_CART, _TO_FORM, _TO_INQUIRY = 0.47, 0.66, 0.84


def robot(visit: Journey) -> None:
    visit.arrive()
    for _ in range(visit.rng.randint(1, 5)):
        visit.open(visit.rng.choice((*_PAGES, CONFIGURATOR)))
        visit.wait(1.5)


def bounce(visit: Journey) -> None:
    """Gone within 30 seconds, without a choice."""
    _arrive(visit)
    stay = visit.rng.uniform(1, 26)
    visit.now += int(stay * 600)
    if visit.chance(0.5):
        visit.interact("scroll", "page", value=str(visit.rng.choice((25, 50))))
    visit.now += int(stay * 400)
    if visit.chance(0.8):
        visit.leave()


def look(visit: Journey) -> None:
    """Reads some pages, perhaps the configurator too, and chooses nothing."""
    _arrive(visit)
    for _ in range(visit.rng.randint(1, 4)):
        _read(visit)
        visit.interact("click", "navigation", "menu")
        visit.open(visit.rng.choice(_PAGES))
    if visit.chance(0.45):
        visit.open(CONFIGURATOR)
        visit.preselect()
        _read(visit)
        _compare_prices(visit, "nest")
    _leave(visit)


def configure(visit: Journey) -> None:
    """Goes down the sections of the configurator until something stops them."""
    _arrive(visit)
    if CONFIGURATOR not in visit.page:
        _read(visit)
        visit.interact("click", "navigation", "configure")
        visit.open(CONFIGURATOR)
    visit.preselect()
    if visit.person.source is SHARED_LINK:
        _receive(visit)
    if _plan(visit):
        _order(visit)
    else:
        _leave(visit)


BY_KIND: dict[Kind, Callable[[Journey], None]] = {
    "bot": robot,
    "bounce": bounce,
    "look": look,
    "configure": configure,
}


def _arrive(visit: Journey) -> None:
    visit.arrive()
    visit.open(visit.person.source.landing)
    visit.now += visit.rng.randint(300, 4000)
    visit.consent()


def _read(visit: Journey) -> None:
    for depth in (25, 50, 75, 100)[: visit.rng.randint(1, 4)]:
        visit.wait(7)
        visit.interact("scroll", "page", value=str(depth))


def _receive(visit: Journey) -> None:
    for category in visit.rng.sample(houses.REQUIRED, visit.rng.randint(2, 4)):
        visit.receive(category, taste(visit.rng, category, houses.VALUES[category]))


def _plan(visit: Journey) -> bool:
    """Whether they came to the end of the page."""
    for category in houses.VALUES:
        if not visit.chance(_STAY[category]):
            return False
        visit.wait(15)
        visit.interact("scroll", category)
        _compare_prices(visit, category)
        if visit.chance(_WANT[category]):
            _choose(visit, category)
            if not _can_pay(visit, category):
                return False
        if visit.unsaved >= 2 and visit.chance(0.8):
            visit.now += 2000
            visit.snapshot("auto_save")
    return True


def _compare_prices(visit: Journey, category: houses.Category) -> None:
    """A mouse rests on options; a finger does not."""
    if visit.person.viewport is None or visit.person.viewport.width < 1000:
        return
    options = houses.VALUES[category]
    for option in visit.rng.sample(options, visit.rng.randint(0, min(3, len(options)))):
        visit.wait(1.6)
        visit.interact("hover", category, f"{category}.{option}")


def _choose(visit: Journey, category: houses.Category) -> None:
    options = houses.VALUES[category]
    wanted = taste(visit.rng, category, options)
    visit.wait(13)
    visit.choose(category, wanted)
    if category in ("pvanlage", "fenster"):
        _raise_quantity(visit, category, wanted)
    _switch(visit, category, wanted)


def _switch(visit: Journey, category: houses.Category, wanted: str) -> None:
    """Back and forth between options; an optional one may be taken back."""
    others = [o for o in houses.VALUES[category] if o != wanted]
    while others and visit.chance(0.3):
        visit.wait(6)
        visit.choose(category, visit.rng.choice(others))
        if visit.chance(0.6):
            visit.wait(4)
            visit.choose(category, wanted)
    if category not in houses.REQUIRED and visit.chance(0.07):
        visit.wait(9)
        visit.choose(category, None)


def _raise_quantity(visit: Journey, category: houses.Category, option: str) -> None:
    nest = visit.house.nest
    limit = houses.maxima(nest)[category]
    wanted = visit.rng.randint(max(2, limit // 3), limit)
    for step in sorted(visit.rng.sample(range(2, wanted + 1), min(3, wanted - 1)) + [wanted]):
        visit.wait(1.2)
        visit.choose(category, option, step)


def _can_pay(visit: Journey, category: houses.Category) -> bool:
    """Over the budget some look for something cheaper, and some give up."""
    over = visit.total / visit.person.budget
    if over <= 1:
        return True
    if visit.chance(0.45):
        visit.wait(14)
        if visit.house.nest != "nest80" and category != "nest":
            smaller = houses.VALUES["nest"].index(visit.house.nest) - 1
            visit.choose("nest", houses.VALUES["nest"][smaller])
        elif category in houses.REQUIRED:
            visit.choose(category, houses.VALUES[category][0])
    return not visit.chance(min(0.5, 0.12 + 0.4 * (over - 1)))


def _order(visit: Journey) -> None:
    """At the end of the page: the button, the form, the inquiry."""
    complete = set(houses.REQUIRED) <= visit.decided
    visit.wait(12)
    if not (complete and visit.chance(_TO_CART)):
        return _leave(visit)
    visit.interact("click", "footer", "build_now")
    visit.snapshot("manual", "in_cart")
    if not visit.chance(_TO_FORM):
        return _leave(visit, "in_cart")
    visit.open("/anfrage")
    for field in ("name", "email", "phone", "message"):
        visit.wait(7)
        visit.interact("input", "inquiry", field)
    visit.snapshot("order_attempt", "completed")
    if not visit.chance(_TO_INQUIRY):
        return _leave(visit, "completed")
    visit.measure(
        "api_response_time", 180, 0.5, endpoint="/api/inquiries", method="POST", status=201
    )
    visit.identify()
    visit.interact("custom", "inquiry", "sent")
    return _leave(visit, "converted")


def _leave(visit: Journey, status: str | None = None) -> None:
    """The end is not always seen: a phone may just go dark."""
    visit.wait(5)
    if visit.chance(0.6):
        visit.measure("inp", 78, 0.6, endpoint=visit.page.removeprefix(SITE))
    if visit.decided and (status or visit.chance(0.8)):
        visit.snapshot("page_exit", status)
    if status or visit.chance(0.85):
        visit.leave(status)
