"""Projects, keys and users as the rest of the program sees them, and as keys.json keeps them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

Role = Literal["admin", "viewer"]


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """A product that is watched. `secret` keys the hashes of its visitors: never show it."""

    id: int
    slug: str
    name: str
    time_zone: str
    allowed_origins: tuple[str, ...]
    secret: bytes

    def __repr__(self) -> str:  # logs and tracebacks must not hold the secret
        return f"Project({self.slug!r})"


class SavedKeys(msgspec.Struct, frozen=True, kw_only=True):
    """keys.json: what a web process needs to take events while PostgreSQL is away."""

    version: int = 1
    projects: list[Project]
    keys: dict[str, int]
    """Ingest key -> project id."""


class IngestKey(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    project: str
    name: str
    created_at: datetime
    revoked_at: datetime | None


class User(msgspec.Struct, frozen=True, kw_only=True):
    """Who is logged in, and the CSRF token of this very login."""

    id: int
    email: str
    name: str
    role: Role
    csrf: str


class Bootstrap(msgspec.Struct, frozen=True, kw_only=True):
    """What a first start made, or found."""

    project: Project
    ingest_key: str
    admin_email: str
    admin_password: str | None
    """Only when this very call made the first administrator."""


class LoginForm(msgspec.Struct, frozen=True, kw_only=True):
    email: str = ""
    password: str = ""
    csrf: str = ""
    next: str = ""


class PasswordForm(msgspec.Struct, frozen=True, kw_only=True):
    current: str = ""
    password: str = ""
    again: str = ""
    csrf: str = ""
