"""The owner's inquiries: found, moved forward, exported, deleted."""

import csv
import io

import pytest

from tests.apps.houses.test_inquiries import FORM

HERE = "/admin/houses/inquiries"
API = "/api/admin/inquiries"
CSRF = {"x-csrf-token": "csrf-of-the-login"}
FORM_CSRF = {"csrf": "csrf-of-the-login"}


@pytest.fixture
def make(client, db):
    """Inquiries past the rate limit: each as if from an address of its own."""

    def made(n=1, **changed):
        found = []
        for k in range(n):
            client.app.state["house_limits"].inquiries._held.clear()
            body = FORM | {"name": f"Person {k}", "email": f"p{k}@kunde.example"} | changed
            found.append(client.post("/api/inquiries", json=body).json()["id"])
        return found

    return made


def rows(client, **query):
    answer = client.get("/admin/houses/inquiries.csv", params=query)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def move(client, id, status):
    return client.patch(f"{API}/{id}", json={"status": status}, headers=CSRF)


def test_an_empty_list_says_so(client):
    assert "There is no inquiry yet." in client.get(HERE).text


def test_inquiries_are_listed_newest_first_page_by_page(client, make):
    made = make(5)
    first = client.get(API, params={"limit": 2}).json()
    assert [i["id"] for i in first["inquiries"]] == made[:2:-1]
    second = client.get(API, params={"limit": 2, "cursor": first["nextCursor"]}).json()
    last = client.get(API, params={"limit": 2, "cursor": second["nextCursor"]}).json()
    assert [i["id"] for i in second["inquiries"] + last["inquiries"]] == made[2::-1]
    assert last["nextCursor"] is None


def test_inquiries_are_found_by_status_and_by_name_or_address(client, make):
    first, second = make(2)
    move(client, first, "CONTACTED")
    assert [i["id"] for i in client.get(API, params={"status": "NEW"}).json()["inquiries"]] == [
        second
    ]
    assert [i["id"] for i in client.get(API, params={"q": "P0@KUNDE"}).json()["inquiries"]] == [
        first
    ]
    assert client.get(API, params={"q": "100%"}).json()["inquiries"] == []
    page = client.get(HERE, params={"status": "CONTACTED"})
    assert "Person 0" in page.text
    assert "Person 1" not in page.text
    assert "No inquiry is like that." in client.get(HERE, params={"q": "nobody"}).text
    # What makes no sense is as if it were not asked.
    assert "Person 1" in client.get(HERE, params={"status": "x", "cursor": "y"}).text


def test_an_inquiry_is_shown_with_its_house_and_its_journey(client, make):
    session = "0198c1de-0000-7000-8000-000000000001"
    (id,) = make(sessionId=session, message="<script>alert(1)</script>")
    page = client.get(f"{HERE}/{id}").text
    assert "Photovoltaic panels, 8 panels" in page
    assert "Aluminium, 20 m²" in page
    assert "278.210 €" in page
    assert f"/admin/sessions/{session}" in page
    assert "<script>alert" not in page


def test_a_status_moves_forward_only(client, make):
    (id,) = make()
    assert move(client, id, "CONTACTED").json()["status"] == "CONTACTED"
    assert move(client, id, "QUOTED").json()["status"] == "QUOTED"
    late = move(client, id, "NEW")
    assert late.status_code == 409
    assert late.json()["detail"] == "an inquiry that is QUOTED cannot become NEW"
    assert move(client, id, "CONVERTED").status_code == 200
    assert move(client, id, "CLOSED").status_code == 409
    assert move(client, id, "CONVERTED").status_code == 409
    assert "Move it forward" not in client.get(f"{HERE}/{id}").text


def test_a_step_may_be_left_out(client, make):
    (id,) = make()
    assert move(client, id, "CLOSED").json()["status"] == "CLOSED"


def test_the_page_moves_an_inquiry(client, make):
    (id,) = make()
    form = FORM_CSRF | {"status": "QUOTED"}
    answer = client.post(f"{HERE}/{id}/status", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/{id}")
    assert "quoted" in client.get(f"{HERE}/{id}").text
    form["status"] = "NEW"
    assert client.post(f"{HERE}/{id}/status", data=form).status_code == 409
    form["status"] = "LOST"
    assert client.post(f"{HERE}/{id}/status", data=form).status_code == 400


def test_deleting_needs_a_yes_and_leaves_nothing(client, make, db):
    (id,) = make()
    assert client.post(f"{HERE}/{id}/delete", data=FORM_CSRF).status_code == 400
    answer = client.post(
        f"{HERE}/{id}/delete", data=FORM_CSRF | {"sure": "yes"}, follow_redirects=False
    )
    assert answer.status_code == 303
    assert db.execute("select count(*) from customer_inquiries").fetchone() == (0,)
    assert client.get(f"{HERE}/{id}").status_code == 404
    assert "The inquiry is deleted." in client.get(answer.headers["location"]).text


def test_an_inquiry_is_deleted_by_the_api(client, make, db):
    (id,) = make()
    assert client.delete(f"{API}/{id}").status_code == 403
    assert client.delete(f"{API}/{id}", headers=CSRF).status_code == 204
    assert client.delete(f"{API}/{id}", headers=CSRF).status_code == 404


def test_no_table_of_the_analytics_holds_anything_personal(client, make, db):
    make(message="Geheim")
    tables = db.execute(
        """select table_name from information_schema.tables
           where table_schema = 'public' and table_name <> 'customer_inquiries'
             and table_type = 'BASE TABLE'"""
    ).fetchall()
    for (table,) in tables:
        text = str(db.execute(f"select t::text from {table} t").fetchall())
        assert "p0@kunde.example" not in text, table
        assert "Geheim" not in text, table


def test_the_export_holds_every_inquiry_that_is_shown(client, make):
    first, second = make(2)
    move(client, first, "CLOSED")
    found = rows(client)
    assert [row["id"] for row in found] == [second, first]
    assert found[0]["total_price"] == "278210"
    assert found[0]["pvanlage"] == "pv_panels x 8"
    assert found[0]["phone"] == "+43 660 1234567"
    assert [row["id"] for row in rows(client, status="CLOSED")] == [first]


def test_the_export_runs_no_formula(client, make):
    make(name='=HYPERLINK("http://x.example")', message="@SUM(A1)")
    (row,) = rows(client)
    assert row["name"].startswith("'=")
    assert row["message"].startswith("'@")


def test_only_administrators_see_who_asked(client, make, db):
    (id,) = make()
    db.execute("update users set role = 'viewer'")
    for path in (HERE, f"{HERE}/{id}", f"{HERE}.csv", API):
        assert client.get(path).status_code == 403
    client.cookies.clear()
    assert client.get(API).status_code == 401
    assert client.get(f"{HERE}.csv", follow_redirects=False).status_code == 303


def test_the_owners_navigation_leads_here(client):
    assert '<a href="/admin/houses">' in client.get("/admin").text
    answer = client.get("/admin/houses", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
