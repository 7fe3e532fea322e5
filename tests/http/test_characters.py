import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailpost.http.characters import may_hold_nul, nul_path, with_nul_for_halves

JSON = st.recursive(
    st.text(max_size=5) | st.integers() | st.none() | st.just("\0"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
)


@given(JSON, st.booleans())
def test_no_nul_is_overlooked(value, escaped):
    text = json.dumps(value, ensure_ascii=escaped).encode(errors="replace")
    assert may_hold_nul(text) or nul_path(value) is None


def test_the_path_of_a_nul_is_told():
    assert nul_path({"a": [{"b": "x"}, {"b": "y\0"}]}) == ".a[1].b"
    assert nul_path({"a": {"k\0": 1}}) == ".a"
    assert nul_path("\0") == ""
    assert nul_path({"a": [1, None, "x"]}) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r'"\ud83c\udfe0"', "\U0001f3e0"),
        (r'"a\ud83cb"', "a\0b"),
        (r'"\uDFE0"', "\0"),
        (r'"\ud83c\ud83c\udfe0"', "\0\U0001f3e0"),
        (r'"\udfe0\ud83c"', "\0\0"),
        (r'"\\ud83c"', r"\ud83c"),
        (r'"\\\ud83c"', "\\\0"),
        (r'"\ud7ff\n\ue000"', "\ud7ff\n\ue000"),
    ],
)
def test_only_half_a_surrogate_pair_is_replaced(text, wanted):
    assert msgspec.json.decode(with_nul_for_halves(text.encode())) == wanted


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_whatever_a_page_escapes_can_be_read_then(text):
    found = msgspec.json.decode(with_nul_for_halves(json.dumps(text).encode()))
    halves = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert ("\0" in found) == ("\0" in text or halves.count("\ufffd") > text.count("\ufffd"))
