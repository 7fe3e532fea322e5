"""The statements by which workers take turns."""

from __future__ import annotations

from trailpost import db

_SQL = "trailpost.jobs.sql"
_TAKE_TURN = db.query(_SQL, "take_turn")
_STILL_THERE = db.query(_SQL, "still_there")


async def take_turn(conn: db.Connection) -> bool:
    return bool(await db.fetch_value(conn, _TAKE_TURN))


async def still_there(conn: db.Connection) -> bool:
    return bool(await db.fetch_value(conn, _STILL_THERE))
