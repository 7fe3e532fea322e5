"""Which occurrences are one issue. A change of these rules is a new version, never an edit.

Version 1, the first of these that there is something for:
1. the fingerprint that the sender gave;
2. the type, and function and file of each call in the product's own code: without line numbers,
   without the hash that a bundler puts into a file's name, a recursion counted once;
3. the type and the message, without what differs from one time to the next: addresses, UUIDs,
   hexadecimal and other numbers, and what stands in quotes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID, uuid5

from trailpost.issues.wire import Kept, KeptFrame

VERSION = 1

# Names ours; it may never change.
_ROOT = UUID("1f0b7c8e-5c1d-5a3c-8a57-7472706f7374")
_FOREIGN = re.compile(
    r"node_modules|^(?:chrome|moz|safari(?:-web)?|ms-browser)-extension:|^(?:native|<anonymous>)$"
)
_ORIGIN = re.compile(r"^[a-z][a-z0-9+.-]*://[^/]*", re.I)
_AFTER_PATH = re.compile(r"[?#].*$", re.S)
# Between the name and its endings: app.3f2a9b1c.js, chunk-SGXVHSNA.js, index-BxYz12ab.min.js.
_HASHED = re.compile(r"[-._~]([A-Za-z0-9_]{6,64})(?=(?:\.[a-z]{1,5}){1,3}$)")
_FOLDER = re.compile(r"(?<=/)(?=[^/]*\d)[0-9a-f]{8,64}(?=/)")
_CHANGING = (
    (re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'`<>)]+", re.I), "<url>"),
    (re.compile(r"[^\s@\"'<>]{1,64}@[^\s@\"'<>]{1,200}\.[a-z]{2,}", re.I), "<email>"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I), "<uuid>"),
    (re.compile(r"\"[^\"]{0,300}\"|`[^`]{0,300}`|„[^“”]{0,300}[“”]|“[^”]{0,300}”"), "<value>"),
    # An apostrophe within a word is no quote.
    (re.compile(r"(?<!\w)'[^']{0,300}'(?!\w)"), "<value>"),
    (re.compile(r"\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)(?=[0-9]*[a-f])[0-9a-f]{6,}\b", re.I), "<hex>"),
    (re.compile(r"-?\d+(?:[.,:]\d+)*"), "<n>"),
    (re.compile(r"\s+"), " "),
)


def fingerprint(occurrence: Kept) -> str:
    """32 hexadecimal digits, equal for all occurrences of one issue of a project."""
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(occurrence):
        # Its length first, so that no two lists of parts look the same.
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return digest.hexdigest()


def issue_id(project_id: int, version: int, found: str) -> UUID:
    """Follows from what makes an issue one, so that no writer has to ask another for it."""
    return uuid5(_ROOT, f"{project_id}:{version}:{found}")


def title(occurrence: Kept) -> str:
    """Type, and the first line of the message; 200 characters."""
    line = occurrence.message.strip().partition("\n")[0].strip()
    return (f"{occurrence.type}: {line}" if line else occurrence.type)[:200]


def _parts(occurrence: Kept) -> list[str]:
    if occurrence.fingerprint:
        return ["given", *occurrence.fingerprint]
    calls = [call for call, _ in groupby(_calls(occurrence.stack))]
    if calls:
        return ["stack", occurrence.type, *(part for call in calls for part in call)]
    return ["message", occurrence.type, steady(occurrence.message)]


def _calls(stack: list[KeptFrame]) -> Iterator[tuple[str, str]]:
    """Function and file of the product's own calls."""
    for frame in stack:
        function, file = _function(frame.function or ""), steady_file(frame.file or "")
        if (function or file) and _is_own(frame):
            yield function, file


def _is_own(frame: KeptFrame) -> bool:
    if frame.in_app is not None:
        return frame.in_app
    return not _FOREIGN.search(frame.file or "")


def _function(name: str) -> str:
    name = name.strip().removeprefix("async ").removeprefix("new ")
    return "" if name in ("<anonymous>", "anonymous", "?") else name


def steady_file(file: str) -> str:
    """The path of a file as it is in every release: /assets/main-MOEQDYNZ.js as /assets/main.js."""
    path = _AFTER_PATH.sub("", _ORIGIN.sub("", file.strip()))
    return _FOLDER.sub("*", _HASHED.sub(_without_hash, path))


def _without_hash(found: re.Match[str]) -> str:
    name = found[1]
    has_digit = any(c.isdigit() for c in name)
    is_hex = has_digit and re.fullmatch(r"[0-9a-f]+", name)
    # A word is written small; of eight characters and more, capitals are a hash's too.
    is_hash = is_hex or (len(name) >= 8 and (has_digit or name != name.lower()))
    return "" if is_hash else found[0]


def steady(message: str) -> str:
    """The message without what differs from one time to the next."""
    for pattern, stands_for in _CHANGING:
        message = pattern.sub(stands_for, message)
    return message.strip()[:500]
