"""A price list as rows of a table, both ways, and what one list changes of another."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import msgspec

from trailpost.apps.houses.rules.catalogue import OPTIONS, VALUES
from trailpost.apps.houses.wire import Core, Credit, Prices
from trailpost.base.errors import BadRequest

Cell: TypeAlias = str | int | float | None
Row: TypeAlias = Sequence[Cell]
Key: TypeAlias = tuple[str, ...]

COLUMNS = ("kind", "shell", "interior", "floor", "option", "price", "per_module")
_MOST = 100_000_000
_MOST_PROBLEMS = 20
# 155.500 and 155 500 as people write them; prices are whole euro, so a point is no decimal point.
_GROUPED = re.compile(r"\d{1,3}(?:[. '’\u00a0]\d{3})+")


def _priced_as(category: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(o.priced_as for o in OPTIONS if o.category == category and o.priced_as)
    )


COMBINATIONS: tuple[tuple[str, str, str], ...] = tuple(
    (shell, interior, floor)
    for floor in _priced_as("fussboden")
    for shell in _priced_as("gebaeudehuelle")
    for interior in _priced_as("innenverkleidung")
)
_PERCENT: Key = ("credit", "yearly_percent")
_SINGLE: tuple[Key, ...] = (
    *(("windows", value) for value in VALUES["fenster"]),
    *(("planning", value) for value in VALUES["planungspaket"]),
    ("panel",),
    ("plot_check",),
    _PERCENT,
    ("credit", "months"),
)
_WANTED: tuple[Key, ...] = (
    *(("core", *key, column) for key in COMBINATIONS for column in ("price", "per_module")),
    *_SINGLE,
)


class _Wrong(ValueError):
    """A cell that cannot be taken; the message says why."""


class Change(msgspec.Struct, frozen=True):
    """One figure of a price list that another has differently."""

    item: str
    before: float
    after: float

    @property
    def percent(self) -> float | None:
        return None if self.before == 0 else 100 * (self.after - self.before) / self.before


def to_rows(prices: Prices) -> list[list[Cell]]:
    """Headings first. What `from_rows` takes back."""
    figures = _figures(prices)
    rows: list[list[Cell]] = [list(COLUMNS)]
    for core in COMBINATIONS:
        base, per_module = (figures["core", *core, column] for column in ("price", "per_module"))
        rows.append(["core", *core, None, base, per_module])
    for key in _SINGLE:
        rows.append([key[0], None, None, None, key[1] if key[1:] else None, figures[key], None])
    return rows


def from_rows(rows: Sequence[Row]) -> Prices:
    """Raises BadRequest naming each row and column at fault, and each price that is missing."""
    found, problems = _read(rows)
    # What is there, but wrong, is not missing.
    if not problems:
        problems = [f"there is no price for {_named(key)}" for key in _WANTED if key not in found]
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        told = problems[:_MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        raise BadRequest("; ".join(told), field="file")
    return _prices(found)


def changes(before: Prices, after: Prices) -> list[Change]:
    """In the order of the file."""
    old, new = _figures(before), _figures(after)
    return [
        Change(_named(key), old.get(key, 0), new[key]) for key in new if old.get(key) != new[key]
    ]


def _read(rows: Sequence[Row]) -> tuple[dict[Key, float], list[str]]:
    """The figures that are right, and what is wrong with the others."""
    found: dict[Key, float] = {}
    if not rows or [_text(cell) for cell in rows[0]][: len(COLUMNS)] != list(COLUMNS):
        return found, [f"row 1: the headings must be {', '.join(COLUMNS)}"]
    problems = []
    for number, row in enumerate(rows[1:], 2):
        cells = dict(zip(COLUMNS, [*row, *[None] * len(COLUMNS)], strict=False))
        for key, column in _keys(cells):
            try:
                if key in found:
                    raise _Wrong(f"{_named(key)} stands there twice")
                found[key] = _figure(key, cells[column])
            except _Wrong as e:
                problems.append(f"row {number}, {column}: {e}")
    return found, problems


def _keys(cells: Mapping[str, Cell]) -> list[tuple[Key, str]]:
    """What a row says, and in which columns; none for an empty row."""
    kind, option = _text(cells["kind"]), _text(cells["option"])
    if kind == "core":
        key = (kind, *(_text(cells[name]) for name in ("shell", "interior", "floor")))
        return [((*key, column), column) for column in ("price", "per_module")]
    if not any(_text(cell) for cell in cells.values()):
        return []
    return [((kind, option) if option else (kind,), "price")]


def _figure(key: Key, cell: Cell) -> float:
    """Raises _Wrong."""
    if key not in _WANTED:
        raise _Wrong(f"there is nothing to price called {_named(key)!r}")
    try:
        figure = _number(cell)
    except ValueError as e:
        raise _Wrong(f"{_text(cell)!r} is not a number" if _text(cell) else "it is empty") from e
    if figure < 0:
        raise _Wrong(f"{figure:g} is negative")
    if figure > _MOST:
        raise _Wrong(f"{figure:g} is too much")
    if key[0] == "credit" and figure == 0:
        raise _Wrong("a credit has a rate and months")
    if key != _PERCENT and not float(figure).is_integer():
        raise _Wrong(f"{figure} is not whole")
    return figure


def _number(cell: Cell) -> float:
    """Raises ValueError."""
    if isinstance(cell, bool) or cell is None:
        raise ValueError
    if isinstance(cell, int | float):
        return cell
    text = cell.removesuffix("€").strip()
    if _GROUPED.fullmatch(text):
        return int(re.sub(r"\D", "", text))
    figure = float(text.replace(",", "."))
    if figure != figure or abs(figure) == float("inf"):
        raise ValueError
    return figure


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _named(key: Key) -> str:
    """For people, as in `platten / eiche / stone, per extra module`."""
    if key[0] != "core":
        return " ".join(key).replace("_", " ")
    extra = ", per extra module" if key[-1] == "per_module" else ""
    return " / ".join(key[1:-1]) + extra


def _figures(prices: Prices) -> dict[Key, float]:
    found: dict[Key, float] = {}
    for core in prices.cores:
        key = ("core", core.shell, core.interior, core.floor)
        found[(*key, "price")], found[(*key, "per_module")] = core.base, core.per_module
    found |= {("windows", value): amount for value, amount in prices.windows.items()}
    found |= {("planning", value): amount for value, amount in prices.planning.items()}
    return found | {
        ("panel",): prices.panel,
        ("plot_check",): prices.plot_check,
        ("credit", "yearly_percent"): round(100 * prices.instalment.rate, 6),
        ("credit", "months"): prices.instalment.months,
    }


def _prices(found: Mapping[Key, float]) -> Prices:
    whole = {key: int(figure) for key, figure in found.items()}
    return Prices(
        cores=tuple(
            Core(
                shell=shell,
                interior=interior,
                floor=floor,
                base=whole["core", shell, interior, floor, "price"],
                per_module=whole["core", shell, interior, floor, "per_module"],
            )
            for shell, interior, floor in COMBINATIONS
        ),
        windows={value: whole["windows", value] for value in VALUES["fenster"]},
        planning={value: whole["planning", value] for value in VALUES["planungspaket"]},
        panel=whole[("panel",)],
        plot_check=whole[("plot_check",)],
        instalment=Credit(
            rate=round(found["credit", "yearly_percent"] / 100, 8), months=whole["credit", "months"]
        ),
    )
