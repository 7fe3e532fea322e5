"""The owner's price lists: looked at, exchanged, scheduled; never changed."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from litestar.testing import TestClient

from tests.dashboard.conftest import TOKEN
from trailpost.apps.houses import FIRST_LIST, read_prices
from trailpost.apps.houses.rules import scheduling
from trailpost.apps.houses.wire import PriceList, PriceTable
from trailpost.main.app import build_app

HERE = "/admin/houses/prices"
CSRF = "csrf-of-the-login"


def exported(client, version=1, form="csv"):
    answer = client.get(f"{HERE}/{version}/{form}")
    assert answer.status_code == 200
    return answer.content


def preview(client, content, name="prices.csv", **fields):
    fields = {"csrf": CSRF} | fields
    return client.post(f"{HERE}/preview", data=fields, files={"file": (name, content)})


def hidden(page, name):
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]
    return found.replace("&#34;", '"').replace("&amp;", "&")


def confirm(client, page, **changed):
    names = ("csrf", "prices", "after", "note", "validFrom")
    fields = {name: hidden(page, name) for name in names} | changed
    return client.post(HERE, data=fields, follow_redirects=False)


def dearer(client):
    return exported(client).replace(b"pvc_fenster,280", b"pvc_fenster,294")


def versions(db):
    return db.execute("select version, note from price_lists order by version").fetchall()


def test_the_lists_are_shown_and_given_as_files(client):
    page = client.get(HERE)
    assert "First list" in page.text
    assert "in force" in page.text
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    for form in ("csv", "xlsx"):
        assert read_prices(exported(client, form=form)).panel == 390
    assert client.get(f"{HERE}/1/pdf").status_code == 404
    assert client.get(f"{HERE}/9/csv").status_code == 404


def test_a_file_is_looked_at_before_it_is_taken(client, db):
    page = preview(client, dearer(client))
    assert page.status_code == 200
    assert "windows pvc fenster" in page.text
    assert "+5.0 %" in page.text
    assert versions(db) == [(1, "First list")]
    answer = confirm(client, page)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}?taken=2")
    assert versions(db) == [(1, "First list"), (2, "prices.csv")]
    assert "Price list 2 is taken." in client.get(answer.headers["location"]).text
    table = client.get("/api/pricing/table").json()
    assert (table["version"], table["windows"]["pvc_fenster"]) == ("2", 294)


def test_a_list_is_scheduled_in_the_owners_time_zone(site, db):
    db.execute("update projects set time_zone = 'Asia/Tokyo'")
    later = datetime.now(ZoneInfo("Asia/Tokyo")).replace(second=0, microsecond=0)
    later += timedelta(days=40)
    with TestClient(build_app(site.settings)) as client:
        client.cookies.set("trailpost", TOKEN)
        page = preview(client, dearer(client), validFrom=f"{later:%Y-%m-%dT%H:%M}", note="Autumn")
        assert "Schedule price list 2" in page.text
        assert confirm(client, page).status_code == 303
        assert "scheduled" in client.get(HERE).text
        assert client.get("/api/pricing/table").json()["version"] == "1"
    assert db.execute("select valid_from from price_lists where version = 2").fetchone() == (later,)


def test_a_faulty_file_is_told_row_by_row(client, db):
    content = exported(client).replace(b"pvc_fenster,280", b"pvc_fenster,-1")
    page = preview(client, content.replace(b"panel,,,,,390", b"panel,,,,,x"))
    assert page.status_code == 400
    assert "row 20, price: -1 is negative" in page.text
    assert "row 27, price: &#39;x&#39; is not a number" in page.text
    assert versions(db) == [(1, "First list")]


@pytest.mark.parametrize("content", [b"", b"\xff\x00", b"PK\x03\x04"])
def test_what_is_no_price_list_is_refused(client, content):
    assert preview(client, content).status_code == 400


def test_a_form_without_a_file_is_refused(client):
    page = client.post(f"{HERE}/preview", data={"csrf": CSRF})
    assert page.status_code == 400
    assert "choose a file first" in page.text


def test_a_list_that_changes_nothing_cannot_be_taken(client):
    page = preview(client, exported(client))
    assert "The file says what is in force already." in page.text
    assert "Take it" not in page.text


def test_a_list_cannot_begin_in_the_past(client, db):
    page = preview(client, dearer(client), validFrom="2020-01-01T00:00")
    assert page.status_code == 400
    assert "cannot begin in the past" in page.text


def test_who_looked_before_another_list_was_taken_looks_again(client, db):
    first, second = preview(client, dearer(client)), preview(client, dearer(client))
    assert confirm(client, first).status_code == 303
    late = confirm(client, second)
    assert late.status_code == 409
    assert "price list 2 was taken meanwhile" in late.text
    assert len(versions(db)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("prices", "{}"), ("prices", "no"), ("after", "x"), ("validFrom", "soon")],
)
def test_a_form_that_was_changed_on_its_way_is_refused(client, db, field, value):
    page = preview(client, dearer(client))
    assert confirm(client, page, **{field: value}).status_code == 400
    assert len(versions(db)) == 1


def test_a_negative_price_cannot_be_smuggled_into_the_confirmation(client, db):
    page = preview(client, dearer(client))
    prices = hidden(page, "prices").replace('"panel":390', '"panel":-390')
    assert confirm(client, page, prices=prices).status_code == 400
    assert len(versions(db)) == 1


def test_only_administrators_see_and_change_prices(client, db):
    assert preview(client, dearer(client), csrf="wrong").status_code == 403
    content = dearer(client)
    db.execute("update users set role = 'viewer'")
    assert client.get(HERE).status_code == 403
    assert preview(client, content).status_code == 403
    client.cookies.clear()
    answer = client.get(HERE, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/admin/login?next=/admin/houses/prices",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "update price_lists set prices = '{}'",
        "update price_lists set valid_from = now()",
        "delete from price_lists",
        "truncate price_lists cascade",
    ],
)
def test_a_price_list_is_never_changed(db, statement):
    with pytest.raises(psycopg.errors.RestrictViolation, match="never changed"):
        db.execute(statement)


def test_a_scheduled_list_is_in_force_from_its_moment_on_without_being_read_again():
    """Every web process switches at the same moment, whenever it last looked."""
    start = datetime(2026, 5, 1, tzinfo=ZoneInfo("UTC"))
    fields = {f: getattr(FIRST_LIST, f) for f in PriceTable.__struct_fields__}
    lists = [
        PriceList(
            valid_from=start + timedelta(days=days),
            note="",
            created_at=start,
            table=PriceTable(**fields | {"version": str(n)}),
        )
        for n, days in ((1, 0), (2, 10), (3, 5), (4, 5))
    ]

    def version(days):
        return scheduling.in_force(lists, start + timedelta(days=days)).table.version

    assert scheduling.in_force(lists, start - timedelta(seconds=1)) is None
    assert [version(d) for d in (0, 4, 5, 9, 10, 99)] == ["1", "1", "4", "4", "2", "2"]
