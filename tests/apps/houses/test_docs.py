"""docs/houses.md says what there is."""

import json
import re
from pathlib import Path

import pytest

from trailpost.apps.houses import FIRST_LIST, LIMITS, Configuration, Quantity, instalment, price
from trailpost.apps.houses.rules import price_files

TEXT = (Path(__file__).parents[3] / "docs" / "houses.md").read_text()
EXAMPLES = re.findall(r"(?m)^\| `(\{.*\})` \| (\d+) \| (\d+) \|$", TEXT)


def table(heading):
    """First cells of the table below these headings."""
    rows = TEXT.split(heading, 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [re.findall(r"`([^`]+)`", row) for row in rows]


def test_every_route_is_listed_and_no_other(client):
    described = client.get("/docs/openapi.json").json()["paths"]
    routes = {
        f"{method.upper()} {path}"
        for path, methods in described.items()
        for method, said in methods.items()
        if "Houses" in said.get("tags", ())
    }
    assert {row[0] for row in table("| Route | |\n")} == routes


@pytest.mark.parametrize(("configuration", "total", "monthly"), EXAMPLES)
def test_the_worked_examples_are_right(configuration, total, monthly):
    house = Configuration(
        **{
            k: v if isinstance(v, str) else Quantity(**v)
            for k, v in json.loads(configuration).items()
        }
    )
    assert price(house, FIRST_LIST) == int(total)
    assert instalment(int(total), FIRST_LIST) == int(monthly)


def test_there_are_four_worked_examples():
    assert len(EXAMPLES) == 4


def test_the_example_of_a_calculation_is_answered_so(client):
    sent, answered = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", TEXT, re.S))
    told = client.post("/api/pricing/calculate", json=sent).json()
    assert {k: told[k] for k in answered} == answered


def test_the_limits_are_those_of_the_rules():
    assert [row[:2] for row in table("| Rule | Category | Most |\n")] == [
        [limit.id, limit.category] for limit in LIMITS
    ]
    for limit in LIMITS:
        assert re.search(rf"{limit.base} .*, and {limit.per_extra_module} more for each", TEXT)


def test_the_columns_and_words_of_a_price_list_are_listed():
    rows = table("| Column | |\n")
    assert tuple(row[0] for row in rows) == price_files.COLUMNS
    written = {row[0]: set(row[1:]) for row in rows}
    found = price_files.to_rows(FIRST_LIST)[1:]
    assert written["kind"] == {row[0] for row in found}
    for n, name in ((1, "shell"), (2, "interior"), (3, "floor")):
        assert written[name] == {row[n] for row in found if row[n]}
