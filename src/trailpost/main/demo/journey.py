"""One visit written down event by event, with the clock, the house and the prices it sees."""

from __future__ import annotations

import math
import random

from trailpost.apps import houses
from trailpost.main.demo.people import SITE, Person
from trailpost.main.demo.wire import Data, Event

_MAX_EVENTS = 500


class Journey:
    """What a tracker in the page would have recorded. All chance comes from `rng`."""

    def __init__(self, rng: random.Random, person: Person, start: int) -> None:
        self.rng = rng
        self.person = person
        self.now = start
        """Milliseconds since 1970."""
        self.start = start
        self.page = ""
        self.page_since = start
        self.events: list[Event] = []
        self.house = houses.Configuration()
        self.chosen_by: dict[houses.Category, str] = {}
        """Category -> source of its present choice."""
        self.unsaved = 0

    @property
    def total(self) -> int:
        return houses.price(self.house, houses.FIRST_LIST)

    @property
    def decided(self) -> set[houses.Category]:
        return {c for c, source in self.chosen_by.items() if source == "user"}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def wait(self, median: float, spread: float = 0.8) -> None:
        """Seconds go by: log-normal, and now and then a coffee break of some minutes."""
        seconds = median * math.exp(self.rng.gauss(0, spread))
        if self.chance(0.012):
            seconds += 30 * self.rng.paretovariate(1.15)
        # A longer silence would be another session.
        self.now += int(1000 * min(seconds, 1500))

    def open(self, path: str) -> None:
        """Leave the page that is open, and see another with its vitals measured."""
        spent = self.now - self.page_since if self.page else None
        self.page, self.page_since = f"{SITE}{path}", self.now
        self._add("page_view", url=self.page, time_spent=spent)
        for metric, median, spread in (("ttfb", 170, 0.5), ("lcp", 1450, 0.45)):
            self.measure(metric, median, spread)
        if self.chance(0.4):
            self._add("timing", metric="cls", value=self._cls(), unit="score", endpoint=path)

    def measure(
        self,
        metric: str,
        median: float,
        spread: float,
        *,
        endpoint: str | None = None,
        method: str | None = None,
        status: int | None = None,
    ) -> None:
        """Milliseconds, longer on a slow device."""
        value = median * self.person.device.slow * math.exp(self.rng.gauss(0, spread))
        self._add(
            "timing",
            metric=metric,
            value=round(value, 1),
            unit="ms",
            endpoint=endpoint or self.page.removeprefix(SITE),
            method=method,
            status=status,
        )

    def interact(
        self,
        event: str,
        category: str,
        element: str | None = None,
        value: str | None = None,
        previous: str | None = None,
    ) -> None:
        self._add(
            "interaction",
            event=event,
            category=category,
            element=element,
            value=value,
            previous=previous,
            time_spent=int(self.rng.expovariate(1 / 900)) if event == "hover" else None,
        )

    def preselect(self) -> None:
        """The page's own defaults: they are nobody's choice."""
        for category, value in houses.DEFAULTS.items():
            self._choice(category, value, "default", None)

    def choose(
        self, category: houses.Category, value: str | None, quantity: int | None = None
    ) -> None:
        """A click on an option, or on the chosen one again (`value` None) to take it back."""
        previous = houses.chosen(self.house, category)
        self.interact("selection", category, f"{category}.{value or previous}", value, previous)
        if category == "nest" and value is not None:
            self._shrink(value)
        self._choice(category, value, "user", quantity)
        self._calculated()
        self.unsaved += 1

    def receive(self, category: houses.Category, value: str, quantity: int | None = None) -> None:
        """A choice that came with a friend's link."""
        self._choice(category, value, "shared_link", quantity)

    def snapshot(self, trigger: str, status: str | None = None) -> None:
        self.unsaved = 0
        total = self.total
        self._add(
            "snapshot",
            configuration=self._configuration(),
            total_price=total,
            completion=houses.completion(self.decided),
            price_list_version=houses.FIRST_LIST.version,
            trigger=trigger,
            conversion_status=status,
            data=Data(monthly=houses.instalment(total, houses.FIRST_LIST))
            if trigger == "order_attempt"
            else None,
        )

    def consent(self) -> None:
        self._add("consent", state="granted")

    def arrive(self) -> None:
        self._add("session_start")

    def identify(self) -> None:
        self._add("identify", user=f"inquiry-{self.rng.getrandbits(40):010x}")

    def leave(self, status: str | None = None) -> None:
        self._add(
            "session_end",
            exit_page=self.page or None,
            conversion_status=status,
            time_spent=self.now - self.start,
        )

    def _add(self, kind: str, **fields: object) -> None:
        if len(self.events) < _MAX_EVENTS:
            event_id = uuid7(self.now, self.rng)
            self.events.append(Event(type=kind, id=event_id, at=self.now, **fields))  # type: ignore[arg-type]

    def _choice(
        self,
        category: houses.Category,
        value: str | None,
        source: str,
        quantity: int | None,
        rule: str | None = None,
    ) -> None:
        before, held = self.house, self.total
        self.house = houses.choose(before, category, value, quantity)
        if value is None:
            self.chosen_by.pop(category, None)
        elif source != "constraint":
            self.chosen_by[category] = source
        default = source == "default"
        self._add(
            "choice",
            category=category,
            source=source,
            from_=None if default else houses.chosen(before, category),
            to=value,
            price_before=None if default else held,
            price_after=self.total,
            price_list_version=houses.FIRST_LIST.version,
            data=self._quantities(before, category, rule),
        )

    def _quantities(
        self, before: houses.Configuration, category: houses.Category, rule: str | None
    ) -> Data | None:
        if category not in houses.COUNTED:
            return None
        return Data(
            quantity=houses.quantity(self.house, category),
            previous_quantity=houses.quantity(before, category),
            rule=rule,
        )

    def _shrink(self, nest: str) -> None:
        """A smaller house takes fewer panels and windows: nobody chose that."""
        for limit in houses.LIMITS:
            most = limit.maximum(nest)
            if houses.quantity(self.house, limit.category) > most:
                value = houses.chosen(self.house, limit.category)
                self._choice(limit.category, value, "constraint", most, limit.id)

    def _calculated(self) -> None:
        self.measure("price_calc_time", 6, 0.5)
        if self.chance(0.3):
            status = 200 if self.chance(0.995) else 503
            self.measure(
                "api_response_time",
                62,
                0.6,
                endpoint="/api/pricing/calculate",
                method="POST",
                status=status,
            )
        if self.chance(0.35):
            self.measure("image_load_time", 240, 0.7, endpoint="/preview")

    def _configuration(self) -> dict[houses.Category, str | houses.Quantity]:
        """What was chosen by somebody, as the configurator's own page sends it."""
        defaults = {c for c, source in self.chosen_by.items() if source == "default"}
        return houses.explicit(self.house, set(self.chosen_by) - defaults)

    def _cls(self) -> float:
        return round(min(1.0, self.rng.expovariate(1 / 0.04)), 4)


def uuid7(at: int, rng: random.Random) -> str:
    """An id that the same seed gives again: version 7, of `at` and 74 bits of the generator."""
    bits = rng.getrandbits(74)
    high, low = bits >> 62, bits & ((1 << 62) - 1)
    number = (at << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
