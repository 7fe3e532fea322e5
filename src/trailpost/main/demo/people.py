"""Who comes: sources, devices, robots and tastes, drawn from a seeded generator."""

from __future__ import annotations

import math
import random

import msgspec

from trailpost.main.demo.wire import Kind, Utm, Viewport

SITE = "https://nest-haus.example"
_BOT_SHARE = 0.06


class Source(msgspec.Struct, frozen=True):
    """How visitors come. `quality` above 1: they look longer; `mobile` is the share of phones."""

    weight: float
    referrer: str | None
    utm: Utm | None
    landing: str
    quality: float
    mobile: float


SOURCES = (
    Source(24, None, None, "/", 1.1, 0.42),
    Source(30, "https://www.google.com/", None, "/", 1.05, 0.5),
    Source(
        13,
        "https://www.google.com/",
        Utm("google", "cpc", "modulhaus-at"),
        "/modulhaus",
        0.75,
        0.55,
    ),
    Source(
        8,
        "https://l.instagram.com/",
        Utm("instagram", "paid_social", "wohnen-im-nest"),
        "/modulhaus",
        0.55,
        0.96,
    ),
    Source(
        5,
        "https://m.facebook.com/",
        Utm("facebook", "paid_social", "wohnen-im-nest"),
        "/modulhaus",
        0.6,
        0.9,
    ),
    Source(7, None, Utm("newsletter", "email", "haus-brief"), "/konfigurator", 1.6, 0.45),
    Source(5, "https://www.baumagazin.example/modulhaus-test", None, "/warum-wir", 1.35, 0.35),
    Source(4, "https://www.pinterest.com/", None, "/", 0.8, 0.7),
    Source(2.5, "https://duckduckgo.com/", None, "/", 1.1, 0.3),
    Source(1.5, None, None, "/konfigurator?share=1", 1.8, 0.6),
)
_SOURCE_WEIGHTS = [s.weight for s in SOURCES]
SHARED_LINK = SOURCES[-1]


class Device(msgspec.Struct, frozen=True):
    weight: float
    user_agent: str
    viewports: tuple[tuple[int, int], ...]
    slow: float
    """Factor on everything that is measured in milliseconds."""


def _chrome(system: str, more: str = "") -> str:
    mobile = " Mobile" if "Android" in system else ""
    return (
        f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/142.0.0.0{mobile} Safari/537.36{more}"
    )


def _safari(system: str, mobile: str = "") -> str:
    return (
        f"Mozilla/5.0 ({system}) AppleWebKit/605.1.15 (KHTML, like Gecko) "
        f"Version/18.6{mobile} Safari/{'604.1' if mobile else '605.1.15'}"
    )


_WINDOWS, _MAC = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"
_WIDE = ((1920, 953), (1536, 730), (1440, 789), (2560, 1289), (1366, 641))
_TALL = ((390, 664), (393, 659), (430, 740), (375, 553))
DESKTOPS = (
    Device(42, _chrome(_WINDOWS), _WIDE, 1.0),
    Device(14, _chrome(_WINDOWS, " Edg/142.0.0.0"), _WIDE, 1.05),
    Device(
        11,
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
        _WIDE,
        1.0,
    ),
    Device(18, _safari(_MAC), ((1440, 789), (1728, 992), (1512, 857)), 0.8),
    Device(11, _chrome(_MAC), ((1440, 789), (1728, 992)), 0.8),
    Device(4, _chrome("X11; Linux x86_64"), _WIDE, 0.95),
)
PHONES = (
    Device(52, _safari("iPhone; CPU iPhone OS 18_6 like Mac OS X", " Mobile/15E148"), _TALL, 1.2),
    Device(34, _chrome("Linux; Android 10; K"), ((412, 770), (360, 648), (384, 726)), 1.9),
    Device(
        14,
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
        ((412, 758), (360, 640)),
        1.7,
    ),
)
TABLETS = (
    Device(
        70,
        "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1",
        ((820, 1106), (1180, 746)),
        1.2,
    ),
    Device(
        30,
        "Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/142.0.0.0 Safari/537.36",
        ((800, 1208),),
        1.8,
    ),
)
BOTS = (
    Device(
        34,
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ((411, 731),),
        1.0,
    ),
    Device(
        20,
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        ((1024, 768),),
        1.0,
    ),
    Device(
        14, "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", ((0, 0),), 1.0
    ),
    Device(
        14,
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "HeadlessChrome/142.0.0.0 Safari/537.36",
        ((800, 600),),
        1.0,
    ),
    Device(8, "curl/8.5.0", ((0, 0),), 1.0),
    Device(6, "python-requests/2.32.3", ((0, 0),), 1.0),
    Device(4, "", ((0, 0),), 1.0),
)

# What people want, as weights of the options in the catalogue's order.
_TASTES: dict[str, tuple[float, ...]] = {
    "nest": (21, 22, 29, 17, 11),
    "gebaeudehuelle": (19, 46, 24, 11),
    "innenverkleidung": (24, 45, 31),
    "fussboden": (58, 25, 17),
    "fenster": (17, 31, 19, 33),
    "planungspaket": (38, 41, 21),
    "pvanlage": (1,),
    "grundstueckscheck": (1,),
}


class Person(msgspec.Struct, frozen=True, kw_only=True):
    visitor_id: str | None
    """None for robots: they answer no consent question."""
    device: Device
    viewport: Viewport | None
    language: str
    source: Source
    kind: Kind
    address: str
    budget: int
    """Euro that a house may cost before it hurts."""


def draw_person(rng: random.Random, visitor: random.Random) -> Person:
    """One visit's person: `visitor` holds what stays when they come back, `rng` what changes."""
    if rng.random() < _BOT_SHARE:
        return _bot(rng)
    # First, since what comes after depends on how they came this time.
    visitor_id, address = f"{visitor.getrandbits(96):024x}", _address(visitor)
    source = rng.choices(SOURCES, _SOURCE_WEIGHTS)[0]
    device = _device(visitor, source.mobile)
    width, height = visitor.choice(device.viewports)
    return Person(
        visitor_id=visitor_id,
        device=device,
        viewport=Viewport(width, height),
        language=visitor.choices(("de-AT", "de-DE", "de-CH", "en-GB"), (71, 19, 4, 6))[0],
        source=source,
        kind=_kind(rng, source),
        address=address,
        budget=int(math.exp(visitor.gauss(12.42, 0.27))),
    )


def taste(rng: random.Random, category: str, options: tuple[str, ...]) -> str:
    return rng.choices(options, _TASTES[category])[0]


def _bot(rng: random.Random) -> Person:
    device = _weighted(rng, BOTS)
    width, height = device.viewports[0]
    return Person(
        visitor_id=None,
        device=device,
        viewport=Viewport(width, height) if width else None,
        language="en-US",
        source=SOURCES[0],
        kind="bot",
        address=_address(rng),
        budget=0,
    )


def _device(rng: random.Random, mobile: float) -> Device:
    at = rng.random()
    if at < mobile:
        return _weighted(rng, PHONES)
    return _weighted(rng, TABLETS if at < mobile + 0.06 else DESKTOPS)


def _weighted(rng: random.Random, devices: tuple[Device, ...]) -> Device:
    return rng.choices(devices, [d.weight for d in devices])[0]


def _kind(rng: random.Random, source: Source) -> Kind:
    weights = (34 / source.quality**1.4, 24, 42 * source.quality)
    return rng.choices(("bounce", "look", "configure"), weights)[0]


def _address(rng: random.Random) -> str:
    """Of 198.18.0.0/15, which is set aside for tests and belongs to nobody."""
    bits = rng.getrandbits(17)
    return f"198.{18 + (bits >> 16)}.{(bits >> 8) & 255}.{bits & 255}"
