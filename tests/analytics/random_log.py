"""Logs that hypothesis makes up: few sessions, many ways to arrive, near every edge there is."""

import random
from datetime import timedelta

import msgspec
from hypothesis import strategies as st

from tests.analytics.log import at, event

# Around midnight UTC, the end of a month and Vienna's change to summer time.
START = at("2026-03-28 20:00")
SECONDS = 3 * 86_400
KINDS = ("session_start", "page_view", "interaction", "choice", "snapshot", "timing", "session_end")
CATEGORIES = ("nest", "fenster", "fußboden", "")
VALUES = ("nest80", "nest100", "8", "ä", "", None)
SOURCES = ("user", "default", "reset", "shared_link", "constraint", None)
STATUSES = (None, "ongoing", "in_cart", "completed", "converted")
CENTS = st.none() | st.integers(0, 10**11)

# Sessions of the same visitor on one day, over midnight, and of a bot with the same hash.
WHOSE = {"a": (1, False), "b": (1, False), "c": (2, False), "d": (2, True), "e": (1, False)}


@st.composite
def moments(draw):
    """Any moment, but often one where a bucket or a day ends."""
    edge = draw(st.sampled_from((0, 900, 4 * 3600, 5 * 3600, 28 * 3600, SECONDS)))
    near = edge + draw(st.integers(-2, 2))
    seconds = draw(st.sampled_from((near, draw(st.integers(0, SECONDS)))))
    return START + timedelta(seconds=seconds, microseconds=draw(st.sampled_from((0, 1, 999_999))))


def _fields(draw, kind):
    if kind == "choice":
        return {
            "category": draw(st.sampled_from(CATEGORIES)),
            "value": draw(st.sampled_from(VALUES)),
            "source": draw(st.sampled_from(SOURCES)),
            "price_cents": draw(CENTS),
        }
    if kind == "snapshot":
        return {
            "configuration": draw(st.sampled_from((None, b"{}", b'{"nest":"nest80"}'))),
            "price_cents": draw(CENTS),
            "completion": draw(st.none() | st.integers(0, 100)),
            "conversion_status": draw(st.sampled_from(STATUSES)),
            "trigger_event": "manual",
        }
    if kind == "interaction":
        return {"category": draw(st.sampled_from((*CATEGORIES, "gallery", None)))}
    if kind == "session_end":
        return {"conversion_status": draw(st.sampled_from(STATUSES))}
    if kind == "timing":
        metric = st.sampled_from(("LCP", "api", None))
        value = st.none() | st.floats(-1e6, 1e6)
        endpoint = st.sampled_from((None, "", "/x"))
        drawn = draw(metric), draw(value), draw(endpoint)
        return dict(zip(("metric_name", "metric_value", "endpoint"), drawn, strict=True))
    return {}


@st.composite
def events(draw, number):
    kind = draw(st.sampled_from(KINDS))
    session = draw(st.sampled_from([*WHOSE, *(["", ""] if kind == "timing" else [])]))
    visitor, bot = WHOSE.get(session, (0, False))
    fields = _fields(draw, kind)
    return event(number, session, draw(moments()), kind, visitor=visitor, bot=bot, **fields)


@st.composite
def logs(draw, most=40):
    size = draw(st.integers(1, most))
    return [draw(events(str(number))) for number in range(size)]


@st.composite
def doubted(draw, one):
    clock = draw(st.sampled_from((None, None, None, "future", "ancient")))
    if clock is None:
        return one
    fields = one.fields | {"clock": clock}
    return msgspec.structs.replace(one, received=draw(moments()), fields=fields)


@st.composite
def arrivals(draw):
    """A log, in lots, in any order, some events more than once, in one lot or in two.

    Of some the clock is not believed.
    """
    log = [draw(doubted(one)) for one in draw(logs())]
    twice = draw(st.lists(st.sampled_from(log), max_size=5))
    order = draw(st.permutations([*log, *twice]))
    cuts = sorted(draw(st.lists(st.integers(0, len(order)), max_size=8)))
    edges = [0, *cuts, len(order)]
    lots = [order[a:b] for a, b in zip(edges, edges[1:], strict=False)]
    return log, [lot for lot in lots if lot]


def busy(seed):
    """Thirty sessions over two days, many at the edges of hours, in each what visitors do."""
    chance = random.Random(seed)
    found = []
    for n in range(30):
        begun = 3600 * chance.randrange(44) + chance.choice((-1, 0, 1, chance.randrange(3600)))
        if n < 10:
            # Around five hours later, where a case may let clocks change.
            begun = 900 * chance.randrange(14, 28) + chance.choice((-1, 0, 1))
        moment = START + timedelta(seconds=max(begun, 0))
        whose = {"visitor": chance.randrange(12), "bot": n % 9 == 0}
        for m in range(chance.randrange(1, 6)):
            found.append(_busy_event(chance, f"{n}-{m}", f"s{n}", moment, whose))
            moment += timedelta(seconds=chance.choice((0, 1, 20, 200, 4000)))
    return found


def _busy_event(chance, id, session, moment, whose):
    kind = chance.choice(("choice", "choice", "interaction", "session_end", "page_view"))
    fields = {}
    if kind in ("choice", "interaction"):
        fields["category"] = chance.choice(CATEGORIES)
    if kind == "choice":
        fields["value"] = chance.choice(VALUES)
        fields["source"] = chance.choice(("user", "user", "user", "default"))
        fields["price_cents"] = chance.choice((None, 2_000_000, 12_345_678))
    if kind == "session_end":
        fields["conversion_status"] = chance.choice(STATUSES)
    return event(id, session, moment, kind, **whose, **fields)
