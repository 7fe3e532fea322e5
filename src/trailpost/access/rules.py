"""Decisions about passwords, tokens, forms and limits, without I/O."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from trailpost.base.errors import BadRequest

PASSWORD_MIN = 12
# Longer than any sentence; argon2 would hash megabytes if it were asked to.
PASSWORD_MAX = 500
IDLE = timedelta(days=14)
LONGEST = timedelta(days=90)
# Writing the time of every request would be a row update per click.
SEEN_EVERY = timedelta(minutes=5)
FAILURES_WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 10

# RFC 9106's second choice: 64 MiB, 3 passes, about 60 ms of one core.
_HASHER = PasswordHasher(
    time_cost=3, memory_cost=65_536, parallelism=4, hash_len=32, salt_len=16, type=Type.ID
)
# Of a random password nobody kept. Checked for unknown users, so that they cost the same time.
UNKNOWN_USER = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "Yqs2U0biExQhAYi1Ze/wJg$fdnnOKhyEvQQcbmzYaR6yUPNUy7gyml6PN93wQ8d7Tw"
)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_EMAIL = re.compile(r"[^@\s]{1,100}@[^@\s]{1,150}")


def new_token() -> str:
    """256 random bits for a cookie, a CSRF token or a password."""
    return secrets.token_urlsafe(32)


def new_key() -> str:
    """An ingest key. It is public and may only write, so it need not be long."""
    return f"tp_{secrets.token_hex(12)}"


def new_password() -> str:
    """20 characters, about 119 bits, easy to copy by hand: no dashes, no look-alikes."""
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    return "".join(secrets.choice(letters) for _ in range(20))


def token_hash(token: str) -> bytes:
    """What the database keeps: a stolen table opens no session. The token is random, so no salt."""
    return hashlib.sha256(token.encode()).digest()


def hash_password(password: str) -> str:
    """About 60 ms and 64 MiB: call it in a thread."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """About 60 ms and 64 MiB: call it in a thread."""
    try:
        return _HASHER.verify(password_hash, password[: PASSWORD_MAX + 1])
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)


def check_password(password: str, field: str = "password") -> None:
    """Raises BadRequest with the one rule we have: length."""
    if len(password) < PASSWORD_MIN:
        raise BadRequest(f"the password must have at least {PASSWORD_MIN} characters", field=field)
    if len(password) > PASSWORD_MAX:
        raise BadRequest(f"the password may have at most {PASSWORD_MAX} characters", field=field)


def check_new_password(*, current: str, password: str, again: str) -> None:
    """Raises BadRequest naming the field at fault."""
    check_password(password)
    if password != again:
        raise BadRequest("the two new passwords differ", field="again")
    if password == current:
        raise BadRequest("the new password is the current one", field="password")


def check_email(email: str) -> str:
    email = email.strip()
    if not _EMAIL.fullmatch(email):
        raise BadRequest(f"{email!r} is not an e-mail address", field="email")
    return email


def check_project(slug: str, time_zone: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise BadRequest(
            f"{slug!r} cannot name a project: use a-z, 0-9 and dashes, 63 at most", field="slug"
        )
    if time_zone not in available_timezones():
        raise BadRequest(f"there is no time zone {time_zone!r}", field="timeZone")


def login_expiry(created_at: datetime, now: datetime) -> datetime:
    """14 days after the last visit, 90 days after the login at the latest."""
    return min(now + IDLE, created_at + LONGEST)


def account_name(email: str, secret: bytes) -> str:
    """Whose failures are counted. Hashed: people type passwords into the wrong field."""
    text = email.strip().lower().encode(errors="replace")
    return f"account:{hashlib.blake2b(text, digest_size=16, key=secret[:64]).hexdigest()}"


def address_name(ip: str, salt: bytes) -> str:
    """Whose failures are counted. `salt` lives one day, so the address cannot be told later."""
    return f"address:{hashlib.blake2b(ip.encode(), digest_size=16, key=salt[:64]).hexdigest()}"


def form_token(nonce: str, secret: bytes) -> str:
    """The login form's token: only this server can make it from the nonce in the cookie."""
    return hmac.new(secret, b"login form " + nonce.encode(), hashlib.sha256).hexdigest()


def same(given: str | None, wanted: str) -> bool:
    """Compared in constant time."""
    return given is not None and hmac.compare_digest(given.encode(), wanted.encode())


def is_local_path(path: str) -> bool:
    """Whether a redirect there stays on this server, in every browser's reading."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    if any(ord(c) <= 0x20 or ord(c) == 0x7F for c in path):
        return False
    return urlsplit(path).netloc == ""


def after_login(wanted: str) -> str:
    """The page to go to: `wanted` when it is ours, else the dashboard."""
    if len(wanted) > 2000 or not is_local_path(wanted):
        return "/admin"
    if urlsplit(wanted).path.rstrip("/") in ("/admin/login", "/admin/logout"):
        return "/admin"
    return wanted


def is_own_origin(
    *, origin: str | None, fetch_site: str | None, host: str, public_url: str
) -> bool:
    """Whether a form came from a page of this server.

    Browsers say so in Sec-Fetch-Site (on https and localhost) and in Origin; a proxy may change
    Host, so the address in the settings counts as well. Neither header: not a browser's form.
    """
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    if origin is None:
        return True
    ours = {host.lower(), urlsplit(public_url).netloc.lower()} - {""}
    return urlsplit(origin).netloc.lower() in ours
