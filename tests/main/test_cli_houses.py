"""`trailpost houses prices …`, called in this process against a database of the test's own."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.main.test_cli import call as call
from trailpost.apps.houses import FIRST_LIST, read_prices


@pytest.fixture
def file(call, tmp_path):
    """The list in force, as a file to change."""
    path = tmp_path / "prices.csv"
    call("houses", "prices", "export", path)
    return path


def change(path, before, after):
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def lists(db):
    return db.execute("select version, note from price_lists order by version").fetchall()


@pytest.mark.parametrize("name", ["prices.csv", "prices.xlsx"])
def test_an_exported_list_changes_nothing(call, tmp_path, name, db):
    path = tmp_path / name
    assert call("houses", "prices", "export", path) == f"Wrote price list 1 to {path}.\n"
    assert read_prices(path.read_bytes()).cores == FIRST_LIST.cores
    assert call("houses", "prices", "diff", path) == "It changes nothing of price list 1.\n"
    assert call("houses", "prices", "import", path) == "It changes nothing of price list 1.\n"
    assert lists(db) == [(1, "First list")]


def test_a_list_can_be_piped(call, file):
    assert call("houses", "prices", "export", "-") == file.read_bytes().decode().replace("\r", "")


def test_a_change_is_shown_and_taken(call, file, db):
    change(file, "pvc_fenster,280", "pvc_fenster,294")
    shown = call("houses", "prices", "diff", file, status=1)
    assert "windows pvc fenster" in shown
    assert "280  ->          294  +5.0 %" in shown
    assert "1 figure of price list 1 would change." in shown
    said = call("houses", "prices", "import", file, "--yes", "--note", "Spring")
    assert "Price list 2 is in force from" in said
    assert lists(db) == [(1, "First list"), (2, "Spring")]
    assert "pvc_fenster,294" in call("houses", "prices", "export", "-")
    assert "pvc_fenster,280" in call("houses", "prices", "export", "-", "--version", 1)


def test_nothing_is_taken_without_a_yes(call, file, db):
    change(file, "pvc_fenster,280", "pvc_fenster,294")
    assert "Take it as price list 2?" in call("houses", "prices", "import", file, input="n\n")
    assert len(lists(db)) == 1


def test_a_list_can_be_scheduled(call, file, db):
    change(file, "panel,,,,,390", "panel,,,,,400")
    later = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    call("houses", "prices", "import", file, "--yes", "--valid-from", later)
    assert "panel,,,,,390" in call("houses", "prices", "export", "-")
    assert "changes nothing" in call("houses", "prices", "diff", file, "--valid-from", later)
    assert "panel" in call("houses", "prices", "diff", file, status=1)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2020-01-01T00:00Z", "a price list cannot begin in the past"),
        ("2027-01-01T00:00", "says no time zone"),
        ("soon", "is no time"),
    ],
)
def test_a_start_that_cannot_be_is_refused(call, file, db, start, said):
    change(file, "panel,,,,,390", "panel,,,,,400")
    told = call("houses", "prices", "import", file, "--yes", "--valid-from", start, status=1)
    assert said in told
    assert len(lists(db)) == 1


def test_a_faulty_file_is_refused_on_one_line(call, file, db):
    change(file, "pvc_fenster,280", "pvc_fenster,-280")
    change(file, "planning,,,,plus,13900", "planning,,,,plus,many")
    told = call("houses", "prices", "import", file, "--yes", status=1)
    assert told == (
        "trailpost: row 20, price: -280 is negative; row 25, price: 'many' is not a number\n"
    )
    assert len(lists(db)) == 1


def test_another_version_that_is_not_there_is_named(call):
    said = call("houses", "prices", "export", "-", "--version", 9, status=1)
    assert said == "trailpost: there is no price list 9\n"
