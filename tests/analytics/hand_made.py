"""A log short enough to be counted by hand: 66 sessions of spring, 6 of the longest day of autumn.

A line is a session: its name, its visitor (R…: recognised; bot…: a bot), the local moment in
Vienna at which it began (`*`: the second time that the clock shows it), device, country (-: not
known), how it came, and after each bar the seconds since the beginning and what happened then:

    view /haus               the page /haus was seen
    left / 29                the page / was left, after 29 s in sight
    see nest                 a click in the category nest
    nest=nest80 160          the visitor chose nest80, and the total was 160,000 EUR
    nest=- 150               the visitor took the choice back
    default nest=nest80 160  somebody else did: default, shared_link, constraint or reset
    save A 170 100 in_cart   configuration A was saved: total, completion in percent, status
    end converted            the session ended: status
    time preis 40 /preis 500 a measurement: metric, value, endpoint, status

Prices name price list 1 until Friday the 27th of March, from the 28th on list 2.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tests.analytics import log

ZONE = "Europe/Vienna"
VIENNA = ZoneInfo(ZONE)
REQUIRED = ["nest", "huelle"]
FUNNEL = [
    {"kind": "page_view", "name": "Saw the house", "url": "https://haus.example/haus*"},
    {"kind": "choice", "name": "Chose a size", "category": "nest"},
    {"kind": "status", "name": "Ordered", "status": "converted"},
]


# The third minute is of Monday the 30th in Vienna, the last of another project.
LEDGER = """
insert into ingest_ledger (
    minute, project_id, received, stored, duplicate, rejected, dead_lettered, erased) values
    ('2026-03-23 09:00Z', 1, 100, 88, 5, 3, 2, 2), ('2026-03-29 21:59Z', 1, 50, 50, 0, 0, 0, 0),
    ('2026-03-29 22:00Z', 1, 7, 6, 1, 0, 0, 0), ('2026-03-23 09:00Z', 2, 999, 999, 0, 0, 0, 0)
"""


def local(text):
    """`03-29 01:50` in Vienna, `10-25 02:30*` after clocks went back, as a moment in UTC."""
    wall = datetime.fromisoformat("2026-" + text.rstrip("*"))
    return wall.replace(tzinfo=VIENNA, fold=text.endswith("*")).astimezone(UTC)


NOW = local("04-01 12:00")

# On Sunday the 29th clocks go from 02:00 to 03:00. From then on midnight in Vienna is 22:00 UTC,
# before it is 23:00 UTC.
SPRING = """
e01 R1   03-17 10:00 desktop AT news   | 0 view / | 40 nest=nest80 150
e02 R2   03-18 10:00 mobile  DE ad     | 0 view /
e03 e3   03-19 18:00 mobile  AT direct | 0 view /haus | 30 nest=nest100 200 | 90 end converted
e04 e4   03-22 13:00 desktop AT direct | 0 view /

s01 a1   03-23 09:00 desktop AT direct | 0 view /
s02 a2   03-23 09:10 desktop AT google | 0 view / | 29 left / 29
s03 a3   03-23 09:20 mobile  AT google | 0 view / | 30 left / 30
s04 a4   03-23 10:00 desktop AT direct | 0 view /haus | 10 nest=nest80 160 | 70 huelle=holz 170
         | 100 save A 170 100 | 120 end converted
         | 1 time LCP 1000 | 2 time CLS 0 | 71 time preis 10 /preis 200
s05 a5   03-23 11:00 mobile  AT google | 0 view /haus | 20 nest=nest100 200 | 80 end
         | 1 time LCP 2000 | 2 time CLS 0.05 | 21 time preis 20 /preis 200
s06 a6   03-23 12:00 mobile  DE news   | 0 view / | 30 view /haus | 60 nest=nest80 160
         | 80 nest=nest100 200 | 140 huelle=trapez 210 | 150 save B 210 100
         | 1 time LCP 3000 | 2 time CLS 0.3 | 61 time preis 30 /preis 200
s07 R1   03-23 14:00 desktop AT ad     | 0 view /haus | 10 huelle=holz 180 | 40 nest=nest80 170
         | 50 save A 170 100 | 1 time LCP 5000
s08 a8   03-23 15:00 desktop AT direct | 0 view / | 0 default nest=nest80 160 | 200 end
s09 a9   03-23 16:00 -       -  direct | 0 view /
s10 a10  03-23 23:00 desktop AT direct | 0 view /haus | 10 nest=nest80 160 | 40 save D 160 50

s11 a10  03-24 00:30 desktop AT direct | 0 view /haus | 10 huelle=holz 190 | 60 nest=nest100 230
s12 b1   03-24 08:00 tablet  DE blog   | 0 view /preise | 10 left /preise 10 | 10 view /
         | 25 left / 15
s13 b2   03-24 09:00 desktop AT direct | 0 view /haus | 15 see fenster | 45 nest=nest120 250
         | 105 fenster=holz 280 | 165 fenster=- 250 | 180 end
s14 R2   03-24 10:00 mobile  DE direct | 0 view /haus | 30 nest=nest80 160 | 60 huelle=holz 170
         | 90 nest=nest100 200 | 100 save E 200 100 | 130 end in_cart
s15 b3   03-24 11:00 desktop AT ad     | 0 view /haus | 10 nest=nest80 160 | 20 huelle=trapez 165
         | 30 save F 165 100 | 50 end converted
s16 bot1 03-24 12:00 desktop -  direct | 0 view / | 5 nest=nest80 160 | 6 end converted
         | 1 time LCP 9000
s17 b4   03-24 13:00 mobile  AT google | 0 view / | 10 see nest
s18 b5   03-24 14:00 mobile  AT news   | 0 view / | 20 shared_link nest=nest120 260
         | 40 constraint huelle=platten 270 | 100 end

s19 c1   03-25 09:00 desktop AT direct | 0 view /haus | 10 nest=nest80 | 40 end
s20 c2   03-25 09:30 desktop AT google | 0 view /haus | 30 nest=nest80 160 | 60 huelle=holz 170
         | 90 save A 170 100 | 120 save A 170 100 in_cart | 300 save A 170 100 converted
         | 1 time LCP 1500 | 31 time preis 40 /preis 500
s21 c3   03-25 10:00 mobile  AT news   | 0 view /haus | 60 nest=nest100 200 | 120 end
s22 c4   03-25 10:30 mobile  DE google | 0 view /
s23 R3   03-25 11:00 desktop AT google | 0 view /haus | 20 nest=nest120 250 | 50 save G 250 50
s24 c5   03-25 12:00 tablet  DE blog   | 0 view /preise | 60 left /preise 60
s25 bot2 03-25 13:00 -       -  direct | 0 view /
s26 c6   03-25 14:00 desktop AT direct | 0 view /haus | 10 nest=- | 40 end

s27 d1   03-26 09:00 mobile  AT ad     | 0 view /haus | 40 nest=nest80 160 | 100 huelle=platten 200
         | 130 save H 200 100 | 160 end completed
s28 d2   03-26 10:00 desktop AT direct | 0 view / | 29 see nest
s29 R1   03-26 11:00 desktop AT direct | 0 view /haus | 10 nest=nest80 170 | 30 save A 170 100
         | 60 end converted
s30 d3   03-26 12:00 mobile  AT google | 0 view / | 10 view /haus | 20 view /preise
         | 50 left /preise 30
s31 d4   03-26 13:00 desktop AT direct | 0 view /haus?x=1 | 15 fenster=holz 180
         | 45 fenster=alu 190 | 75 fenster=holz 180 | 90 end

s32 f1   03-27 09:00 desktop AT direct | 0 view /haus | 20 nest=nest80 160 | 50 huelle=holz 170
         | 110 fenster=alu 200 | 140 save I 200 100 | 170 end in_cart
s33 f2   03-27 10:00 mobile  AT google | 0 view /
s34 f3   03-27 11:00 mobile  DE news   | 0 view /haus | 30 nest=nest100 200 | 90 huelle=holz 220
         | 120 save E 220 100
s35 f3   03-27 20:00 mobile  DE news   | 0 view /haus | 10 nest=nest100 220 | 20 huelle=holz 220
         | 40 save E 220 100 | 60 end converted
s36 f4   03-27 12:00 desktop AT google | 0 view / | 31 left / 31
s37 f5   03-27 13:00 desktop -  direct | 0 view /

s38 g1   03-28 09:00 mobile  AT google | 0 view /haus | 30 nest=nest80 180 | 90 end
s39 g2   03-28 10:00 desktop AT direct | 0 view /haus | 10 nest=nest80 180 | 70 huelle=holz 190
         | 100 save A 190 100 | 71 time preis 100 /preis
s40 R2   03-28 11:00 mobile  DE news   | 0 view /haus | 20 nest=nest100 240 | 40 save J 240 50
s41 g3   03-28 12:00 tablet  AT blog   | 0 view /preise
s42 g4   03-28 22:30 mobile  AT direct | 0 view /

s43 g4   03-29 00:15 mobile  AT direct | 0 view / | 20 view /haus | 60 nest=nest80 180 | 61 end
s44 h1   03-29 01:50 desktop AT direct | 0 view /haus | 60 nest=nest120 300
         | 1200 huelle=platten 320 | 1260 save C 320 100
s45 h2   03-29 03:00 desktop AT google | 0 view /
s46 h3   03-29 12:00 mobile  AT ad     | 0 view /haus | 20 nest=nest80 180 | 50 huelle=trapez 185
         | 60 save F 185 100 | 100 end completed
s47 h4   03-29 23:50 desktop AT direct | 0 view /haus | 30 nest=nest100 230 | 660 view /haus
         | 900 end
s48 bot3 03-29 15:00 desktop -  direct | 0 view / | 40 left / 40

s49 h4   03-30 01:30 desktop AT direct | 0 view /haus | 10 nest=nest100 230 | 40 end converted
s50 R1   03-30 09:00 desktop AT direct | 0 view / | 35 end
s51 i2   03-30 10:00 mobile  AT google | 0 view /haus | 15 nest=nest80 180 | 45 reset nest=-
         | 50 end
s52 i3   03-30 11:00 desktop DE blog   | 0 view /preise | 20 view /haus | 50 nest=nest80 180
         | 110 huelle=holz 190 | 140 save A 190 100 in_cart
s53 i4   03-30 12:00 tablet  AT blog   | 0 view /

s54 R3   03-31 09:00 desktop AT google | 0 view /haus | 10 nest=nest120 300
         | 30 huelle=platten 320 | 40 save C 320 100 | 60 end completed
s55 j1   03-31 10:00 mobile  AT ad     | 0 view /haus | 5 nest=nest80 180 | 65 end
s56 j2   03-31 11:00 mobile  AT news   | 0 view /

s57 k1   04-01 09:00 desktop AT direct | 0 view /haus | 30 nest=nest80 180 | 60 huelle=holz 190
         | 120 save A 190 100 | 180 end converted
s58 k2   04-01 11:29 mobile  AT google | 0 view /haus | 30 nest=nest100 230
         | 60 huelle=trapez 240
s59 k3   04-01 11:54 desktop AT direct | 0 view / | 60 see nest
s60 k4   04-01 11:56 mobile  AT direct | 0 view /haus | 60 nest=nest80 180
s61 k5   04-01 11:59:40 mobile AT google | 0 view /
s62 bot4 04-01 11:59 desktop -  direct | 0 view /

-   -    03-26 12:00 -       -  direct | 0 time preis 60 /liste 200
"""
"""The last line is a measurement that no session sent."""

# On Sunday the 25th of October clocks go from 03:00 back to 02:00.
AUTUMN = """
o1 x1 10-24 23:59:59 desktop AT direct | 0 view /
o2 x2 10-25 00:00    desktop AT direct | 0 view /haus | 60 nest=nest80 160
o3 x3 10-25 02:30    mobile  AT google | 0 view /
o4 x4 10-25 02:30*   mobile  AT google | 0 view /haus | 60 nest=nest100 200 | 90 end converted
o5 x5 10-25 23:59    desktop AT direct | 0 view / | 40 left / 40
o6 x6 10-26 00:00    desktop AT direct | 0 view /
"""

CONFIGURATIONS = {
    "A": {"nest": "nest80", "huelle": "holz"},
    "B": {"nest": "nest100", "huelle": "trapez"},
    "C": {"nest": "nest120", "huelle": "platten"},
    "D": {"nest": "nest80"},
    "E": {"nest": "nest100", "huelle": "holz"},
    "F": {"nest": "nest80", "huelle": "trapez"},
    "G": {"nest": "nest120"},
    "H": {"nest": "nest80", "huelle": "platten"},
    "I": {"nest": "nest80", "huelle": "holz", "fenster": "alu"},
    "J": {"nest": "nest100"},
}
CAME = {
    "direct": {},
    "google": {"referrer": "https://www.google.com/search?q=haus"},
    "blog": {"referrer": "https://blog.example/artikel/"},
    "news": {"utm_source": "Newsletter", "utm_medium": "email", "utm_campaign": "fruehling"},
    "ad": {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "fruehling"},
}
ON = {
    "desktop": ("desktop", "Firefox", "Windows", 1440, "de-AT"),
    "mobile": ("mobile", "Safari", "iOS", 390, "de-DE"),
    "tablet": ("tablet", "Chrome", "Android", 800, "de-AT"),
    "-": (None, None, None, None, None),
}
NAMES = ("device_type", "browser_name", "os_name", "viewport_width", "language")


def events_of(text):
    return [event for line in _lines(text) for event in _session(line)]


def _lines(text):
    """A line that begins with a bar goes on with the one before."""
    return text.strip().replace("\n         |", " |").replace("\n\n", "\n").split("\n")


def _session(line):
    head, *steps = [part.split() for part in line.split("|")]
    name, visitor, day, time, device, country, came = head
    given = {
        "visitor": int.from_bytes(visitor.encode()),
        "bot": visitor.startswith("bot"),
        "context": CAME[came]
        | dict(zip(NAMES, ON[device], strict=True))
        | {"country": None if country == "-" else country}
        | {"is_recognised": visitor.startswith("R")},
    }
    began = local(f"{day} {time}")
    return [
        log.event(
            f"{name} {n}",
            "" if name == "-" else name,
            began + timedelta(seconds=int(seconds)),
            **_what(word, rest, "1" if day < "03-28" else "2"),
            **given,
        )
        for n, (seconds, word, *rest) in enumerate(steps)
    ]


def _what(word, rest, price_list):
    """What happened, as fields of an event."""
    if word not in _STEPS:
        source = () if "=" not in word else ("user",)
        return _choice(*source, word, *rest) | {"price_list_version": price_list}
    named = {"price_list_version": price_list} if word == "save" else {}
    return _STEPS[word](*rest) | named


def _url(path):
    return f"https://haus.example{path}"


def _view(path):
    return {"kind": "page_view", "url": _url(path)}


def _left(path, seconds):
    """As the tracker reports it."""
    return _see("page") | {
        "value": "left", "element_id": _url(path), "time_spent": int(seconds) * 1000,
    }  # fmt: skip


def _see(category):
    return {"kind": "interaction", "event_type": "click", "category": category}


def _choice(source, option, thousands=None):
    category, _, value = option.partition("=")
    return {
        "kind": "choice", "source": source, "category": category,
        "value": None if value == "-" else value, "price_cents": _cents(thousands),
    }  # fmt: skip


def _cents(thousands):
    return None if thousands is None else int(thousands) * 100_000


def _save(letter, thousands, completion, status=None):
    return {
        "kind": "snapshot", "configuration": msgspec.json.encode(CONFIGURATIONS[letter]),
        "price_cents": _cents(thousands), "completion": int(completion),
        "conversion_status": status, "trigger_event": "auto_save",
    }  # fmt: skip


def _end(status=None):
    return {"kind": "session_end", "conversion_status": status}


def _time(metric, value, endpoint=None, status=None):
    return {
        "kind": "timing", "metric_name": metric, "metric_value": float(value),
        "endpoint": endpoint, "status": int(status) if status else None,
    }  # fmt: skip


_STEPS = {"view": _view, "left": _left, "see": _see, "save": _save, "end": _end, "time": _time}
