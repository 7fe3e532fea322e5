"""The examination: ask each part, and send one event all the way."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from uuid import UUID, uuid4, uuid5

import httpx
import msgspec

from trailpost import access, db, stream
from trailpost.base import clock
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.main import checks as startup
from trailpost.main import running, store
from trailpost.main.doctor import checks
from trailpost.main.doctor.checks import Check

# All probes belong to one session, which is marked as a bot's: reports leave bots out.
_SESSION = uuid5(UUID(int=0), "trailpost doctor")
_ARRIVES_WITHIN = 10.0
_MB = 1024 * 1024


class Patient(msgspec.Struct, frozen=True, kw_only=True):
    """The running system that is examined."""

    settings: Settings
    url: str


def is_well(found: list[Check]) -> bool:
    return all(check.state != "failed" for check in found)


async def examine(settings: Settings, url: str | None) -> list[Check]:
    """Every check, in order. Raises StartupError when there is nothing to examine."""
    known = None if settings.database_url and settings.redis_url else running.read(_data(settings))
    patient = Patient(
        settings=running.with_servers(settings),
        url=url
        or settings.url
        or (known.url if known else f"http://{settings.host}:{settings.port}"),
    )
    parts: list[Callable[[Patient], Awaitable[list[Check]]]] = [_postgres, _redis, _machine, _web]
    found = [check for part in parts for check in await part(patient)]
    # Without the parts before it the probe would only say again what is broken.
    return [*found, await _probe(patient)] if is_well(found) else found


async def _postgres(patient: Patient) -> list[Check]:
    try:
        conn = await startup.connect_postgres(patient.settings.database_url)
    except StartupError as e:
        return [checks.failed("PostgreSQL", "cannot be used", str(e))]
    async with conn:
        before = clock.now()
        facts = await store.server_facts(conn)
        middle = before + (clock.now() - before) / 2
        migrated = checks.migrations(await store.revision(conn), startup.newest_revision())
        found = [
            checks.postgres_version(facts),
            checks.postgres_durability(facts),
            checks.clock_difference("PostgreSQL", (facts.clock - middle).total_seconds()),
            migrated,
        ]
        if migrated.state == "ok":
            found.append(checks.ledger(await store.ledger_sums(conn)))
    return found


async def _redis(patient: Patient) -> list[Check]:
    url = patient.settings.redis_url
    client = startup.redis_client(url)
    try:
        info = await client.info("server")
        problems = await stream.check_durability(client)
        difference = await _redis_clock(client)
    except startup.REDIS_AWAY as e:
        reason = f"cannot be reached ({startup.one_line(e)})"
        return [checks.failed("Redis", reason, f"start it at {startup.address(url)}")]
    finally:
        await client.aclose()
    return [
        checks.redis_version(str(info.get("redis_version", "unknown")), problems),
        checks.redis_durability(problems),
        checks.redis_eviction(problems),
        checks.clock_difference("Redis", difference),
    ]


async def _redis_clock(client: stream.Client) -> float:
    before = clock.now()
    seconds, microseconds = await client.time()
    middle = before + (clock.now() - before) / 2
    return float(seconds + microseconds / 1_000_000 - middle.timestamp())


async def _machine(patient: Patient) -> list[Check]:
    data = _data(patient.settings)
    if not data.exists():
        return [Check("disk", "warning", f"{data} is not on this machine", "name it with --data")]
    space = shutil.disk_usage(data)
    spooled = sum(f.stat().st_size for f in (data / "spool").glob("*.spool"))
    return [
        checks.disk(space.free, space.total),
        checks.spool(spooled, patient.settings.spool_max_mb * _MB),
    ]


async def _web(patient: Patient) -> list[Check]:
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = await client.get(f"{patient.url}/readyz")
    except httpx.HTTPError as e:
        advice = "start it with `trailpost serve`, or name its address with --url"
        return [checks.failed("web server", f"{patient.url}: {startup.one_line(e)}", advice)]
    if answer.status_code != 200:
        return [checks.failed("web server", _reasons(answer), f"see {patient.url}/readyz")]
    return [Check("web server", "ok", patient.url)]


def _reasons(answer: httpx.Response) -> str:
    try:
        parts = msgspec.json.decode(answer.content, type=dict[str, msgspec.Raw]).get("parts", b"{}")
        named = msgspec.json.decode(parts, type=dict[str, str])
    except msgspec.DecodeError:
        return f"status {answer.status_code}"
    return "; ".join(f"{k}: {v}" for k, v in named.items() if v != "ok")


async def _probe(patient: Patient) -> Check:
    event_id, sent = uuid4(), time.monotonic()
    at = clock.now()
    try:
        refusal = await _send(patient, event_id, at.isoformat())
    except (httpx.HTTPError, StartupError) as e:
        return checks.failed("probe event", startup.one_line(e), "see the web server's log")
    if refusal:
        return checks.failed("probe event", refusal, "see the web server's log")
    conn = await startup.connect_postgres(patient.settings.database_url)
    async with conn:
        while time.monotonic() - sent < _ARRIVES_WITHIN:
            if await store.event_arrived(conn, event_id, at.date()):
                return checks.probe((time.monotonic() - sent) * 1000)
            await asyncio.sleep(0.05)
    return checks.probe(None)


async def _send(patient: Patient, event_id: UUID, at: str) -> str:
    """Post one event. Why it was refused, or nothing."""
    body = {
        "sentAt": at,
        "session": {"id": str(_SESSION), "webdriver": True},
        "events": [
            {
                "type": "timing",
                "id": str(event_id),
                "at": at,
                "metric": "doctor_probe",
                "value": 1,
                "data": {"probe": True},
            }
        ],
    }
    headers = {"x-trailpost-key": await _key(patient), "user-agent": "trailpost-doctor"}
    async with httpx.AsyncClient(timeout=10) as client:
        answer = await client.post(
            f"{patient.url}{patient.settings.ingest_path}", json=body, headers=headers
        )
    return "" if answer.status_code == 202 else f"refused with {answer.status_code}: {answer.text}"


async def _key(patient: Patient) -> str:
    """The oldest ingest key of the default project that still works."""
    pool = db.open_pool(patient.settings.database_url, size=1, application="trailpost doctor")
    async with pool:
        keys = await access.list_keys(pool, "default")
    found = next((k.key for k in keys if k.revoked_at is None), None)
    if found is None:
        raise StartupError("the project `default` has no ingest key: run `trailpost keys create`")
    return found


def _data(settings: Settings) -> Path:
    return Path(settings.data)
