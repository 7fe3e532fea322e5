"""What people keep: notes on the time axis, saved views, links for others."""

from __future__ import annotations

from datetime import datetime

from trailpost import db
from trailpost.base.errors import NotFound
from trailpost.dashboard.wire import Annotation, SavedView, SharedView, ShareLink

_SQL = "trailpost.dashboard.sql"
_LIST_ANNOTATIONS = db.query(_SQL, "list_annotations", Annotation)
_INSERT_ANNOTATION = db.query(_SQL, "insert_annotation")
_CHANGE_ANNOTATION = db.query(_SQL, "change_annotation")
_DELETE_ANNOTATION = db.query(_SQL, "delete_annotation")
_LIST_VIEWS = db.query(_SQL, "list_views", SavedView)
_SAVE_VIEW = db.query(_SQL, "save_view")
_DELETE_VIEW = db.query(_SQL, "delete_view")
_INSERT_LINK = db.query(_SQL, "insert_link")
_OPEN_LINK = db.query(_SQL, "open_link", SharedView)
_FIND_LINK = db.query(_SQL, "find_link", SharedView)
_REVOKE_LINK = db.query(_SQL, "revoke_link")
_LIST_LINKS = db.query(_SQL, "list_links", ShareLink)


async def list_annotations(
    pool: db.Pool, project_id: int, start: datetime, until: datetime
) -> list[Annotation]:
    """The newest first, 1,000 at most."""
    async with db.transaction(pool) as conn:
        return await db.fetch(
            conn, _LIST_ANNOTATIONS, Annotation, project_id=project_id, start=start, until=until
        )


async def annotate(pool: db.Pool, project_id: int, at: datetime, text: str, by: int) -> None:
    async with db.transaction(pool) as conn:
        await db.execute(conn, _INSERT_ANNOTATION, project_id=project_id, at=at, text=text, by=by)


async def change_annotation(
    pool: db.Pool, project_id: int, id: int, at: datetime, text: str
) -> None:
    async with db.transaction(pool) as conn:
        _found(
            await db.execute(
                conn, _CHANGE_ANNOTATION, project_id=project_id, id=id, at=at, text=text
            )
        )


async def delete_annotation(pool: db.Pool, project_id: int, id: int) -> None:
    async with db.transaction(pool) as conn:
        _found(await db.execute(conn, _DELETE_ANNOTATION, project_id=project_id, id=id))


async def views(pool: db.Pool, user_id: int) -> list[SavedView]:
    async with db.transaction(pool) as conn:
        return await db.fetch(conn, _LIST_VIEWS, SavedView, user_id=user_id)


async def save_view(pool: db.Pool, user_id: int, name: str, section: str, query: str) -> None:
    async with db.transaction(pool) as conn:
        await db.execute(conn, _SAVE_VIEW, user_id=user_id, name=name, section=section, query=query)


async def delete_view(pool: db.Pool, user_id: int, id: int) -> None:
    async with db.transaction(pool) as conn:
        _found(await db.execute(conn, _DELETE_VIEW, user_id=user_id, id=id))


async def make_link(
    pool: db.Pool,
    token_hash: bytes,
    shown: tuple[str, str],
    by: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """`shown`: the section's name and the query."""
    section, query = shown
    async with db.transaction(pool) as conn:
        await db.execute(
            conn,
            _INSERT_LINK,
            token_hash=token_hash,
            section=section,
            query=query,
            by=by,
            now=now,
            expires_at=expires_at,
        )


async def open_link(pool: db.Pool, token_hash: bytes, now: datetime) -> SharedView:
    """Counts the visit. Raises NotFound when it is unknown, over or taken back."""
    async with db.transaction(pool) as conn:
        found = await db.fetch_one(conn, _OPEN_LINK, SharedView, token_hash=token_hash, now=now)
    if found is None:
        raise NotFound("the link is wrong, has expired, or was taken back")
    return found


async def find_link(pool: db.Pool, token_hash: bytes, now: datetime) -> SharedView | None:
    """Counts nothing. None when it is unknown, over or taken back."""
    async with db.transaction(pool) as conn:
        return await db.fetch_one(conn, _FIND_LINK, SharedView, token_hash=token_hash, now=now)


async def revoke_link(pool: db.Pool, id: int, now: datetime) -> None:
    async with db.transaction(pool) as conn:
        _found(await db.execute(conn, _REVOKE_LINK, id=id, now=now))


async def links(pool: db.Pool) -> list[ShareLink]:
    """The newest first, 200 at most: open ones, and those that are over."""
    async with db.transaction(pool) as conn:
        return await db.fetch(conn, _LIST_LINKS, ShareLink)


def _found(changed: int) -> None:
    if not changed:
        raise NotFound("it is gone already")
