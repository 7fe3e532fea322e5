"""Price lists as files: written, read back, refused with every fault named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from trailpost.apps.houses import FIRST_LIST
from trailpost.apps.houses.rules import price_files, sheets
from trailpost.apps.houses.wire import Prices
from trailpost.base.errors import BadRequest

FIRST = Prices(**{f: getattr(FIRST_LIST, f) for f in Prices.__struct_fields__})


def rows(**changed):
    """The first list's rows with other cells: `row_7="x"` changes the price of row 7."""
    found = price_files.to_rows(FIRST_LIST)
    for name, cell in changed.items():
        found[int(name.removeprefix("row_")) - 1][5] = cell
    return found


def refused(given):
    with pytest.raises(BadRequest) as found:
        price_files.from_rows(given)
    assert found.value.field == "file"
    return str(found.value)


@pytest.mark.parametrize("write", [sheets.to_csv, lambda r: sheets.to_xlsx(r, "Prices")])
def test_what_is_exported_can_be_imported(write):
    content = write(price_files.to_rows(FIRST_LIST))
    assert price_files.from_rows(sheets.read(content)) == FIRST


@given(
    st.lists(st.integers(0, 10_000_000), min_size=45, max_size=45),
    st.integers(1, 999),
    st.integers(1, 480),
)
def test_any_list_of_whole_prices_survives_a_file(amounts, rate, months):
    given = price_files.to_rows(FIRST_LIST)
    numbers = iter(amounts)
    for row in given[1:-2]:
        row[5] = next(numbers)
        if row[0] == "core":
            row[6] = next(numbers)
    given[-2][5], given[-1][5] = rate / 100, months
    prices = price_files.from_rows(given)
    assert price_files.to_rows(prices) == given
    assert price_files.from_rows(sheets.read(sheets.to_csv(given))) == prices


def test_a_german_spreadsheets_csv_is_read():
    text = sheets.to_csv(rows()).decode().replace(",", ";").replace("155500", "155.500 €")
    text = text.replace("3.5", "3,5")
    assert price_files.from_rows(sheets.read(b"\xef\xbb\xbf" + text.encode())) == FIRST


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (-1, "row 2, price: -1 is negative"),
        ("free", "row 2, price: 'free' is not a number"),
        ("", "row 2, price: it is empty"),
        (None, "row 2, price: it is empty"),
        ("nan", "row 2, price: 'nan' is not a number"),
        (155500.5, "row 2, price: 155500.5 is not whole"),
        (10**12, "row 2, price: 1e+12 is too much"),
        (True, "row 2, price: 'True' is not a number"),
    ],
)
def test_a_wrong_price_is_named_by_row_and_column(cell, said):
    assert said in refused(rows(row_2=cell))


def test_every_fault_is_told_at_once():
    told = refused(rows(row_2=-1, row_5="x"))
    assert "row 2, price" in told
    assert "row 5, price" in told


def test_a_missing_combination_is_named():
    assert refused(rows()[:1] + rows()[2:]) == (
        "there is no price for trapezblech / kiefer / parkett; "
        "there is no price for trapezblech / kiefer / parkett, per extra module"
    )


def test_a_combination_that_does_not_exist_and_one_twice_are_named():
    strange = ["core", "stroh", "kiefer", "parkett", None, 1, 1]
    told = refused([*rows(), strange, rows()[1], ["panel", None, None, None, None, 1]])
    assert "row 31, price: there is nothing to price called 'stroh / kiefer / parkett'" in told
    assert "row 32, per_module: trapezblech / kiefer / parkett, per extra module stands" in told
    assert "row 33, price: panel stands there twice" in told


def test_a_file_with_other_headings_or_none_is_refused():
    assert "the headings must be kind, shell" in refused([["a", "b"]])
    assert "the headings must be" in refused([])


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"PK\x03\x04 no workbook", b'kind,"shell\n', b"kind\n" * 1001]
)
def test_a_file_that_cannot_be_read_is_refused(content):
    with pytest.raises(BadRequest) as found:
        sheets.read(content)
    assert found.value.field == "file"


def test_a_formula_is_no_price(tmp_path):
    """A workbook that no spreadsheet has calculated holds formulas without results."""
    book = Workbook()
    for row in rows(row_2="=1+1"):
        book.active.append(row)
    book.save(tmp_path / "prices.xlsx")
    content = (tmp_path / "prices.xlsx").read_bytes()
    with pytest.raises(BadRequest, match="row 2, price: it is empty"):
        price_files.from_rows(sheets.read(content))


def test_changes_are_named_with_both_figures():
    after = price_files.from_rows(rows(row_2=160_000, row_20=0))
    found = price_files.changes(FIRST, after)
    assert [(c.item, c.before, c.after) for c in found] == [
        ("trapezblech / kiefer / parkett", 155_500, 160_000),
        ("windows pvc fenster", 280, 0),
    ]
    assert round(found[0].percent, 2) == 2.89
    assert price_files.changes(FIRST, FIRST) == []
