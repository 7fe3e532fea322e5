"""Who and which: ids that stay the same on every retry, visitors that cannot be traced back."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Literal
from uuid import UUID, uuid5

# Names ours; anything else would do as well, but it may never change.
_ROOT = UUID("6f2d5a52-0f7c-5d1e-9a55-7472706f7374")


def uuid_of(text: str) -> bytes | None:
    """The 16 bytes of a UUID in its usual 36 letters; None when `text` is not one."""
    if len(text) != 36 or text[8:24:5] != "----":
        return None
    try:
        found = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return None
    return found if len(found) == 16 else None


def named(project_id: int, kind: Literal["session", "event"], text: str) -> bytes:
    """The UUID, version 5, that stands for an id which is not a UUID."""
    return uuid5(_namespace(project_id, kind), text).bytes


@lru_cache(maxsize=1024)
def _namespace(project_id: int, kind: str) -> UUID:
    return uuid5(_ROOT, f"{project_id}:{kind}")


def session_uuid(project_id: int, given: str) -> bytes:
    """Of a session as clients and people name it."""
    return uuid_of(given) or named(project_id, "session", given)


def live_name(project_id: int, session_id: bytes) -> str:
    """Name of the list of a session's last envelopes."""
    return f"{project_id}:{session_id.hex()}"


def daily_visitor(salt: bytes, project_id: int, ip: str, user_agent: str) -> int:
    """A visitor by address and browser, for the one UTC day that `salt` lives."""
    return _signed(f"{project_id}\n{ip}\n{user_agent}", salt)


def known_visitor(secret: bytes, visitor_id: str) -> int:
    """A visitor by an id that the page keeps, with the visitor's consent."""
    return _signed(f"visitor\n{visitor_id}", secret)


def user_hash(secret: bytes, user: str) -> str:
    """Whom the product says it is: the same for one project, and of no use elsewhere."""
    text = f"user\n{user}".encode()
    return hashlib.blake2b(text, digest_size=16, key=secret[:64]).hexdigest()


def _signed(text: str, key: bytes) -> int:
    digest = hashlib.blake2b(text.encode(errors="replace"), digest_size=8, key=key[:64]).digest()
    return int.from_bytes(digest, "big", signed=True)
