"""A believable mix of events: sessions of a configurator, as the native route takes them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

CATEGORIES = {
    "nest": ["nest80", "nest100", "nest120", "nest140", "nest160"],
    "gebaeudehuelle": ["trapezblech", "holzlattung", "fassadenplatten_schwarz"],
    "innenverkleidung": ["kiefer", "fichte", "steirische_eiche"],
    "fussboden": ["parkett", "kalkstein_kanafar", "schiefer_massiv"],
    "fenster": ["pvc_fenster", "fichte", "steirische_eiche", "aluminium"],
}
AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 "
    "Safari/605.1.15",
]
DAY_MS = 86_400_000
# Every id ends in these eight digits, so that one encoded request makes many: see `stamp`.
MARK = b"c0ffee00"
SESSION_MARK = b"5e551010"


def uuid7(ms: int, rng: random.Random, mark: bytes = MARK) -> str:
    tail = f"{rng.getrandbits(28):07x}{mark.decode()}"
    h = f"{ms:012x}7{rng.getrandbits(12):03x}{0x8 | rng.getrandbits(2):x}{tail}"
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def events(at: int, count: int, rng: random.Random) -> Iterator[dict[str, object]]:
    """`count` events from `at` (epoch ms): half interactions, the rest as they come in life."""
    price = 155_500
    for n in range(count):
        at += rng.randrange(200, 6000)
        event: dict[str, object] = {"id": uuid7(at, rng), "at": at}
        draw = rng.random()
        category = rng.choice(list(CATEGORIES))
        value = rng.choice(CATEGORIES[category])
        if n == 0:
            yield event | {"type": "page_view", "url": "/konfigurator"}
        elif draw < 0.60:
            kind = rng.choice(["click", "hover", "scroll", "selection"])
            yield event | {
                "type": "interaction",
                "event": kind,
                "category": category,
                "element": f"option-{value}",
                "value": value,
                "timeSpent": rng.randrange(100, 20_000),
            }
        elif draw < 0.80:
            before, price = price, 155_500 + 100 * rng.randrange(1500)
            yield event | {
                "type": "choice",
                "category": category,
                "to": value,
                "source": "user",
                "priceBefore": before,
                "priceAfter": price,
                "priceListVersion": "1",
            }
        elif draw < 0.92:
            metric = rng.choice(["price_calc_time", "image_load_time", "lcp", "inp"])
            yield event | {"type": "timing", "metric": metric, "value": rng.random() * 900}
        elif draw < 0.97:
            yield event | {"type": "page_view", "url": rng.choice(["/", "/entdecken", "/kontakt"])}
        else:
            yield event | {
                "type": "snapshot",
                "trigger": "auto_save",
                "totalPrice": price,
                "completion": rng.choice([25, 50, 75, 100]),
                "configuration": {c: rng.choice(v) for c, v in CATEGORIES.items()},
            }


def body(key: str, sent_at: int, began: int, count: int, rng: random.Random) -> bytes:
    """One request of one session with `count` events."""
    session = {
        "id": uuid7(began, rng, SESSION_MARK),
        "referrer": "https://example.org/",
        "viewport": {"width": 1440, "height": 900},
    }
    batch = {
        "sentAt": sent_at,
        "key": key,
        "session": session,
        "events": list(events(began, count, rng)),
    }
    return json.dumps(batch, separators=(",", ":")).encode()


def stamp(request: bytes, n: int, session: int) -> bytes:
    """The same request with other event ids, of another session and address; the same times."""
    address = b"10.%d.%d.%d" % (session >> 16 & 255, session >> 8 & 255, session & 255)
    stamped = request.replace(MARK, b"%08x" % n).replace(SESSION_MARK, b"%08x" % session)
    return stamped.replace(b"10.0.0.0", address)
