"""Rows into Parquet: typed columns, zstd, row groups of bounded size."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from trailpost.analytics.exports.output import Output
from trailpost.analytics.rules.exports import Column, Table, columns

# Whichever comes first: large enough to compress and to skip, small enough to hold in memory.
_GROUP_ROWS = 100_000
_GROUP_BYTES = 32 * 1024 * 1024

_TYPES: dict[Any, pa.DataType] = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    # Text: Spark knows no UUID, and JSON is text to every reader.
    str: pa.string(),
    UUID: pa.string(),
    msgspec.Raw: pa.string(),
    list: pa.list_(pa.string()),
    Decimal: pa.decimal128(14, 2),
    date: pa.date32(),
    datetime: pa.timestamp("us", tz="UTC"),
}


class ParquetSink:
    """Columns are named as in the database, and carry their definitions."""

    def __init__(self, table: Table, out: Output) -> None:
        self._columns = columns(table.row)
        self._schema = pa.schema([_field(column) for column in self._columns])
        self._writer = pq.ParquetWriter(out, self._schema, compression="zstd")
        self._gathered: list[pa.RecordBatch] = []

    def write(self, rows: Sequence[Any]) -> None:
        values = zip(*map(msgspec.structs.astuple, rows), strict=True)
        arrays = [
            pa.array(_plain(column, found), type=_TYPES[column.type])
            for column, found in zip(self._columns, values, strict=True)
        ]
        self._gathered.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        if (
            sum(batch.num_rows for batch in self._gathered) >= _GROUP_ROWS
            or sum(batch.nbytes for batch in self._gathered) >= _GROUP_BYTES
        ):
            self._flush()

    def finish(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._gathered:
            group = pa.Table.from_batches(self._gathered)
            self._writer.write_table(group, row_group_size=group.num_rows)
            self._gathered = []


def _field(column: Column) -> pa.Field:
    about = {"description": column.definition}
    return pa.field(column.name, _TYPES[column.type], column.nullable, metadata=about)


def _plain(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    """As Arrow takes them."""
    if column.type is UUID:
        return [None if value is None else str(value) for value in values]
    if column.type is msgspec.Raw:
        return [None if value is None else bytes(value) for value in values]
    return values
