"""How long the configurator's server takes for a price, beside a route that does nothing."""

from __future__ import annotations

import http.client
import json
import random
import time

from bench.server import Server, serving

REQUESTS = 3_000
WARM_UP = 300
AIM_MS = 5.0

_SHELLS = ("trapezblech", "holzlattung", "fassadenplatten_schwarz", "fassadenplatten_weiss")
_NESTS = {"nest80": 0, "nest100": 1, "nest120": 2, "nest140": 3, "nest160": 4}


def bodies(count: int) -> list[bytes]:
    """Houses of every size with everything chosen: the dearest to compute."""
    draw = random.Random(1)
    made = []
    for _ in range(count):
        nest = draw.choice(list(_NESTS))
        extra = _NESTS[nest]
        house = {
            "nest": nest,
            "gebaeudehuelle": draw.choice(_SHELLS),
            "innenverkleidung": draw.choice(("kiefer", "fichte", "steirische_eiche")),
            "fussboden": draw.choice(("parkett", "kalkstein_kanafar", "schiefer_massiv")),
            "fenster": {"value": "aluminium", "quantity": draw.randint(1, 30 + 4 * extra)},
            "pvanlage": {"value": "pv_panels", "quantity": draw.randint(1, 8 + 2 * extra)},
            "planungspaket": "plus",
            "grundstueckscheck": "grundstueckscheck",
        }
        made.append(json.dumps({"configuration": house}).encode())
    return made


def measure(server: Server) -> list[dict[str, object]]:
    """One request after the other on one connection, a price and a nothing by turns."""
    line = http.client.HTTPConnection(server.target.host, server.target.port)
    prices, nothings = [], []
    for n, body in enumerate(bodies(WARM_UP + REQUESTS)):
        price = _ask(line, "POST", "/api/pricing/calculate", body)
        nothing = _ask(line, "GET", "/healthz", None)
        if n >= WARM_UP:
            prices.append(price)
            nothings.append(nothing)
    line.close()
    return [_line("POST /api/pricing/calculate", prices), _line("GET /healthz", nothings)]


def _ask(line: http.client.HTTPConnection, method: str, path: str, body: bytes | None) -> float:
    headers = {"content-type": "application/json"} if body else {}
    began = time.perf_counter()
    line.request(method, path, body, headers)
    answer = line.getresponse()
    answer.read()
    took = (time.perf_counter() - began) * 1000
    if answer.status != 200:
        raise SystemExit(f"{path} answered {answer.status}")
    return took


def _line(what: str, took: list[float]) -> dict[str, object]:
    ordered = sorted(took)
    p50, p99 = (ordered[int(len(ordered) * share)] for share in (0.5, 0.99))
    return {"what": what, "p50_ms": round(p50, 3), "p99_ms": round(p99, 3), "requests": len(took)}


def main() -> None:
    with serving() as server:
        for line in measure(server):
            print(json.dumps(line))
    print(f"aim: {AIM_MS:g} ms in the server; what a price takes beyond a nothing is its own")


if __name__ == "__main__":
    main()
