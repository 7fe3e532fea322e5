"""Who may send, and how much: keys, origins and rate limits for every ingest route."""

from __future__ import annotations

import time
from typing import Protocol
from urllib.parse import parse_qs

import msgspec
from litestar.types import Scope

from trailpost.base.errors import Forbidden, TooManyRequests, Unauthorized
from trailpost.base.settings import Settings
from trailpost.http.bounded import MAX_USER_AGENT
from trailpost.http.buckets import Buckets
from trailpost.http.client import client_ip, is_from_proxy, neighbourhood, networks
from trailpost.http.countries import country_code

Headers = list[tuple[bytes, bytes]]

# Ingest answers hold nothing secret and take no cookies, so any page may read them; an origin that
# a project does not allow is refused with 403, and that answer alone is not readable.
READABLE: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"retry-after"),
]
PREFLIGHT: Headers = [
    *READABLE,
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-allow-headers", b"content-type, content-encoding, x-trailpost-key"),
    (b"access-control-max-age", b"86400"),
]


class Project(Protocol):
    """The part of access.Project that ingest needs; access itself imports the database."""

    @property
    def id(self) -> int: ...
    @property
    def slug(self) -> str: ...
    @property
    def allowed_origins(self) -> tuple[str, ...]: ...
    @property
    def secret(self) -> bytes: ...


class Keys(Protocol):
    """The part of access.KeyDirectory that ingest needs."""

    def find(self, key: str) -> Project | None: ...
    def by_slug(self, slug: str) -> Project | None: ...


class Caller(msgspec.Struct, frozen=True):
    """What the headers say of who is calling. The address lives as long as the request."""

    address: str
    origin: str | None
    key: str | None
    user_agent: str
    country: str | None = None
    """ISO 3166-1 alpha-2, when a trusted proxy says so."""


class Guard:
    """One per web process: it holds the token buckets."""

    def __init__(self, settings: Settings) -> None:
        self._trusted = networks(settings.trusted_proxies)
        self._country_header = settings.country_header.strip().lower().encode()
        self._keys = Buckets(settings.rate_limit_key)
        self._addresses = Buckets(settings.rate_limit_ip)
        self._keyless = _keyless(settings)

    def caller(self, scope: Scope, headers: dict[bytes, bytes]) -> Caller:
        """Raises TooManyRequests while this address has spent more than it may."""
        address = client_ip(scope, self._trusted)
        _refuse_early(self._addresses.wait(_neighbours(address), time.monotonic()))
        origin = headers.get(b"origin")
        user_agent = headers.get(b"user-agent", b"")[:MAX_USER_AGENT].decode("latin-1")
        return Caller(
            address=address,
            origin=origin.decode("latin-1") if origin else None,
            key=_key(scope, headers),
            user_agent=user_agent.replace("\0", ""),
            country=self._country(scope, headers),
        )

    def project(self, keys: Keys, caller: Caller, key: str | None) -> Project:
        """Whose key it is. Raises Unauthorized, Forbidden for the origin, or TooManyRequests."""
        if not key:
            raise Unauthorized(
                "an ingest key is needed: header x-trailpost-key, query parameter key, or field key"
            )
        found = keys.find(key)
        if found is None:
            raise Unauthorized("unknown or revoked ingest key")
        return self._admit(found, caller, key)

    def project_or_default(self, keys: Keys, caller: Caller) -> Project:
        """As `project`; without a key the one that the settings name for the compatible routes."""
        if caller.key or not self._keyless:
            return self.project(keys, caller, caller.key)
        found = keys.by_slug(self._keyless)
        if found is None:
            raise Unauthorized(f"no project {self._keyless!r} to take events without a key")
        return self._admit(found, caller, found.slug)

    def spend(self, key: str, caller: Caller, events: int) -> None:
        """`key`, or the slug of a project that takes events without one."""
        now = time.monotonic()
        self._keys.spend(key, events, now)
        self._addresses.spend(_neighbours(caller.address), events, now)

    def _country(self, scope: Scope, headers: dict[bytes, bytes]) -> str | None:
        given = headers.get(self._country_header) if self._country_header else None
        if given is None or not is_from_proxy(scope, self._trusted):
            return None
        return country_code(given.decode("latin-1"))

    def _admit(self, project: Project, caller: Caller, key: str) -> Project:
        if not allows(project, caller.origin):
            raise Forbidden(f"origin {caller.origin} is not allowed for this key", field="origin")
        _refuse_early(self._keys.wait(key, time.monotonic()))
        return project


def _keyless(settings: Settings) -> str | None:
    """Slug of the project that takes events without a key."""
    if settings.keyless_project is None:
        return "default" if settings.embedded else None
    return None if settings.keyless_project in ("-", "") else settings.keyless_project


def allows(project: Project, origin: str | None) -> bool:
    """Programs send no origin; they have the key."""
    if origin is None or "*" in project.allowed_origins:
        return True
    return origin.lower().rstrip("/") in {o.lower().rstrip("/") for o in project.allowed_origins}


def preflight(scope: Scope, keys: Keys) -> tuple[int, Headers]:
    """A browser asks before it sends. Only a key in the address can be judged by then."""
    headers = dict(scope["headers"])
    key, origin = _key(scope, headers), headers.get(b"origin")
    project = keys.find(key) if key else None
    if project and origin and not allows(project, origin.decode("latin-1")):
        return 403, []
    return 204, PREFLIGHT


def _key(scope: Scope, headers: dict[bytes, bytes]) -> str | None:
    if given := headers.get(b"x-trailpost-key"):
        return given.decode("latin-1")
    query = scope["query_string"]
    found = parse_qs(query.decode("latin-1")).get("key") if query else None
    return found[0] if found else None


def _refuse_early(wait: float) -> None:
    if wait > 0:
        raise TooManyRequests("too many events; try again later", retry_after=wait)


def _neighbours(address: str) -> int:
    """Whom to count together, hashed with this process's own random key: no address is kept."""
    return hash(address if ":" not in address else neighbourhood(address))
