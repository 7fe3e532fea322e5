"""Decisions without I/O."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailpost.access import rules
from trailpost.base.errors import StartupError
from trailpost.http import client


@given(st.text(max_size=40))
def test_a_path_that_is_ours_has_no_host_in_it(text):
    if rules.is_local_path(text):
        assert text.startswith("/")
        assert not text.startswith(("//", "/\\"))
        assert "\n" not in text


@given(st.text(max_size=60))
def test_any_text_may_be_tried_as_a_password_or_an_email(text):
    assert rules.account_name(text, b"secret").startswith("account:")
    assert rules.same(text, text)
    assert not rules.same(text, text + "x")


def test_a_broken_stored_hash_opens_nothing():
    assert not rules.verify_password("", "x")
    assert not rules.verify_password("$argon2id$v=19$broken", "x")


def test_tokens_keys_and_passwords_never_repeat():
    for make in (rules.new_token, rules.new_key, rules.new_password):
        assert len({make() for _ in range(100)}) == 100


def test_a_wrong_proxy_network_is_named():
    with pytest.raises(StartupError, match="TRAILPOST_TRUSTED_PROXIES is wrong: 'here'"):
        client.networks("10.0.0.1, here")


def test_an_ipv6_customer_counts_as_one_address():
    assert client.neighbourhood("2001:db8::1") == client.neighbourhood("2001:db8::ffff:1")
    assert client.neighbourhood("2001:db8::1") != client.neighbourhood("2001:db8:0:1::1")
    assert client.neighbourhood("::ffff:192.0.2.1") == client.neighbourhood("192.0.2.1")
    assert client.neighbourhood("") == ""


def test_a_request_without_an_address_has_none():
    assert client.client_ip({"client": None, "headers": []}, client.networks("10.0.0.0/8")) == ""
