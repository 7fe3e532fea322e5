"""Whole tables as files. To add one: a module and its statement here, a line below."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing

import msgspec

from trailpost import db
from trailpost.analytics import store
from trailpost.analytics.exports import choices, events, sessions, snapshots
from trailpost.analytics.exports.formats import sink_for
from trailpost.analytics.exports.output import (
    CannotWrite,
    Output,
    in_thread,
    whole_file,
)
from trailpost.analytics.rules.exports import Table, scope_of
from trailpost.analytics.wire import ExportAsks

__all__ = ["EXPORTS", "CannotWrite", "Output", "Written", "export", "whole_file"]

EXPORTS: dict[str, Table] = {
    module.TABLE.name: module.TABLE for module in (sessions, events, choices, snapshots)
}

Told = Callable[[int, int], Awaitable[None]]
"""(rows written, rows expected): the second is what the rollups know of, a good guess."""


class Written(msgspec.Struct, frozen=True):
    rows: int
    bytes: int
    sha256: str


async def export(pool: db.Pool, asked: ExportAsks, out: Output, told: Told) -> Written:
    """Write all rows as they are at one moment, however many there are, in constant memory.

    Raises BadRequest that names the parameter at fault, or NotFound for the project.
    """
    table = EXPORTS[asked.table]
    async with db.transaction(pool) as conn:
        project = await store.begin_export(conn, asked)
        scope = scope_of(table, asked, project)
        expected = await store.expected_rows(conn, table, scope)
        sink, rows = await in_thread(sink_for, asked.format, table, out), 0
        await told(rows, expected)
        async with aclosing(store.exported_rows(conn, table, scope)) as lots:
            async for lot in lots:
                await in_thread(sink.write, lot)
                rows += len(lot)
                await told(rows, max(rows, expected))
        await in_thread(sink.finish)
    return Written(rows, out.bytes, out.sha256)
