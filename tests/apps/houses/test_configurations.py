"""Houses that are kept under a short id, shared, and changed by one person at a time."""

import hashlib
import threading

import pytest

HOUSE = {"nest": "nest120", "gebaeudehuelle": "holzlattung"}
WHOLE = {
    "nest": "nest120",
    "gebaeudehuelle": "holzlattung",
    "innenverkleidung": None,
    "fussboden": None,
    "fenster": None,
    "planungspaket": None,
    "pvanlage": None,
    "grundstueckscheck": None,
}


def save(client, configuration):
    return client.post("/api/configurations", json={"configuration": configuration})


def change(client, made, configuration, revision, **headers):
    body = {"configuration": configuration, "revision": revision}
    headers = headers or {"x-edit-secret": made.get("editSecret", "another's")}
    return client.put(f"/api/configurations/{made['id']}", json=body, headers=headers)


def test_a_kept_configuration_is_found_by_its_id(client):
    made = save(client, HOUSE)
    assert made.status_code == 201
    told = made.json()
    assert (told["revision"], told["totalPrice"], told["priceListVersion"]) == (1, 236_300, "1")
    assert told["url"] == f"/konfigurator/c/{told['id']}"
    assert len(told["id"]) == 10
    found = client.get(f"/api/configurations/{told['id']}").json()
    assert found | {"editSecret": told["editSecret"]} == told
    assert "editSecret" not in found
    assert found["configuration"] == WHOLE


def test_two_ids_have_nothing_in_common(client):
    first, second = (save(client, HOUSE).json()["id"] for _ in range(2))
    assert first != second


def test_the_server_prices_what_it_keeps(client):
    """Whatever total a client may send."""
    body = {"configuration": HOUSE, "totalPrice": 1}
    assert client.post("/api/configurations", json=body).json()["totalPrice"] == 236_300


def test_a_change_counts_the_revision_up(client):
    made = save(client, HOUSE).json()
    changed = change(client, made, HOUSE | {"fussboden": "parkett"}, 1)
    assert changed.status_code == 200
    assert changed.json()["revision"] == 2
    assert "editSecret" not in changed.json()
    found = client.get(f"/api/configurations/{made['id']}").json()
    assert found["configuration"]["fussboden"] == "parkett"


def test_only_its_maker_may_change_it(client):
    made, other = (save(client, HOUSE).json() for _ in range(2))
    wrong = ({"x-edit-secret": other["editSecret"]}, {"x-edit-secret": ""}, {"accept": "*/*"})
    for headers in wrong:
        refused = change(client, made, HOUSE | {"nest": "nest160"}, 1, **headers)
        assert (refused.status_code, refused.json()["field"]) == (403, "X-Edit-Secret"), headers
    assert client.get(f"/api/configurations/{made['id']}").json()["configuration"] == WHOLE


def test_of_the_secret_only_a_hash_is_kept_and_an_older_house_has_none(client, db):
    made = save(client, HOUSE).json()
    (kept,) = db.execute("select edit_secret from house_configurations").fetchone()
    assert kept == hashlib.sha256(made["editSecret"].encode()).digest()
    db.execute("update house_configurations set edit_secret = null")
    assert change(client, made, HOUSE, 1).status_code == 403
    assert client.get(f"/api/configurations/{made['id']}").status_code == 200


def test_who_has_not_seen_the_latest_revision_changes_nothing(client):
    made = save(client, HOUSE).json()
    change(client, made, HOUSE | {"nest": "nest140"}, 1)
    late = change(client, made, HOUSE | {"nest": "nest160"}, 1)
    assert late.status_code == 409
    assert late.json()["field"] == "revision"
    assert "at revision 2" in late.json()["detail"]
    found = client.get(f"/api/configurations/{made['id']}").json()
    assert found["configuration"]["nest"] == "nest140"


def test_of_many_who_change_at_once_one_wins(client):
    made = save(client, HOUSE).json()
    answers = []

    def attempt(panels):
        wanted = HOUSE | {"pvanlage": {"value": "pv_panels", "quantity": panels}}
        answers.append(change(client, made, wanted, 1).status_code)

    threads = [threading.Thread(target=attempt, args=[n]) for n in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 7


@pytest.mark.parametrize("id", ["2345678923", "short", "..%2f..%2fx", "0000000000"])
def test_an_unknown_id_is_not_found(client, id):
    assert client.get(f"/api/configurations/{id}").status_code == 404
    assert change(client, {"id": id}, HOUSE, 1).status_code == 404


def test_what_breaks_a_rule_is_not_kept(client, db):
    answer = save(client, {"pvanlage": {"value": "pv_panels", "quantity": 99}})
    assert (answer.status_code, answer.json()["field"]) == (422, "pvanlage")
    assert save(client, {"nest": "hut"}).status_code == 422
    assert db.execute("select count(*) from house_configurations").fetchone() == (0,)


def test_keeping_very_many_is_slowed_down(client):
    answers = [save(client, HOUSE) for _ in range(62)]
    late = [a for a in answers if a.status_code == 429]
    assert late
    assert int(late[0].headers["retry-after"]) >= 1
    assert {a.status_code for a in answers} == {201, 429}
