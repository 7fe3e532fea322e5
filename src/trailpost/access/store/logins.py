"""Logging in and out: counted attempts, checked passwords, logins that end."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import msgspec

from trailpost import db
from trailpost.access import rules
from trailpost.access.store import statements
from trailpost.access.store.statements import Password
from trailpost.access.wire import User
from trailpost.base.errors import TooManyRequests

# One check takes 64 MiB: a flood of logins may not take the machine's memory.
_CHECKS = ThreadPoolExecutor(2, "password")


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try at a password: who tries, from where (both hashed), and when."""

    account: str
    address: str
    at: datetime


async def log_in(pool: db.Pool, email: str, password: str, attempt: Attempt) -> str | None:
    """The new login's token, or None: unknown user and wrong password look and cost the same.

    Raises TooManyRequests, however right the password is.
    """
    found = await _check(pool, email, password, attempt)
    if found is None:
        return None
    await _renew_hash(pool, found, password)
    async with db.transaction(pool) as conn:
        return await open_login(conn, found.id, attempt.at)


async def change_password(
    pool: db.Pool, user: User, current: str, wanted: str, attempt: Attempt
) -> str | None:
    """End every login of the user and open a new one: its token, or None when `current` is wrong.

    Raises BadRequest or TooManyRequests.
    """
    rules.check_password(wanted)
    found = await _check(pool, user.email, current, attempt)
    if found is None or found.id != user.id:
        return None
    hashed = await _hash(wanted)
    async with db.transaction(pool) as conn:
        await statements.set_password_hash(conn, user.id, hashed)
        await statements.delete_logins_of(conn, user.id)
        return await open_login(conn, user.id, attempt.at)


async def open_login(conn: db.Connection, user_id: int, now: datetime) -> str:
    token = rules.new_token()
    await statements.insert_login(
        conn,
        token_hash=rules.token_hash(token),
        user_id=user_id,
        csrf=rules.new_token(),
        now=now,
        expires_at=rules.login_expiry(now, now),
    )
    return token


async def find_user(pool: db.Pool, token: str, now: datetime) -> User | None:
    """Whose login this is, when it has not ended; the visit puts its end off."""
    hashed = rules.token_hash(token)
    async with db.transaction(pool) as conn:
        found = await statements.find_login(conn, hashed, now)
        if found is None:
            return None
        if now - found.seen_at > rules.SEEN_EVERY:
            expires_at = rules.login_expiry(found.created_at, now)
            await statements.touch_login(conn, hashed, now=now, expires_at=expires_at)
    return User(id=found.id, email=found.email, name=found.name, role=found.role, csrf=found.csrf)


async def log_out(pool: db.Pool, token: str) -> None:
    async with db.transaction(pool) as conn:
        await statements.delete_login(conn, rules.token_hash(token))


async def purge(pool: db.Pool, now: datetime) -> int:
    """Forget logins that ended and failures that no longer count."""
    async with db.transaction(pool) as conn:
        ended = await statements.delete_expired_logins(conn, now)
        old = await statements.delete_old_failures(conn, now - rules.FAILURES_WINDOW)
    return ended + old


async def _check(pool: db.Pool, email: str, password: str, attempt: Attempt) -> Password | None:
    async with db.transaction(pool) as conn:
        await _count(conn, attempt)
        # PostgreSQL cannot hold the character 0, and no e-mail has it.
        found = await statements.find_password(conn, email.strip().replace("\0", ""))
    known = found.password_hash if found else rules.UNKNOWN_USER
    right = await _verify(known, password)
    if found is None or not right:
        return None
    async with db.transaction(pool) as conn:
        await statements.forgive_account(
            conn, account=attempt.account, address=attempt.address, at=attempt.at
        )
    return found


async def _count(conn: db.Connection, attempt: Attempt) -> None:
    """Counted before the check: many tries at once may not pass the limit together."""
    limits = {
        attempt.account: rules.FAILURES_PER_ACCOUNT,
        attempt.address: rules.FAILURES_PER_ADDRESS,
    }
    await statements.lock_failures(conn, list(limits))
    since = attempt.at - rules.FAILURES_WINDOW
    for who, allowed in limits.items():
        last = await statements.nth_last_failure(conn, who, since=since, allowed=allowed)
        if last is not None:
            wait = (last - since).total_seconds()
            raise TooManyRequests("too many attempts to log in", retry_after=max(1.0, wait))
    for who in limits:
        await statements.insert_failure(conn, who, attempt.at)


async def _renew_hash(pool: db.Pool, found: Password, password: str) -> None:
    """A hash of an older program gets today's parameters while the password is at hand."""
    if not rules.is_outdated(found.password_hash):
        return
    hashed = await _hash(password)
    async with db.transaction(pool) as conn:
        await statements.set_same_password_hash(
            conn, found.id, old_hash=found.password_hash, password_hash=hashed
        )


async def _hash(password: str) -> str:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_CHECKS, rules.hash_password, password)


async def _verify(password_hash: str, password: str) -> bool:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_CHECKS, rules.verify_password, password_hash, password)
