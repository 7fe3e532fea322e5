"""What is one issue: examples of each rule, and properties that hold for any error."""

import string
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.issues.capturing import kept
from trailpost.issues.rules.fingerprint import (
    VERSION,
    fingerprint,
    issue_id,
    steady,
    steady_file,
    title,
)
from trailpost.issues.wire import KeptFrame


def frame(function, file="https://shop.example/assets/main-3f2a9b1c.js", line=1, own=None):
    return KeptFrame(function, file, line, 7, own)


def same(one, other):
    return fingerprint(one) == fingerprint(other)


def test_version_1_is_what_it_was():
    """These are in databases: a change of the rules is a new version."""
    assert VERSION == 1
    assert [
        fingerprint(kept(fingerprint=["price_mismatch"])),
        fingerprint(kept(stack=[frame("total"), frame("apply")])),
        fingerprint(kept(message="no list 7 for 'nest80'")),
    ] == [
        "d5c136d8ba19c8b64177489fbf5e6666",
        "d4ca93229dce6b03a67ebf46b05c059a",
        "357abdaf48688b7520d11697c866b829",
    ]
    assert issue_id(1, 1, "ab") == uuid.UUID("42766a69-9ad4-51f2-8f25-fbc5aae88a86")


def test_a_given_fingerprint_is_all_that_counts():
    one = kept(fingerprint=["price_mismatch"], message="1 here, 2 there", type="A")
    assert same(one, kept(fingerprint=["price_mismatch"], type="B", stack=[frame("f")]))
    assert not same(one, kept(fingerprint=["price_mismatch", "2"]))
    assert not same(kept(fingerprint=["ab", "c"]), kept(fingerprint=["a", "bc"]))


def test_a_stack_is_its_functions_and_files():
    one = kept(stack=[frame("total", line=12), frame("apply", line=40)], message="a")
    assert same(one, kept(stack=[frame("total", line=13), frame("apply", line=1)], message="b"))
    rebuilt = "https://cdn.example/assets/main-9d8e7f6a.js?v=2"
    assert same(one, kept(stack=[frame("total", rebuilt), frame("apply", rebuilt)]))
    assert not same(one, kept(stack=[frame("total"), frame("reset")]))
    assert not same(one, kept(stack=[frame("total")]))
    assert not same(one, kept(stack=one.stack, type="RangeError"))
    other = "https://shop.example/assets/checkout-3f2a9b1c.js"
    assert not same(one, kept(stack=[frame("total", other), frame("apply")]))


def test_calls_of_libraries_and_extensions_do_not_count():
    own = [frame("total")]
    library = frame("render", "https://shop.example/node_modules/preact/dist/preact.js")
    extension = frame("hook", "chrome-extension://abcdefgh/inject.js")
    told = frame("helper", own=False)
    assert same(kept(stack=own), kept(stack=[library, *own, extension, told]))
    # A page may say that its own code lies there.
    mine = KeptFrame(library.function, library.file, 1, 1, True)
    assert not same(kept(stack=own), kept(stack=[mine, *own]))


def test_a_recursion_counts_once_however_deep():
    deep = [frame("walk")] * 40 + [frame("start")]
    assert same(kept(stack=deep), kept(stack=[frame("walk"), frame("start")]))


def test_without_own_calls_the_message_counts():
    library = [frame("f", "/node_modules/x.js")]
    assert same(kept(message="no 1", stack=library), kept(message="no 2"))
    assert not same(kept(message="no entry"), kept(message="no exit"))
    assert same(
        kept(message="x", stack=[KeptFrame("<anonymous>", "", 1, 1, None)]), kept(message="x")
    )


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("took 12.5 ms, 1,234 rows", "took <n> ms, <n> rows"),
        ("no session 01920F3E-6d5a-7c31-9b0e-3f1f0a6c2b11 here", "no session <uuid> here"),
        ("GET https://a.example/b?c=1 failed", "GET <url> failed"),
        ("commit 3f2a9b1 at 0xDEADBEEF", "commit <hex> at <hex>"),
        ("no option \"nest80\" in 'nest'", "no option <value> in <value>"),
        ("can't read property 'x' of undefined", "can't read property <value> of undefined"),
        ("mail to a.b@c.example bounced", "mail to <email> bounced"),
        ("two\n  lines", "two lines"),
        ("face the facade", "face the facade"),
    ],
)
def test_what_changes_in_a_message_is_taken_out(message, wanted):
    assert steady(message) == wanted


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("https://shop.example/assets/main-3f2a9b1c.js", "/assets/main.js"),
        ("https://shop.example/assets/chunk-SGXVHSNA.js?v=1#x", "/assets/chunk.js"),
        ("/assets/index.BxYz12ab.min.js", "/assets/index.min.js"),
        ("/3f2a9b1c44/app.js", "/*/app.js"),
        ("webpack-internal:///./src/price.ts", "/./src/price.ts"),
        ("/static/price-check.js", "/static/price-check.js"),
        ("/static/settings.js", "/static/settings.js"),
        ("/static/jquery-3.6.0.min.js", "/static/jquery-3.6.0.min.js"),
    ],
)
def test_the_hash_of_a_build_is_taken_out_of_a_file(file, wanted):
    assert steady_file(file) == wanted


WORDS = st.text(string.ascii_lowercase, min_size=3, max_size=10)
HEX = st.text("0123456789abcdef", min_size=8, max_size=20).filter(
    lambda h: any(c.isdigit() for c in h)
)


@given(
    st.lists(WORDS, min_size=1, max_size=6), st.lists(st.integers(1, 10**6), min_size=12), HEX, HEX
)
def test_lines_and_hashes_never_split(functions, lines, one, other):
    def stack(build, places):
        file = f"https://shop.example/assets/main-{build}.js"
        return [frame(f, file, line) for f, line in zip(functions, places, strict=False)]

    first = kept(stack=stack(one, lines))
    assert same(first, kept(stack=stack(other, lines[::-1])))


@given(WORDS, WORDS, st.lists(WORDS, max_size=4))
def test_different_functions_always_split(one, other, rest):
    # Next to an equal call it would be the same call again.
    rest = [name for name in rest if name not in (one, other)]
    stacks = [[frame(name), *map(frame, rest)] for name in (one, other)]
    assert same(*(kept(stack=stack) for stack in stacks)) == (one == other)


@given(WORDS, st.integers(), st.integers(), st.uuids(), st.uuids())
def test_numbers_and_ids_in_a_message_never_split(word, n, m, one, other):
    first = f"{word} {n} of {one}: '{m}' at https://a.example/{one}?n={n}"
    second = f"{word} {m} of {other}: '{n}' at https://b.example/{other}"
    assert same(kept(message=first), kept(message=second))


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_fingerprint_and_a_title(message, file):
    found = kept(message=message, stack=[frame(None, file)])
    assert len(fingerprint(found)) == 32
    assert 1 <= len(title(found)) <= 200
    assert "\n" not in title(found)


def test_hostile_messages_come_to_an_end():
    """Patterns that try every way to match would not."""
    for hostile in ("„" * 4000, "'" * 3999, "a@" * 2000, "0" * 4000, "x://" * 1000, "-a1" * 1300):
        assert len(fingerprint(kept(message=hostile, stack=[frame("f", hostile)]))) == 32


def test_a_title_is_the_type_and_the_first_line():
    assert title(kept(message="no price\nfor nest80")) == "TypeError: no price"
    assert title(kept(message="")) == "TypeError"
    assert len(title(kept(message="m" * 4000))) == 200
