"""Options, price table and calculation over HTTP."""

import msgspec
import pytest

from trailpost.apps.houses import FIRST_LIST, OPTIONS
from trailpost.apps.houses.wire import PriceTable

CALCULATE = "/api/pricing/calculate"


def priced(client, configuration, **more):
    return client.post(CALCULATE, json={"configuration": configuration, **more})


def test_what_the_migration_loads_is_what_the_rule_is_tested_with(client):
    assert msgspec.json.decode(client.get("/api/pricing/table").content, type=PriceTable) == (
        FIRST_LIST
    )
    options = client.get("/api/house-options").json()
    assert options["priceListVersion"] == "1"
    assert options["options"] == list(msgspec.to_builtins(OPTIONS))


def test_options_of_one_category(client):
    options = client.get("/api/house-options", params={"category": "fenster"}).json()["options"]
    values = [o["value"] for o in options]
    assert values == [
        "pvc_fenster",
        "fichte",
        "steirische_eiche",
        "aluminium",
    ]
    wrong = client.get("/api/house-options", params={"category": "dach"})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "category")


def test_a_calculation_answers_all_the_page_shows(client):
    answer = priced(
        client,
        {
            "nest": "nest120",
            "gebaeudehuelle": "holzlattung",
            "innenverkleidung": "fichte",
            "fussboden": "kalkstein_kanafar",
            "pvanlage": {"value": "pv_panels", "quantity": 8},
            "fenster": {"value": "aluminium", "quantity": 20},
            "planungspaket": "plus",
            "grundstueckscheck": "grundstueckscheck",
        },
    )
    assert answer.status_code == 200
    told = answer.json()
    assert (told["total"], told["monthly"], told["priceListVersion"]) == (278_210, 1614, "1")
    assert sum(line["amount"] for line in told["breakdown"]) == 278_210
    assert told["breakdown"][4] == {
        "category": "fenster",
        "value": "aluminium",
        "label": "Aluminium",
        "amount": 14_000,
        "quantity": 20,
    }
    assert told["limits"] == {"pvanlage": 12, "fenster": 38}
    assert told["labels"]["gebaeudehuelle"]["holzlattung"] == {"amount": 0, "text": "inkludiert"}
    assert told["labels"]["planungspaket"]["pro"] == {"amount": 5000, "text": "+ 5.000 €"}
    assert told["labels"]["planungspaket"]["basis"] == {"amount": -5000, "text": "− 5.000 €"}


def test_in_english_labels_are_english(client):
    told = priced(client, {"nest": "nest80"}, language="en").json()
    assert told["breakdown"][0]["label"] == "Nest. 80"
    assert told["labels"]["gebaeudehuelle"]["holzlattung"]["text"] == "+ €9,600"
    assert told["labels"]["fussboden"]["parkett"]["text"] == "included"


@pytest.mark.parametrize(
    ("configuration", "field", "said"),
    [
        ({"nest": "nest200"}, "nest", "there is no option 'nest200' in nest"),
        ({"fussboden": "teppich"}, "fussboden", "there is no option 'teppich' in fussboden"),
        (
            {"pvanlage": {"value": "pv_panels", "quantity": 9}},
            "pvanlage",
            "pvanlage: 9, but nest80 takes 1 to 8 (pv-limit)",
        ),
        (
            {"nest": "nest100", "fenster": {"value": "fichte", "quantity": 35}},
            "fenster",
            "fenster: 35, but nest100 takes 1 to 34 (window-limit)",
        ),
    ],
)
def test_what_breaks_a_rule_is_unprocessable_and_named(client, configuration, field, said):
    answer = priced(client, configuration)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["field"], told["detail"], told["code"]) == (field, said, "unprocessable")


@pytest.mark.parametrize(
    ("configuration", "field"),
    [
        ({"nest": 80}, "configuration.nest"),
        ({"dach": "rot"}, "configuration"),
        ({"fenster": {"value": "fichte", "quantity": 2.5}}, "configuration.fenster.quantity"),
    ],
)
def test_what_is_malformed_is_a_bad_request_and_named(client, configuration, field):
    answer = priced(client, configuration)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
