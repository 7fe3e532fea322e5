"""`make bench`: one run, one machine, every figure beside what it is measured against."""

from __future__ import annotations

import argparse
import json
import time
from collections import deque
from pathlib import Path

from bench import bare, load, pages, reports
from bench.server import Server, serving

# A visitor who stays sends about as many.
REQUESTS_PER_SESSION = 20


def main() -> None:
    args = _arguments()
    with serving() as server:
        results = [start(server), memory(server)]
        results.append(batches(server, args.batches))
        results.append(compare_copy(server, results[-1]))
        results.append(singles(server, args.singles))
        results.append(half_load(server, results[-1]))
    if args.events:
        with serving() as server:
            results += reports.measure(server, args.events)
            results += pages.measure(server.info)
            results.append(size(server))
    show(results)
    Path(args.json).parent.mkdir(parents=True, exist_ok=True)
    Path(args.json).write_text(json.dumps(results, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--batches", type=int, default=6000, help="requests of 100 events")
    parser.add_argument("--singles", type=int, default=60_000, help="requests of one event")
    parser.add_argument(
        "--events", type=int, default=10_000_000, help="events of the larger report table; 0 skips"
    )
    parser.add_argument("--json", default="artifacts/bench.json", help="where the figures go")
    return parser.parse_args()


def start(server: Server) -> dict[str, object]:
    return {
        "what": "start from an empty folder",
        "value": f"{server.start_seconds:.2f} s",
        "aim": "5 s",
        "met": server.start_seconds <= 5,
    }


def memory(server: Server) -> dict[str, object]:
    time.sleep(5)
    used = server.memory()
    parts = ", ".join(f"{k} {v:.0f}" for k, v in sorted(used.items()))
    total = sum(used.values())
    return {
        "what": "memory of all processes, idle (PSS)",
        "value": f"{total:.0f} MB",
        "detail": parts,
        "aim": "350 MB",
        "met": total <= 350,
    }


def batches(server: Server, count: int) -> dict[str, object]:
    """Events/s from the first request until the last event is in PostgreSQL."""
    _warm(server)
    requests = load.prepare(server.target, count=count, events=100, days=0, first=1_000_000)
    before, cpu = server.stored(), server.cpu()
    began = time.perf_counter()
    outcome = _closed(server, requests, 8)
    seconds = server.drained(before + count * 100) - began
    rate = count * 100 / seconds
    acknowledged = count * 100 / outcome.seconds
    return {
        "what": "events/s acknowledged and drained, batches of 100",
        "value": f"{rate:,.0f} events/s",
        "detail": f"acknowledged at {acknowledged:,.0f}/s; CPU {_used(server, cpu)}",
        "rate": rate,
        "statuses": dict(outcome.statuses),
    }


def compare_copy(server: Server, drained: dict[str, object]) -> dict[str, object]:
    found = bare.measure(server)
    rate = float(str(drained["rate"]))
    return {
        "what": "… against bare binary COPY of the same rows",
        "value": f"{rate / found.rows_per_second:.0%}",
        "detail": f"COPY {found.rows_per_second:,.0f} rows/s ({found.rows:,} rows, no index)",
        "aim": "40 %",
        "met": rate / found.rows_per_second >= 0.4,
    }


def singles(server: Server, count: int) -> dict[str, object]:
    requests = load.prepare(
        server.target,
        count=count,
        events=1,
        days=0,
        first=2_000_000,
        per_session=REQUESTS_PER_SESSION,
    )
    before, cpu = server.stored(), server.cpu()
    outcome = _closed(server, requests, 64)
    server.drained(before + count)
    rate = count / outcome.seconds
    spent = sum(server.cpu().values()) - sum(cpu.values())
    return {
        "what": "single-event requests/s acknowledged, 64 connections",
        "value": f"{rate:,.0f} requests/s",
        "detail": f"{1000 * spent / count:.2f} CPU-seconds per 1,000 events "
        f"({_used(server, cpu)}); "
        f"p50 {outcome.percentile(0.5):.1f} ms, p99 {outcome.percentile(0.99):.1f} ms; "
        f"load generator {outcome.cpu_seconds / outcome.seconds:.0%} of a core",
        "aim": "5,000",
        "met": rate >= 5000,
        "rate": rate,
        "statuses": dict(outcome.statuses),
    }


def half_load(server: Server, full: dict[str, object]) -> dict[str, object]:
    rate = float(str(full["rate"])) / 2
    count = int(rate * 8)
    requests = load.prepare(
        server.target,
        count=count,
        events=1,
        days=0,
        first=4_000_000,
        per_session=REQUESTS_PER_SESSION,
    )
    outcome = load.run(lambda: load.paced(server.target, requests, 64, rate))
    assert isinstance(outcome, load.Outcome)
    p99 = outcome.percentile(0.99)
    return {
        "what": "p99 at half that load",
        "value": f"{p99:.1f} ms",
        "detail": f"at {rate:,.0f} requests/s; p50 {outcome.percentile(0.5):.1f} ms, "
        f"longest {max(outcome.latencies):.0f} ms",
        "aim": "25 ms",
        "met": p99 <= 25,
        "statuses": dict(outcome.statuses),
    }


def size(server: Server) -> dict[str, object]:
    found = bare.bytes_per_event(server)
    return {
        "what": "bytes per stored event, indexes and sessions included",
        "value": f"{found.total:.0f} bytes",
        "detail": found.detail,
        "aim": "200",
        "met": found.total <= 200,
    }


def _warm(server: Server) -> None:
    requests = load.prepare(server.target, count=200, events=100, days=1, first=1)
    before = server.stored()
    _closed(server, requests, 8)
    server.drained(before + 20_000)


def _closed(server: Server, requests: deque[bytes], connections: int) -> load.Outcome:
    outcome = load.run(lambda: load.closed(server.target, requests, connections))
    assert isinstance(outcome, load.Outcome)
    if set(outcome.statuses) != {202}:
        raise SystemExit(f"not every request was accepted: {dict(outcome.statuses)}")
    return outcome


def _used(server: Server, before: dict[str, float]) -> str:
    after = server.cpu()
    spent = {k: after[k] - before.get(k, 0.0) for k in after}
    return ", ".join(f"{k} {v:.1f} s" for k, v in sorted(spent.items()) if v >= 0.05)


def show(results: list[dict[str, object]]) -> None:
    width = max(len(str(r["what"])) for r in results)
    for r in results:
        met = {True: "met", False: "MISSED", None: ""}[r.get("met")]  # type: ignore[index]
        aim = f"aim {r['aim']}: {met}" if "aim" in r else ""
        print(f"{r['what']:<{width}}  {r['value']:>18}  {aim}")
        if r.get("detail"):
            print(f"{'':<{width}}    {r['detail']}")


if __name__ == "__main__":
    main()
