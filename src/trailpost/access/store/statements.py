"""One function per statement; nothing else in access runs SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from trailpost import db
from trailpost.access.wire import IngestKey, Project, Role

_SQL = "trailpost.access.sql"


class ProjectRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    slug: str
    name: str
    time_zone: str
    allowed_origins: list[str]
    secret: bytes

    def project(self) -> Project:
        return Project(
            id=self.id,
            slug=self.slug,
            name=self.name,
            time_zone=self.time_zone,
            allowed_origins=tuple(self.allowed_origins),
            secret=self.secret,
        )


class Password(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    password_hash: str


class Login(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    email: str
    name: str
    role: Role
    csrf: str
    created_at: datetime
    seen_at: datetime


_INSERT_PROJECT = db.query(_SQL, "insert_project", ProjectRow)
_LOCK_PROJECT = db.query(_SQL, "lock_project", ProjectRow)
_LIST_PROJECTS = db.query(_SQL, "list_projects", ProjectRow)
_INSERT_KEY = db.query(_SQL, "insert_key", IngestKey)
_LIST_KEYS = db.query(_SQL, "list_keys", IngestKey)
_REVOKE_KEY = db.query(_SQL, "revoke_key")
_INSERT_USER = db.query(_SQL, "insert_user")
_COUNT_ADMINS = db.query(_SQL, "count_admins")
_FIND_PASSWORD = db.query(_SQL, "find_password", Password)
_SET_PASSWORD_HASH = db.query(_SQL, "set_password_hash")
_SET_SAME_PASSWORD_HASH = db.query(_SQL, "set_same_password_hash")
_INSERT_LOGIN = db.query(_SQL, "insert_login")
_FIND_LOGIN = db.query(_SQL, "find_login", Login)
_TOUCH_LOGIN = db.query(_SQL, "touch_login")
_DELETE_LOGIN = db.query(_SQL, "delete_login")
_DELETE_LOGINS_OF = db.query(_SQL, "delete_logins_of")
_DELETE_EXPIRED_LOGINS = db.query(_SQL, "delete_expired_logins")
_LOCK_FAILURES = db.query(_SQL, "lock_failures")
_NTH_LAST_FAILURE = db.query(_SQL, "nth_last_failure")
_INSERT_FAILURE = db.query(_SQL, "insert_failure")
_FORGIVE_ACCOUNT = db.query(_SQL, "forgive_account")
_DELETE_OLD_FAILURES = db.query(_SQL, "delete_old_failures")


async def insert_project(
    conn: db.Connection,
    *,
    slug: str,
    name: str,
    time_zone: str,
    allowed_origins: Sequence[str],
    secret: bytes,
) -> Project | None:
    row = await db.fetch_one(
        conn,
        _INSERT_PROJECT,
        ProjectRow,
        slug=slug,
        name=name,
        time_zone=time_zone,
        allowed_origins=list(allowed_origins),
        secret=secret,
    )
    return row.project() if row else None


async def lock_project(conn: db.Connection, slug: str) -> Project | None:
    row = await db.fetch_one(conn, _LOCK_PROJECT, ProjectRow, slug=slug)
    return row.project() if row else None


async def list_projects(conn: db.Connection) -> list[Project]:
    return [row.project() for row in await db.fetch(conn, _LIST_PROJECTS, ProjectRow)]


async def insert_key(conn: db.Connection, *, key: str, project: str, name: str) -> IngestKey | None:
    return await db.fetch_one(conn, _INSERT_KEY, IngestKey, key=key, project=project, name=name)


async def list_keys(conn: db.Connection, project: str | None = None) -> list[IngestKey]:
    """Every key, revoked ones too, of one project or of all."""
    return await db.fetch(conn, _LIST_KEYS, IngestKey, project=project)


async def revoke_key(conn: db.Connection, key: str) -> int:
    return await db.execute(conn, _REVOKE_KEY, key=key)


async def insert_user(
    conn: db.Connection, *, email: str, name: str, password_hash: str, role: Role
) -> int | None:
    found: int | None = await db.fetch_value(
        conn, _INSERT_USER, email=email, name=name, password_hash=password_hash, role=role
    )
    return found


async def count_admins(conn: db.Connection) -> int:
    found: int = await db.fetch_value(conn, _COUNT_ADMINS)
    return found


async def find_password(conn: db.Connection, email: str) -> Password | None:
    return await db.fetch_one(conn, _FIND_PASSWORD, Password, email=email)


async def set_password_hash(conn: db.Connection, user_id: int, password_hash: str) -> int:
    return await db.execute(conn, _SET_PASSWORD_HASH, user_id=user_id, password_hash=password_hash)


async def set_same_password_hash(
    conn: db.Connection, user_id: int, *, old_hash: str, password_hash: str
) -> int:
    return await db.execute(
        conn,
        _SET_SAME_PASSWORD_HASH,
        user_id=user_id,
        old_hash=old_hash,
        password_hash=password_hash,
    )


async def insert_login(
    conn: db.Connection,
    *,
    token_hash: bytes,
    user_id: int,
    csrf: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    await db.execute(
        conn,
        _INSERT_LOGIN,
        token_hash=token_hash,
        user_id=user_id,
        csrf=csrf,
        now=now,
        expires_at=expires_at,
    )


async def find_login(conn: db.Connection, token_hash: bytes, now: datetime) -> Login | None:
    return await db.fetch_one(conn, _FIND_LOGIN, Login, token_hash=token_hash, now=now)


async def touch_login(
    conn: db.Connection, token_hash: bytes, *, now: datetime, expires_at: datetime
) -> None:
    await db.execute(conn, _TOUCH_LOGIN, token_hash=token_hash, now=now, expires_at=expires_at)


async def delete_login(conn: db.Connection, token_hash: bytes) -> None:
    await db.execute(conn, _DELETE_LOGIN, token_hash=token_hash)


async def delete_logins_of(conn: db.Connection, user_id: int) -> int:
    return await db.execute(conn, _DELETE_LOGINS_OF, user_id=user_id)


async def delete_expired_logins(conn: db.Connection, now: datetime) -> int:
    return await db.execute(conn, _DELETE_EXPIRED_LOGINS, now=now)


async def lock_failures(conn: db.Connection, names: Sequence[str]) -> None:
    await db.execute(conn, _LOCK_FAILURES, names=list(names))


async def nth_last_failure(
    conn: db.Connection, who: str, *, since: datetime, allowed: int
) -> datetime | None:
    found: datetime | None = await db.fetch_value(
        conn, _NTH_LAST_FAILURE, who=who, since=since, allowed=allowed
    )
    return found


async def insert_failure(conn: db.Connection, who: str, at: datetime) -> None:
    await db.execute(conn, _INSERT_FAILURE, who=who, at=at)


async def forgive_account(conn: db.Connection, *, account: str, address: str, at: datetime) -> None:
    await db.execute(conn, _FORGIVE_ACCOUNT, account=account, address=address, at=at)


async def delete_old_failures(conn: db.Connection, before: datetime) -> int:
    return await db.execute(conn, _DELETE_OLD_FAILURES, before=before)
