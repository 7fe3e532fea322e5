"""One column, or a few that belong together, decided by one mark, minimum or maximum."""

from __future__ import annotations

from trailpost.tracking.rules.fold.session import STATUSES, Session


def latest(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def reach(session: Session, status: str | None, when: int) -> None:
    if status is None:
        return
    advance(session, status)
    if STATUSES[status]:
        first = session.reached.get(status, when)
        session.reached[status] = min(first, when)


def advance(session: Session, status: str) -> None:
    if STATUSES[status] > STATUSES[session.conversion_status]:
        session.conversion_status = status


def touch(
    session: Session,
    at: str,
    referrer: str | None,
    utm_source: str | None,
    utm_medium: str | None,
    utm_campaign: str | None,
) -> None:
    if at < session.marks.touch:
        session.marks.touch = at
        session.referrer = referrer
        session.utm_source = utm_source
        session.utm_medium = utm_medium
        session.utm_campaign = utm_campaign


def land(session: Session, at: str, page: str | None) -> None:
    if page is not None and at < session.marks.landing:
        session.marks.landing = at
        session.landing_page = page


def leave(session: Session, at: str, page: str | None) -> None:
    if page is not None and at > session.marks.exit:
        session.marks.exit = at
        session.exit_page = page


def agree(session: Session, at: str, consent: str | None) -> None:
    if consent is not None and at > session.marks.consent:
        session.marks.consent = at
        session.consent = consent


def know(session: Session, at: str, user_hash: str | None) -> None:
    if user_hash is not None and at > session.marks.user:
        session.marks.user = at
        session.user_hash = user_hash


def cost(session: Session, at: str, cents: int | None, version: str | None) -> None:
    if cents is not None and at > session.marks.price:
        session.marks.price = at
        session.total_price = cents
        session.price_list_version = version


def complete(session: Session, at: str, percent: int | None) -> None:
    if percent is not None and at > session.marks.completion:
        session.marks.completion = at
        session.completion = percent


def configure(session: Session, at: str, when: int, hashed: bytes, configuration: bytes) -> None:
    if at > session.marks.configuration:
        session.marks.configuration = at
        session.configuration_at = when
        session.configuration_hash = hashed
        session.configuration = configuration
