import asyncio

import pytest

from tests.tracking.ingesting import CHROME, CLICK, KEY, Ingest, Stream, is_problem, project
from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.http.guard import Caller, Guard
from trailpost.tracking.http.submit import Submission, submit
from trailpost.tracking.wire import native

ORIGIN = {"origin": "https://shop.example"}
OTHER = {"origin": "https://evil.example"}


def test_any_page_may_read_the_answer_of_an_open_project():
    with Ingest() as ingest:
        answer = ingest.send([CLICK], headers=ORIGIN)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == "retry-after"
        refused = ingest.send([{"type": "dance"}], headers=ORIGIN)
        assert refused.headers["access-control-allow-origin"] == "*"


def test_an_origin_that_the_project_does_not_allow_is_refused():
    with Ingest(allowed_origins=("https://shop.example",)) as ingest:
        assert ingest.send([CLICK], headers=ORIGIN).status_code == 202
        # A program sends no origin.
        assert ingest.send([CLICK]).status_code == 202
        refused = ingest.send([CLICK], headers=OTHER)
        assert is_problem(refused, 403, "origin")
        assert "access-control-allow-origin" not in refused.headers
        assert len(ingest.stream.published) == 2


def preflight(ingest, headers, **options):
    asked = headers | {"access-control-request-method": "POST"}
    return ingest.client.options("/api/ingest", headers=asked, **options)


def test_a_preflight_allows_what_the_tracker_sends():
    with Ingest() as ingest:
        answer = preflight(ingest, ORIGIN)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "POST" in answer.headers["access-control-allow-methods"]
        allowed = answer.headers["access-control-allow-headers"]
        assert {"content-type", "x-trailpost-key"} <= {h.strip() for h in allowed.split(",")}


def test_a_preflight_with_a_key_is_refused_to_another_origin():
    with Ingest(allowed_origins=("https://shop.example",)) as ingest:
        assert preflight(ingest, ORIGIN, params={"key": KEY}).status_code == 204
        refused = preflight(ingest, OTHER, params={"key": KEY})
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


def test_an_address_that_sends_too_much_is_told_when_to_come_back():
    with Ingest({"rate_limit_ip": 10}) as ingest:
        assert ingest.send([CLICK] * 500).status_code == 202
        answer = ingest.send([CLICK], headers=ORIGIN)
        assert is_problem(answer, 429)
        # 500 events at 10 a second, of which 20 were saved up.
        assert 40 <= int(answer.headers["retry-after"]) <= 49
        assert answer.headers["access-control-allow-origin"] == "*"


def test_a_key_that_sends_too_much_is_told_when_to_come_back():
    with Ingest({"rate_limit_key": 10, "rate_limit_ip": 0}) as ingest:
        ingest.send([CLICK] * 100)
        assert is_problem(ingest.send([CLICK]), 429)


def test_a_limit_of_zero_is_no_limit():
    with Ingest({"rate_limit_key": 0, "rate_limit_ip": 0}) as ingest:
        answers = [ingest.send([CLICK] * 500).status_code for _ in range(5)]
        assert answers == [202] * 5


def caller(settings, client, *headers):
    scope = {"client": client, "headers": list(headers), "query_string": b""}
    return Guard(Settings(**settings)).caller(scope, dict(headers))


FORWARDED = (b"x-forwarded-for", b"9.9.9.9, 203.0.113.7, 10.0.0.2")


def test_a_forwarded_address_is_believed_of_a_trusted_proxy_only():
    trusted = {"trusted_proxies": "10.0.0.0/8"}
    assert caller(trusted, ("10.0.0.1", 1), FORWARDED).address == "203.0.113.7"
    assert caller(trusted, ("192.0.2.1", 1), FORWARDED).address == "192.0.2.1"
    assert caller({}, ("10.0.0.1", 1), FORWARDED).address == "10.0.0.1"


PROXIED = {"trusted_proxies": "10.0.0.0/8", "country_header": "CF-IPCountry"}


@pytest.mark.parametrize(
    ("given", "country"),
    [(b"AT", "AT"), (b" de ", "DE"), (b"T1", None), (b"XX", None), (b"AUT", None), (b"", None)]
    + [(b"\xc4\xd6", None), (b"1A", None)],
)
def test_a_country_is_two_letters(given, country):
    assert caller(PROXIED, ("10.0.0.1", 1), (b"cf-ipcountry", given)).country == country


def test_a_country_is_believed_of_a_trusted_proxy_only():
    header = (b"cf-ipcountry", b"AT")
    assert caller(PROXIED, ("192.0.2.1", 1), header).country is None
    assert caller(PROXIED | {"trusted_proxies": ""}, ("10.0.0.1", 1), header).country is None
    assert caller(PROXIED, None, header).country is None
    # Another setting, another header; without one, none.
    assert caller({"trusted_proxies": "10.0.0.0/8"}, ("10.0.0.1", 1), header).country is None
    assert caller(PROXIED, ("10.0.0.1", 1), (b"x-country", b"AT")).country is None


def test_the_country_and_an_id_that_lasts_go_with_the_events():
    async def sent(session, country):
        stream = Stream()
        events = [native.SessionStart()]
        given = Submission(project=project(), session=session, events=events, user_agent="x")
        await submit(stream, given, Caller("203.0.113.7", None, None, "x", country))
        return stream.envelope.context

    known = asyncio.run(sent(native.Session(id="s", visitor_id="v1"), "AT"))
    assert (known.country, known.is_recognised) == ("AT", True)
    unknown = asyncio.run(sent(native.Session(id="s"), None))
    assert (unknown.country, unknown.is_recognised) == (None, False)


def test_a_misspelt_proxy_stops_the_start():
    with pytest.raises(StartupError, match="TRAILPOST_TRUSTED_PROXIES"):
        Guard(Settings(trusted_proxies="10.0.0.0/40"))


def test_neighbours_of_one_ipv6_network_share_a_limit():
    guard = Guard(Settings(rate_limit_ip=1))
    scope = {"query_string": b"", "headers": []}
    first = guard.caller(scope | {"client": ("2001:db8::1", 1)}, {})
    guard.spend("k", first, 100)
    with pytest.raises(Exception, match="too many events"):
        guard.caller(scope | {"client": ("2001:db8::ffff", 1)}, {})
    assert guard.caller(scope | {"client": ("2001:db8:0:1::1", 1)}, {})


def test_the_address_is_hashed_with_the_days_salt_and_never_leaves():
    with Ingest({"trusted_proxies": "0.0.0.0/0"}) as ingest:
        ingest.client.headers["x-forwarded-for"] = "203.0.113.7"
        ingest.send([CLICK])
        assert b"203.0.113" not in ingest.stream.published[0][1]
        visitor = ingest.stream.envelope.context.visitor
        assert -(2**63) <= visitor < 2**63


def test_a_visitor_is_the_same_by_browser_and_the_same_by_an_id_of_the_pages_own():
    with Ingest() as ingest:
        ingest.send([CLICK])
        ingest.send([CLICK], session={"id": "another"})
        ingest.send([CLICK], headers={"user-agent": CHROME.replace("140", "141")})
        ingest.send([CLICK], session={"visitorId": "v1"})
        ingest.send([CLICK], session={"visitorId": "v1"}, headers={"user-agent": "Other/1.0"})
        visitors = [e.context.visitor for e in ingest.stream.envelopes]
        assert visitors[0] == visitors[1]
        assert visitors[3] == visitors[4]
        assert len(set(visitors)) == 3


@pytest.mark.parametrize(
    ("user_agent", "webdriver", "bot_class"),
    [
        (
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            False,
            "crawler",
        ),
        (CHROME.replace("Chrome/", "HeadlessChrome/"), False, "headless"),
        (CHROME, True, "headless"),
        ("curl/8.5.0", False, "tool"),
        ("python-requests/2.32", False, "tool"),
        ("", False, "unknown"),
    ],
)
def test_bots_are_classified_and_never_dropped(user_agent, webdriver, bot_class):
    with Ingest() as ingest:
        answer = ingest.send(
            [CLICK], headers={"user-agent": user_agent}, session={"webdriver": webdriver}
        )
        assert answer.json() == {"accepted": 1, "rejected": []}
        context = ingest.stream.envelope.context
        assert (context.is_bot, context.bot_class) == (True, bot_class)
        assert context.bot_reason
