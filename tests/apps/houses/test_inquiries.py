"""Inquiries: what is taken, what is refused, who is told."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from litestar.testing import TestClient

from tests.jobs.engine import finished, working
from tests.smtp import SmtpServer
from trailpost import alerts, jobs
from trailpost.main.app import build_app

FORM = {
    "name": "Anna Huber",
    "email": "anna@kunde.example",
    "phone": "+43 660 1234567",
    "message": "Wann könnt ihr liefern?",
    "configuration": {
        "nest": "nest120",
        "gebaeudehuelle": "holzlattung",
        "innenverkleidung": "fichte",
        "fussboden": "kalkstein_kanafar",
        "pvanlage": {"value": "pv_panels", "quantity": 8},
        "fenster": {"value": "aluminium", "quantity": 20},
        "planungspaket": "plus",
        "grundstueckscheck": "grundstueckscheck",
    },
}


def send(client, **changed):
    return client.post("/api/inquiries", json=FORM | changed)


def stored(db):
    return db.execute("select name, email, phone, message, total_price from customer_inquiries")


def test_an_inquiry_is_kept_with_the_price_of_its_house(client, db):
    answer = send(client, sessionId="0198c1de-0000-7000-8000-000000000001")
    assert answer.status_code == 201
    assert answer.json()["conversionStatus"] == "converted"
    assert stored(db).fetchall() == [
        (
            "Anna Huber",
            "anna@kunde.example",
            "+43 660 1234567",
            "Wann könnt ihr liefern?",
            278_210,
        )
    ]
    row = db.execute(
        "select id::text, status, price_list_version, session_id from customer_inquiries"
    ).fetchone()
    assert row == (
        answer.json()["id"],
        "NEW",
        1,
        "0198c1de-0000-7000-8000-000000000001",
    )


def test_what_may_be_left_out_may_be_left_out(client, db):
    body = {k: FORM[k] for k in ("name", "email", "configuration")}
    assert client.post("/api/inquiries", json=body).status_code == 201
    assert stored(db).fetchone()[2:4] == (None, None)
    assert send(client, phone=" ", message="").status_code == 201


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("name", "Anna\r\nBcc: all@x.example"),
        ("email", "anna"),
        ("email", "anna@kunde"),
        ("email", "a@b.example, c@d.example"),
        ("email", "<anna@kunde.example>"),
        ("email", f"{'a' * 60}@{'b' * 200}.example"),
        ("phone", "call me"),
        ("phone", "1"),
        ("message", "x" * 5001),
        ("message", "a\0b"),
    ],
)
def test_a_field_that_is_wrong_is_named(client, db, field, value):
    answer = send(client, **{field: value})
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert stored(db).fetchall() == []


@pytest.mark.parametrize("field", ["name", "email", "configuration"])
def test_a_field_that_is_missing_is_named(client, field):
    body = {k: v for k, v in FORM.items() if k != field}
    answer = client.post("/api/inquiries", json=body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_house_that_cannot_be_is_refused(client, db):
    answer = send(client, configuration={"pvanlage": {"value": "pv_panels", "quantity": 9}})
    assert (answer.status_code, answer.json()["field"]) == (422, "pvanlage")
    assert stored(db).fetchall() == []


def test_a_robot_that_fills_in_every_field_is_answered_and_forgotten(client, db):
    answer = send(client, website="https://spam.example")
    assert answer.status_code == 201
    assert set(answer.json()) == {"id", "conversionStatus"}
    assert stored(db).fetchall() == []


def test_a_session_id_that_is_none_costs_no_inquiry(client, db):
    assert send(client, sessionId="what?").status_code == 201
    assert db.execute("select session_id from customer_inquiries").fetchone() == (None,)


def test_many_inquiries_from_one_address_are_slowed_down(client, db):
    answers = [send(client) for _ in range(6)]
    assert [a.status_code for a in answers] == [201] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 60
    assert db.execute("select count(*) from customer_inquiries").fetchone() == (5,)


def test_an_inquiry_that_is_sent_again_under_its_id_is_taken_once(client, db):
    sent = "0198c1de-0000-4000-8000-00000000000a"
    answers = [send(client, id=sent).json() for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["id"] != sent, "the owner's list is in the order of arrival"
    assert db.execute("select id::text, sent_as::text from customer_inquiries").fetchall() == [
        (answers[0]["id"], sent)
    ]
    assert send(client, id=None).json()["id"] != send(client).json()["id"]
    assert send(client, id="mine").status_code == 400


def test_of_two_that_arrive_at_once_under_one_id_one_is_taken_and_told(site, db):
    with SmtpServer() as smtp:
        settings = msgspec.structs.replace(site.settings, mail_url=smtp.url())
        with TestClient(build_app(settings)) as client, ThreadPoolExecutor(4) as threads:
            sent = "0198c1de-0000-4000-8000-00000000000b"
            made = list(threads.map(lambda _: send(client, id=sent), range(4)))
    assert [a.status_code for a in made] == [201] * 4
    assert len({a.json()["id"] for a in made}) == 1
    assert db.execute("select count(*) from customer_inquiries").fetchone() == (1,)
    assert db.execute("select count(*) from job").fetchone() == (1,)


def test_mistakes_in_the_form_do_not_count(client):
    for _ in range(8):
        assert send(client, email="?").status_code == 400
    assert send(client).status_code == 201


def test_the_owner_may_say_that_an_inquiry_converts_nobody(site):
    settings = msgspec.structs.replace(site.settings, inquiry_converts=False)
    with TestClient(build_app(settings)) as client:
        assert send(client).json()["conversionStatus"] == "completed"


def test_owner_and_customer_get_their_mail(site, db, run):
    with SmtpServer() as smtp:
        given = {"alert_urls": smtp.url("chef@nest.example"), "mail_url": smtp.url()}
        settings = msgspec.structs.replace(site.settings, url="https://nest.example", **given)
        with TestClient(build_app(settings)) as client:
            id = send(client).json()["id"]

        async def deliver():
            async with working(settings.database_url, alerts.FEATURE.jobs, **given) as pool:
                async with pool.connection() as conn:
                    made = await jobs.list_jobs(conn, limit=9)
                await finished(pool, *[row.id for row in made])

        run(deliver())
    owner, customer = sorted(smtp.mailbox.taken, key=lambda m: m.to == ["anna@kunde.example"])
    assert owner.to == ["chef@nest.example"]
    assert owner.subject == "Neue Anfrage: Anna Huber, 278.210 €"
    assert "Telefon: +43 660 1234567" in owner.text
    assert "Wann könnt ihr liefern?" in owner.text
    assert f"https://nest.example/admin/houses/inquiries/{id}" in owner.text
    assert customer.to == ["anna@kunde.example"]
    assert "Photovoltaik-Panels × 8: 3.120 €" in customer.text
    assert "Gesamt: 278.210 € inkl. MwSt." in customer.text
    assert "oder 1.614 € für 240 Monate" in customer.text


def test_a_customer_is_written_to_in_their_language_and_in_no_strangers_words(site, db, run):
    with SmtpServer() as smtp:
        settings = msgspec.structs.replace(site.settings, mail_url=smtp.url())
        with TestClient(build_app(settings)) as client:
            send(client, language="en", name="Buy pills at x.example", message="Buy pills")

        async def deliver():
            async with working(
                settings.database_url, alerts.FEATURE.jobs, mail_url=smtp.url()
            ) as pool:
                async with pool.connection() as conn:
                    made = await jobs.list_jobs(conn, limit=9)
                await finished(pool, *[row.id for row in made])

        run(deliver())
    (mail,) = smtp.mailbox.taken
    assert "Total: €278,210 incl. VAT" in mail.text
    assert "pills" not in mail.text + mail.subject


def test_while_the_database_is_away_the_form_is_told_to_come_back(site, db, postgres_server):
    (name,) = db.execute("select current_database()").fetchone()
    with TestClient(build_app(site.settings)) as client, postgres_server.admin() as admin:
        assert client.get("/api/pricing/table").status_code == 200
        admin.execute(f"alter database {name} with allow_connections false")
        admin.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
        answer = send(client)
        assert answer.status_code == 503
        assert "retry-after" in answer.headers
        # Prices need no database.
        body = {"configuration": {"nest": "nest80"}}
        assert client.post("/api/pricing/calculate", json=body).json()["total"] == 155_500
