"""Projects, keys and users made, changed and ended: each a few statements in one transaction."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec

from trailpost import db
from trailpost.access import rules
from trailpost.access.store import statements
from trailpost.access.wire import Bootstrap, IngestKey, Project, Role
from trailpost.base.errors import BadRequest, Conflict, NotFound, StartupError
from trailpost.base.settings import Settings

DEFAULT_PROJECT = "default"


async def bootstrap(conn: db.Connection, settings: Settings) -> Bootstrap:
    """Make sure there is a project, a key and an administrator, also when many start at once."""
    async with conn.transaction():
        await statements.insert_project(
            conn,
            slug=DEFAULT_PROJECT,
            name="Default",
            time_zone="UTC",
            allowed_origins=["*"],
            secret=secrets.token_bytes(32),
        )
        project = await statements.lock_project(conn, DEFAULT_PROJECT)
        if project is None:
            raise StartupError("the project `default` vanished while it was made; start again")
        key = await _first_key(conn)
        password = await _first_admin(conn, settings)
    return Bootstrap(
        project=project,
        ingest_key=key,
        admin_email=settings.admin_email,
        admin_password=password,
    )


async def _first_key(conn: db.Connection) -> str:
    for found in await statements.list_keys(conn, DEFAULT_PROJECT):
        if found.revoked_at is None:
            return found.key
    key = rules.new_key()
    await statements.insert_key(conn, key=key, project=DEFAULT_PROJECT, name="first")
    return key


async def _first_admin(conn: db.Connection, settings: Settings) -> str | None:
    if await statements.count_admins(conn):
        return None
    password = settings.admin_password or rules.new_password()
    try:
        email = rules.check_email(settings.admin_email)
        rules.check_password(password)
    except BadRequest as e:
        name = f"TRAILPOST_ADMIN_{(e.field or '').upper()}"
        raise StartupError(f"setting {name} is wrong: {e}") from e
    hashed = await asyncio.to_thread(rules.hash_password, password)
    made = await statements.insert_user(
        conn, email=email, name="", password_hash=hashed, role="admin"
    )
    return password if made is not None else None


async def create_project(
    pool: db.Pool,
    slug: str,
    name: str = "",
    time_zone: str = "UTC",
    allowed_origins: Sequence[str] = ("*",),
) -> Project:
    """Raises BadRequest, or Conflict when the slug is taken."""
    rules.check_project(slug, time_zone)
    async with db.transaction(pool) as conn:
        made = await statements.insert_project(
            conn,
            slug=slug,
            name=name or slug,
            time_zone=time_zone,
            allowed_origins=allowed_origins,
            secret=secrets.token_bytes(32),
        )
    if made is None:
        raise Conflict(f"there is a project {slug!r} already", field="slug")
    return made


async def list_projects(pool: db.Pool) -> list[Project]:
    async with db.transaction(pool) as conn:
        return await statements.list_projects(conn)


async def create_key(pool: db.Pool, project: str, name: str = "") -> IngestKey:
    """Raises NotFound when there is no such project."""
    async with db.transaction(pool) as conn:
        made = await statements.insert_key(conn, key=rules.new_key(), project=project, name=name)
    if made is None:
        raise NotFound(f"there is no project {project!r}")
    return made


async def list_keys(pool: db.Pool, project: str | None = None) -> list[IngestKey]:
    """Every key, revoked ones too, of one project or of all."""
    async with db.transaction(pool) as conn:
        return await statements.list_keys(conn, project)


async def revoke_key(pool: db.Pool, key: str) -> None:
    """Web processes refuse it within 5 seconds. Raises NotFound."""
    async with db.transaction(pool) as conn:
        if not await statements.revoke_key(conn, key):
            raise NotFound(f"there is no ingest key {key!r}")


async def create_user(
    pool: db.Pool, email: str, password: str, role: Role = "admin", name: str = ""
) -> int:
    """The new user's id. Raises BadRequest, or Conflict when the e-mail is taken."""
    email = rules.check_email(email)
    rules.check_password(password)
    hashed = await asyncio.to_thread(rules.hash_password, password)
    async with db.transaction(pool) as conn:
        made = await statements.insert_user(
            conn, email=email, name=name, password_hash=hashed, role=role
        )
    if made is None:
        raise Conflict(f"there is a user {email!r} already", field="email")
    return made


async def set_password(pool: db.Pool, email: str, password: str) -> None:
    """Also logs the user out everywhere. Raises BadRequest or NotFound."""
    rules.check_password(password)
    hashed = await asyncio.to_thread(rules.hash_password, password)
    async with db.transaction(pool) as conn:
        found = await statements.find_password(conn, email)
        if found is None:
            raise NotFound(f"there is no user {email!r}")
        await statements.set_password_hash(conn, found.id, hashed)
        await statements.delete_logins_of(conn, found.id)


def forget_admin_password(data: Path, email: str) -> bool:
    """Take `admin_password` out of trailpost.json if it is this user's. Returns whether it did."""
    path = data / "trailpost.json"
    try:
        content: dict[str, msgspec.Raw] = msgspec.json.decode(
            path.read_bytes(), type=dict[str, msgspec.Raw]
        )
        owner = msgspec.json.decode(content.get("admin_email", b'""'), type=str)
    except (FileNotFoundError, msgspec.DecodeError):
        return False
    if "admin_password" not in content or owner.lower() != email.lower():
        return False
    del content["admin_password"]
    db.replace_file(path, msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
    return True
