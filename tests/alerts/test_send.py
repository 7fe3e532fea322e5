"""Messages reach real mailboxes, again when they were refused, and only if the transaction held."""

import pytest

from tests.jobs.engine import finished, settings, until, working
from tests.smtp import SmtpServer
from trailpost import alerts, jobs
from trailpost import db as database
from trailpost.alerts import jobs as delivering
from trailpost.alerts.wire import Message


@pytest.fixture
def smtp():
    with SmtpServer() as server:
        yield server


async def sent(pool):
    async with pool.connection() as conn:
        return [row.id for row in await jobs.list_jobs(conn, limit=50)]


def test_an_alert_goes_to_every_channel_of_the_owners(database_url, run, smtp):
    urls = f"{smtp.url('a@nest.example')}, {smtp.url('b@nest.example')}"

    async def go():
        given = settings(database_url, alert_urls=urls)
        async with working(database_url, alerts.FEATURE.jobs, alert_urls=urls) as pool:
            async with database.transaction(pool) as conn:
                assert await alerts.send(conn, given, title="Größe", body="Zeile 1\nZeile 2") == 2
            await finished(pool, *await sent(pool))

    run(go())
    assert sorted(m.to for m in smtp.mailbox.taken) == [["a@nest.example"], ["b@nest.example"]]
    message = smtp.mailbox.taken[0]
    assert (message.subject, message.text.strip()) == ("Größe", "Zeile 1\nZeile 2")
    assert message.sender == "haus@nest.example"


def test_a_customer_is_the_only_one_who_gets_their_mail(database_url, run, smtp):
    async def go():
        given = settings(database_url, mail_url=smtp.url("nobody@nest.example"))
        async with working(
            database_url, alerts.FEATURE.jobs, mail_url=smtp.url("nobody@nest.example")
        ) as pool:
            async with database.transaction(pool) as conn:
                assert await alerts.send_mail(
                    conn, given, to="anna@kunde.example", title="Danke", body="Hallo"
                )
            await finished(pool, *await sent(pool))

    run(go())
    assert [m.to for m in smtp.mailbox.taken] == [["anna@kunde.example"]]


def test_what_a_server_refuses_is_tried_again(database_url, run, smtp):
    smtp.mailbox.refusals = 1

    async def go():
        given = settings(database_url, mail_url=smtp.url())
        async with working(database_url, alerts.FEATURE.jobs, mail_url=smtp.url()) as pool:
            async with database.transaction(pool) as conn:
                await alerts.send_mail(conn, given, to="a@kunde.example", title="x", body="y")
            (made,) = await sent(pool)

            async def failed_once():
                async with pool.connection() as conn:
                    return await jobs.history(conn, made)

            (attempt, *_) = await until(failed_once)
            assert "did not take the message" in attempt.error
            assert "127.0.0.1" not in attempt.error
            await until(lambda: smtp.mailbox.refusals == 0)
            async with database.transaction(pool) as conn:
                row = await jobs.get(conn, made)
            assert (row.status, row.attempt) == ("PENDING", 1)

    run(go())


def test_nothing_is_sent_when_the_transaction_does_not_hold(database_url, run, smtp):
    async def fail(pool):
        async with database.transaction(pool) as conn:
            given = settings(database_url, alert_urls=smtp.url())
            await alerts.send(conn, given, title="x", body="y")
            raise ZeroDivisionError

    async def go():
        async with working(database_url, alerts.FEATURE.jobs, alert_urls=smtp.url()) as pool:
            with pytest.raises(ZeroDivisionError):
                await fail(pool)
            assert await sent(pool) == []

    run(go())


def test_without_channels_there_is_nobody_to_tell(database_url, run):
    async def go():
        given = settings(database_url)
        async with database.open_pool(database_url, size=2) as pool, pool.connection() as conn:
            assert await alerts.send(conn, given, title="x", body="y") == 0
            assert not await alerts.send_mail(conn, given, to="a@b.example", title="x", body="y")
            assert await sent(pool) == []

    run(go())


def test_no_password_is_kept_in_a_job(database_url, run, db):
    async def go():
        given = settings(database_url, alert_urls="mailtos://u:geheim@mail.example?to=a@b.example")
        async with database.open_pool(database_url, size=2) as pool, pool.connection() as conn:
            await alerts.send(conn, given, title="x", body="y")

    run(go())
    (payload,) = db.execute("select payload::text from job").fetchone()
    assert "geheim" not in payload
    assert "mail.example" not in payload


@pytest.mark.parametrize(
    ("url", "to", "said"),
    [
        ("nonsense://x", None, "the nonsense URL among the alert channels makes no sense"),
        ("json://127.0.0.1:9", "a@b.example", "TRAILPOST_MAIL_URL is no mail URL but json"),
    ],
)
def test_a_url_that_cannot_work_is_not_tried_again(url, to, said):
    with pytest.raises(delivering.StartupError, match=said):
        delivering.hand_over(
            delivering.Channel(url), Message(channel="x", title="x", body="y", to=to)
        )


def test_a_channel_that_was_taken_out_of_the_settings_ends_the_job(database_url, run, smtp):
    async def go():
        async with working(database_url, alerts.FEATURE.jobs) as pool:
            async with database.transaction(pool) as conn:
                await alerts.send(
                    conn, settings(database_url, alert_urls=smtp.url()), title="x", body="y"
                )
            row = await finished(pool, *await sent(pool))
            assert (row.status, row.attempt) == ("FAILED", 1)
            assert "do not name the channel" in row.error

    run(go())
