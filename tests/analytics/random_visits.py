"""Visits that hypothesis makes up: few visitors who come back, by many ways, to a few pages."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import strategies as st

from tests.analytics import closing, random_log, recomputed
from tests.analytics.log import event
from trailpost.analytics.rules import periods

SITE = "https://nest.example"
PAGES = (
    f"{SITE}/", SITE, f"{SITE}/konfigurator?nest=80", f"{SITE}/konfigurator#preis",
    f"{SITE}/app#/preis?x=1", "/entdecken", f"{SITE}/a/b/?q=1#!/c",
)  # fmt: skip
REFERRERS = (
    None, "https://www.google.com/search?q=haus", "http://Blog.example:8080/artikel/", "app://x/y",
)  # fmt: skip
CAME = {
    "referrer": st.sampled_from(REFERRERS),
    "utm_source": st.sampled_from((None, "Newsletter", " google.com ", "")),
    "utm_medium": st.sampled_from((None, "cpc")),
    "utm_campaign": st.sampled_from((None, "März", "x")),
    "landing_page": st.sampled_from((None, *PAGES[:3])),
    "country": st.sampled_from((None, "AT", "DE")),
    "device_type": st.sampled_from((None, "desktop", "mobile")),
    "browser_name": st.sampled_from((None, "Firefox")),
    "os_name": st.sampled_from((None, "Windows", "iOS")),
    "language": st.sampled_from((None, "de-AT")),
    "viewport_width": st.sampled_from((None, 320, 639, 640, 1023, 1024, 1439, 1440, 3840)),
}
FILTERS = st.sampled_from(
    ({}, {}, {"device": "mobile"}, {"source": "google.com"}, {"campaign": "März"},
     {"country": "AT"}, {"option": "nest:nest80"}, {"converted": "true"})
)  # fmt: skip
WHOSE = ((1, True, False), (2, True, False), (3, False, False), (4, False, False), (5, False, True))
"""Visitor, recognised, bot."""


@st.composite
def _event(draw, session, whose, context, moment, number):
    visitor, _, bot = whose
    kind = draw(st.sampled_from(("page_view", "page_view", "left", "choice", "session_end")))
    given = {"visitor": visitor, "bot": bot, "context": context}
    if kind == "page_view":
        return event(number, session, moment, kind, url=draw(st.sampled_from(PAGES)), **given)
    if kind == "left":
        return event(
            number, session, moment, "interaction", event_type="custom", category="page",
            value="left", element_id=draw(st.sampled_from(PAGES)),
            time_spent=draw(st.sampled_from((0, 1, 40, 2_500, 61_000, 3_600_000))), **given,
        )  # fmt: skip
    if kind == "choice":
        return event(
            number, session, moment, kind, category="nest",
            value=draw(st.sampled_from(("nest80", "nest100", None))), source="user",
            price_cents=draw(st.sampled_from((None, 15_550_000, 18_910_050))), **given,
        )  # fmt: skip
    status = draw(st.sampled_from((None, "in_cart", "converted")))
    return event(number, session, moment, kind, conversion_status=status, **given)


@st.composite
def visits(draw, most=8, seconds=5 * 86_400):
    """Some sessions, each of a few events within a few hours."""
    found = []
    for n in range(draw(st.integers(1, most))):
        whose = draw(st.sampled_from(WHOSE))
        came = draw(st.fixed_dictionaries(CAME))
        # An edge now and then: midnight in Vienna, winter and summer, and of UTC.
        edge = st.sampled_from((3 * 3600, 4 * 3600, 26 * 3600, 50 * 3600))
        starts = draw(edge.map(lambda e: e - 1) | edge | st.integers(0, seconds))
        for m in range(draw(st.integers(1, 6))):
            starts += draw(st.sampled_from((0, 1, 29, 30, 4000))) if m else 0
            moment = random_log.START + timedelta(seconds=starts)
            context = came | {"is_recognised": whose[1]}
            found.append(draw(_event(f"s{n}", whose, context, moment, f"{n}-{m}")))
    return found


@st.composite
def cases(draw, **given):
    by = draw(st.sampled_from((timedelta(0), closing.AUTUMN)))
    made = [msgspec.structs.replace(one, at=one.at + by) for one in draw(visits(**given))]
    late = draw(st.lists(st.sampled_from(made), unique_by=lambda e: e.id, max_size=6))
    zone = draw(st.sampled_from(closing.ZONES))
    first = (random_log.START + by).astimezone(periods.find_zone(zone)).date()
    asked = {
        "range": "custom",
        "from": str(first + timedelta(days=draw(st.integers(-1, 2)))),
        "to": str(first + timedelta(days=draw(st.integers(2, 6)))),
        "bots": draw(st.sampled_from(("true", "false"))),
    }
    return closing.Case(
        early=[one for one in made if one not in late],
        late=late,
        zone=zone,
        now=random_log.START + by + timedelta(hours=draw(st.integers(60, 200))),
        asked=asked,
        required=[],
    )


class Visit(recomputed.Session):
    """A session with how it came, and on what."""

    def __init__(self, events):
        super().__init__(events)
        self.id, self.context = events[0].session, events[0].context
        self.recognised = self.context.get("is_recognised", False)
        views = [e.fields["url"] for e in self.events if e.kind == "page_view"]
        self.landing = self.context.get("landing_page") or (views[0] if views else None)
        self.exit = views[-1] if views else None

    @property
    def bounced(self):
        return self.seconds < 30 and not self.mine

    def is_left_by(self, filters):
        kept = {e.fields["category"]: e.fields["value"] for e in self.mine}
        wanted = {
            "device": self.context.get("device_type"),
            "source": source_of(self.context),
            "campaign": self.context.get("utm_campaign"),
            "country": self.context.get("country"),
            "option": f"nest:{kept.get('nest')}",
            "converted": str(self.converted).lower(),
        }
        return all(wanted[name] == value for name, value in filters.items())


def visits_of(events, bots, filters=None):
    found = recomputed.sessions_of(events, bots)
    made = [Visit(session.events) for session in found]
    return [visit for visit in made if visit.is_left_by(filters or {})]


def within(visits, span):
    return [visit for visit in visits if span.start <= visit.start < span.end]


def source_of(context):
    said = (context.get("utm_source") or "").strip().lower()
    host = (context.get("referrer") or "").lower().partition("://")[2].partition("/")[0]
    return said or host.partition(":")[0].removeprefix("www.") or "direct"


def path_of(url):
    """Not our SQL, and not a library's idea of an address."""
    if url is None:
        return None
    address, _, fragment = url.partition("#")
    address = address.partition("?")[0]
    if "://" in address:
        address = "/" + address.partition("://")[2].partition("/")[2]
    route = fragment.partition("?")[0]
    return (address or "/") + (f"#{route}" if route.startswith(("/", "!/")) else "")


def measured(visits, zone):
    prices = [v.price for v in visits if v.configured]
    return {
        "sessions": len(visits),
        "visitors": len({(v.visitor, v.bot, v.start.astimezone(zone).date()) for v in visits}),
        "engaged": sum(bool(v.mine) for v in visits),
        "converted": sum(v.converted for v in visits),
        "conversion_rate": pytest.approx(100 * sum(v.converted for v in visits) / len(visits)),
        "average_configured_value": pytest.approx(
            Decimal(sum(prices)) / 100 / len(prices), abs=Decimal("0.006")
        )
        if prices
        else None,
        "bounce_rate": pytest.approx(100 * sum(v.bounced for v in visits) / len(visits)),
    }


def measures(rows, name):
    keys = ("sessions", "visitors", "engaged", "converted", "conversion_rate",
            "average_configured_value", "bounce_rate")  # fmt: skip
    return {getattr(r, name): {k: getattr(r, k) for k in keys} for r in rows}
