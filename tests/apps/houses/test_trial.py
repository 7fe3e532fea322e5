"""What developers ask: does it all work here, and does tracking tell a visit as it was?"""

import httpx

from tests.apps.houses.test_inquiries import FORM
from tests.main.serving import serving, short_folder, wait

CSRF = {"x-csrf-token": "csrf-of-the-login"}


def csrf_of(client, page):
    return client.get(page).text.split('name="csrf" value="')[1].split('"')[0]


def reached_when_converted(client, headers):
    session = "0198c1de-0000-7000-8000-000000000001"
    sent = client.post("/api/inquiries", json=FORM | {"sessionId": session}).json()
    assert sent["conversionStatus"] == "completed"
    moved = client.patch(
        f"/api/admin/inquiries/{sent['id']}", json={"status": "CONVERTED"}, headers=headers
    )
    assert moved.status_code == 200

    def told():
        answer = client.get("/api/reports/user_journey", params={"session": session})
        return answer.status_code == 200 and answer.json()["session"]

    (facts,) = wait(told)
    return facts["reached"]


def test_every_part_is_looked_at(client):
    told = client.get("/api/test/comprehensive").json()
    assert told["ok"], told
    found = {check["name"]: check["found"] for check in told["checks"]}
    assert found["price rule"] == "the worked example costs 426590"
    assert found["price list"] == "version 1: 36 houses from 155500 to 207800"
    assert found["options"] == "24 options in 8 categories"
    assert found["inquiries"] == "0, 0 of them new"


def test_what_is_missing_is_said(client, db):
    db.execute(
        """insert into house_media (file_id, path, name, media_type, md5, size, modified_at)
           values ('f', 'a-1.jpg', 'a.jpg', 'image/jpeg', repeat('0', 32), 1, now())"""
    )
    with client.portal() as portal:
        portal.call(client.app.state["house_prices"].refresh)
    told = client.get("/api/test/comprehensive").json()
    assert not told["ok"]
    (wrong,) = (check for check in told["checks"] if not check["ok"])
    assert wrong["found"] == "1 are not in the media folder, such as a"


def test_without_a_writer_the_visit_is_sent_and_missed(client, db):
    told = client.post("/api/test/session-tracking?patience=0.2", headers=CSRF).json()
    assert not told["ok"]
    checks = [(c["name"], c["ok"]) for c in told["checks"]]
    assert checks == [("sent", True), ("stored", False), ("erased", False)]
    assert "does `trailpost write` run?" in told["checks"][1]["found"]
    assert told["cleanedUp"] is False
    assert "could not be erased: the platform answered 404" in told["remark"]
    assert f"trailpost erase session {told['sessionId']}" in told["remark"]


def test_only_administrators_may_ask(client, db):
    assert client.post("/api/test/session-tracking").status_code == 403
    db.execute("update users set role = 'viewer'")
    assert client.get("/api/test/comprehensive").status_code == 403
    assert client.post("/api/test/session-tracking", headers=CSRF).status_code == 403
    client.cookies.clear()
    assert client.get("/api/test/comprehensive").status_code == 401


def test_a_visit_goes_all_the_way_and_is_erased_again():
    with (
        short_folder() as folder,
        serving(folder / "data", inquiry_converts="false") as server,
        httpx.Client(base_url=server.info["url"], timeout=60) as client,
    ):
        form = {"email": "admin@example.com", "password": server.info["admin_password"]}
        form["csrf"] = csrf_of(client, "/admin/login")
        assert client.post("/admin/login", data=form).status_code == 303
        headers = {"x-csrf-token": csrf_of(client, "/admin/account")}
        told = client.post("/api/test/session-tracking?patience=30", headers=headers).json()
        figures = client.get("/api/reports/overview?bots=true").json()["figures"]
        session = {"session": told["sessionId"]}
        left = client.get("/api/reports/user_journey", params=session).status_code
        reached = reached_when_converted(client, headers)
    assert told["ok"], [c["found"] for c in told["checks"]]
    assert [c["found"] for c in told["checks"]][1:] == [
        "5 events",
        "2 choices, 236300 euro, marked as a robot",
        "nothing of it is left",
    ]
    assert told["cleanedUp"] is True
    assert "was erased again" in told["remark"]
    assert left == 404
    assert figures["sessions"] == 0
    # The owner's CONVERTED is the session's, whatever the page said.
    assert reached == "converted"
