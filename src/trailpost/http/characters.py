"""Characters that JSON can name and PostgreSQL cannot store: NUL, and half a surrogate pair."""

from __future__ import annotations

import re

REASON = "holds a NUL character or half a surrogate pair"
_ESCAPED_NUL = b"\\u0000"
_HIGH, _LOW = rb"u[dD][89abAB][0-9a-fA-F]{2}", rb"u[dD][c-fC-F][0-9a-fA-F]{2}"
# Every escape is matched, so that the second half of an escaped backslash begins none.
_ESCAPE = re.compile(rb"\\(?:(" + _HIGH + rb"\\" + _LOW + rb")|(" + _HIGH + rb"|" + _LOW + rb")|.)")


def may_hold_nul(text: bytes) -> bool:
    """Whether JSON may decode to a NUL character.

    It may be wrong in saying yes, since a backslash may itself be escaped; never in saying no.
    """
    return _ESCAPED_NUL in text


def with_nul_for_halves(text: bytes) -> bytes:
    """JSON with NUL for each half of a surrogate pair, which no decoder takes.

    So the event that holds one can be found, and its neighbours can be read.
    """
    if b"\\ud" not in text and b"\\uD" not in text:
        return text
    return _ESCAPE.sub(lambda found: _ESCAPED_NUL if found[2] else found[0], text)


def nul_path(value: object) -> str | None:
    """JSON path, without `$`, of a text or a key that holds a NUL character."""
    waiting: list[tuple[str, object]] = [("", value)]
    while waiting:
        path, found = waiting.pop()
        if isinstance(found, str) and "\0" in found:
            return path
        if isinstance(found, dict):
            if any("\0" in str(key) for key in found):
                return path
            waiting += [(f"{path}.{key}", child) for key, child in found.items()]
        elif isinstance(found, list):
            waiting += [(f"{path}[{i}]", child) for i, child in enumerate(found)]
    return None
