"""What is found and whether it is good: decisions without I/O."""

from __future__ import annotations

from typing import Literal

import msgspec

from trailpost.main.checks import EVICTING_REDIS, OLD_REDIS, OLDEST_POSTGRES
from trailpost.main.store import LedgerSums, ServerFacts

State = Literal["ok", "warning", "failed"]

_MB = 1024 * 1024
# Below the first a day's events may not fit any more; below the second it is time to look.
_LEAST_FREE = 1024 * _MB
_LOW_FREE = 5 * 1024 * _MB
_MOST_CLOCK_DIFFERENCE = 2.0


class Check(msgspec.Struct, frozen=True):
    name: str
    state: State
    found: str
    advice: str = ""
    """How to mend it; empty when all is well."""


def failed(name: str, found: str, advice: str) -> Check:
    return Check(name, "failed", found, advice)


def postgres_version(facts: ServerFacts) -> Check:
    if facts.version_number < OLDEST_POSTGRES:
        return failed("PostgreSQL version", facts.version, "upgrade to 15 or newer")
    return Check("PostgreSQL version", "ok", facts.version)


def postgres_durability(facts: ServerFacts) -> Check:
    values = {
        "fsync": facts.fsync,
        "full_page_writes": facts.full_page_writes,
        "synchronous_commit": facts.synchronous_commit,
    }
    found = ", ".join(f"{k} {v}" for k, v in values.items())
    if "off" in values.values():
        off = ", ".join(k for k, v in values.items() if v == "off")
        return failed("PostgreSQL durability", found, f"switch on: {off}")
    return Check("PostgreSQL durability", "ok", found)


def migrations(found: str | None, wanted: str) -> Check:
    if found is None or found < wanted:
        return failed(
            "migrations", f"at {found or 'none'}, {wanted} is needed", "run `trailpost migrate`"
        )
    return Check("migrations", "ok", f"at {found}")


def clock_difference(name: str, seconds: float) -> Check:
    found = f"{abs(seconds) * 1000:.0f} ms"
    if abs(seconds) > _MOST_CLOCK_DIFFERENCE:
        return failed(f"{name} clock", found, "synchronise the clocks of both machines (NTP)")
    return Check(f"{name} clock", "ok", found)


def redis_version(version: str, problems: list[str]) -> Check:
    bad = _about(problems, OLD_REDIS)
    if bad:
        return failed("Redis version", version, bad)
    return Check("Redis version", "ok", version)


def redis_eviction(problems: list[str]) -> Check:
    bad = _about(problems, EVICTING_REDIS)
    if bad:
        return failed("Redis eviction", bad, "set maxmemory-policy to noeviction")
    return Check("Redis eviction", "ok", "never evicts")


def redis_durability(problems: list[str]) -> Check:
    rest = [p for p in problems if OLD_REDIS not in p and EVICTING_REDIS not in p]
    if rest:
        advice = "set appendonly yes and appendfsync always"
        return Check("Redis durability", "warning", "; ".join(rest), advice)
    return Check("Redis durability", "ok", "appendonly, fsync always")


def disk(free: int, total: int) -> Check:
    found = f"{free / 1024 / _MB:.1f} GiB of {total / 1024 / _MB:.1f} GiB free"
    if free < _LEAST_FREE:
        return failed("disk", found, "make room, or lower TRAILPOST_RETENTION_DAYS")
    if free < _LOW_FREE:
        return Check("disk", "warning", found, "make room soon")
    return Check("disk", "ok", found)


def spool(used: int, limit: int) -> Check:
    found = f"{used / _MB:.1f} MiB of {limit / _MB:.0f} MiB"
    if used >= limit:
        return failed("spool", found, "events are refused: bring Redis back")
    if used:
        return Check("spool", "warning", found, "events wait for Redis; this should go down")
    return Check("spool", "ok", "empty")


def ledger(sums: LedgerSums) -> Check:
    found = f"{sums.received:,} received, {sums.accounted:,} accounted for"
    if sums.missing:
        return failed(
            "ledger", f"{found}, {sums.missing:,} missing", "look for `missing` in the writer's log"
        )
    if sums.received != sums.accounted:
        return failed("ledger", found, "report this as a bug: the two must be equal")
    return Check("ledger", "ok", found)


def probe(milliseconds: float | None) -> Check:
    if milliseconds is None:
        return failed(
            "probe event", "accepted, but not in PostgreSQL after 10 s", "is `trailpost write` up?"
        )
    return Check("probe event", "ok", f"in PostgreSQL after {milliseconds:.0f} ms")


def _about(problems: list[str], word: str) -> str:
    return "; ".join(p for p in problems if word in p)
