"""CSV and XLSX files as rows, and rows as such files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from trailpost.apps.houses.rules.price_files import Cell
from trailpost.base.errors import BadRequest

# A price list has 46 rows of 7 cells.
_MOST_ROWS, _MOST_COLUMNS = 1_000, 50
# What a workbook may unpack to: a small file can hold a very large sheet.
_MOST_UNPACKED = 20 * 1024 * 1024
_XLSX = b"PK\x03\x04"


def read(content: bytes) -> list[list[Cell]]:
    """Of an XLSX workbook the first sheet. Raises BadRequest."""
    return _read_xlsx(content) if content.startswith(_XLSX) else _read_csv(content)


def to_csv(rows: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def to_xlsx(rows: Sequence[Sequence[Cell]], title: str) -> bytes:
    # Rarely needed, and it takes 5 MB.
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFG", (12, 14, 12, 12, 18, 12, 12), strict=True):
        sheet.column_dimensions[column].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _read_csv(content: bytes) -> list[list[Cell]]:
    """With commas, or with semicolons as a German spreadsheet writes it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise BadRequest("the file is neither UTF-8 text nor an XLSX workbook", field="file") from e
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as e:
        raise BadRequest(f"the file is no CSV: {e}", field="file") from e
    if len(rows) > _MOST_ROWS:
        raise BadRequest(f"the file has more than {_MOST_ROWS} rows", field="file")
    return [list(row) for row in rows]


def _read_xlsx(content: bytes) -> list[list[Cell]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise BadRequest("the workbook is too large", field="file")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = book.worksheets[0].iter_rows(
            max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True
        )
        return [[_cell(cell) for cell in row] for row in found]
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, IndexError) as e:
        raise BadRequest(f"the workbook cannot be read: {e}", field="file") from e


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, int | float | str):
        return value
    return str(value)
