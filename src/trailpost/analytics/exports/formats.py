"""Rows into bytes: CSV, JSON lines and Parquet, each with no more in memory than it must."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from trailpost.analytics.exports.output import Output
from trailpost.analytics.rules.cells import cell
from trailpost.analytics.rules.exports import Table, columns
from trailpost.analytics.wire import Format


class Sink(Protocol):
    def write(self, rows: Sequence[Any]) -> None: ...

    def finish(self) -> None:
        """What comes after the last row."""


def sink_for(form: Format, table: Table, out: Output) -> Sink:
    if form == "csv":
        return CsvSink(table, out)
    if form == "jsonl":
        return JsonLines(out)
    # Takes 45 MB of memory: loaded by those who want it.
    from trailpost.analytics.exports.parquet import ParquetSink

    return ParquetSink(table, out)


class CsvSink:
    """RFC 4180: a header of field names, lines end in CRLF."""

    def __init__(self, table: Table, out: Output) -> None:
        self._out = out
        self._put([[column.wire for column in columns(table.row)]])

    def write(self, rows: Sequence[Any]) -> None:
        self._put([[cell(value) for value in msgspec.structs.astuple(row)] for row in rows])

    def finish(self) -> None:
        pass

    def _put(self, lines: list[list[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(lines)
        self._out.write(text.getvalue().encode())


class JsonLines:
    """One object a line, in UTF-8; every field is there, null when there is nothing."""

    def __init__(self, out: Output) -> None:
        self._out, self._json = out, msgspec.json.Encoder(decimal_format="number")

    def write(self, rows: Sequence[Any]) -> None:
        self._out.write(self._json.encode_lines(rows))

    def finish(self) -> None:
        pass
