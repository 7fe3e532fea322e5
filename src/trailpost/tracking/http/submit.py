"""From a request that was let in to an envelope that is durable: shared by every ingest route."""

from __future__ import annotations

import msgspec
from prometheus_client import Counter

from trailpost.base import clock
from trailpost.base.errors import BadRequest
from trailpost.http import times
from trailpost.http.endpoint import Stream
from trailpost.http.guard import Caller, Project
from trailpost.http.refused import Refused
from trailpost.tracking import wire
from trailpost.tracking.rules import agents, identity
from trailpost.tracking.rules.accept import Receipt, accept, size_of
from trailpost.tracking.wire import native
from trailpost.tracking.wire.text import DeviceType

_EVENTS = Counter("trailpost_ingest_events", "Events received, by what became of them", ["outcome"])
_ACCEPTED, _REJECTED = _EVENTS.labels("accepted"), _EVENTS.labels("rejected")


class Submission(msgspec.Struct, kw_only=True):
    """What one request brings, decoded; None stands where an event was refused."""

    project: Project
    session: native.Session
    events: list[native.AnyEvent | None]
    refused: list[Refused] = []
    sent_at: int | None = None
    user_agent: str
    device_type: DeviceType | None = None
    """When the client says more than its user agent does."""
    sessionless: bool = False
    """Its events belong to no session."""


class Submitted(msgspec.Struct, frozen=True):
    """What is durable now."""

    session_id: bytes
    events: list[wire.Event]
    refused: list[Refused]


async def submit(stream: Stream, sent: Submission, caller: Caller) -> Submitted:
    """Returns when the events are durable. Raises Unavailable when they cannot be made so."""
    received_at = times.micros(clock.now())
    agent = agents.describe(sent.user_agent, bool(sent.session.webdriver))
    receipt = Receipt(
        project_id=sent.project.id,
        secret=sent.project.secret,
        at=received_at,
        skew=times.skew(sent.sent_at, received_at),
        device_type=sent.device_type or agent.device_type,
        size=size_of(sent.session.viewport),
    )
    events = _accept_all(sent, receipt)
    session_id, kept_id = _session_id(sent)
    salt = await stream.salt(times.utc_day(received_at))
    visitor = _visitor(sent, caller, salt)
    context = _context(sent, receipt, session_id, kept_id, agent, visitor, caller.country)
    rejected = len(sent.refused)
    blob = wire.encode(
        wire.Envelope(
            wire.VERSION,
            sent.project.id,
            received_at,
            rejected,
            context if events else None,
            events,
        )
    )
    is_live = bool(events) and not sent.sessionless
    live = identity.live_name(sent.project.id, session_id) if is_live else None
    await stream.publish(session_id, blob, len(events) + rejected, live)
    _ACCEPTED.inc(len(events))
    if rejected:
        _REJECTED.inc(rejected)
    return Submitted(session_id, events, sent.refused)


def _accept_all(sent: Submission, receipt: Receipt) -> list[wire.Event]:
    kept = []
    for index, event in enumerate(sent.events):
        if event is None:
            continue
        try:
            kept.append(accept(event, receipt))
        except BadRequest as e:
            path = f"$.events[{index}].{e.field}"
            sent.refused.append(Refused(index, path, str(e)))
    return kept


def _session_id(sent: Submission) -> tuple[bytes, str | None]:
    """The UUID, and the client's own id where it is another."""
    if sent.sessionless:
        return wire.NO_SESSION, None
    given = sent.session.id
    known = identity.uuid_of(given)
    if known is not None and known != wire.NO_SESSION:
        return known, None
    return identity.named(sent.project.id, "session", given), given


def _visitor(sent: Submission, caller: Caller, salt: bytes) -> int:
    if sent.session.visitor_id is not None:
        return identity.known_visitor(sent.project.secret, sent.session.visitor_id)
    return identity.daily_visitor(salt, sent.project.id, caller.address, sent.user_agent)


def _context(
    sent: Submission,
    receipt: Receipt,
    session_id: bytes,
    kept_id: str | None,
    agent: agents.Agent,
    visitor: int,
    country: str | None,
) -> wire.Context:
    session, utm, (width, height) = sent.session, sent.session.utm, receipt.size
    return wire.Context(
        session_id=session_id,
        visitor=visitor,
        is_bot=agent.bot_class is not None,
        client_session_id=kept_id,
        bot_class=agent.bot_class,
        bot_reason=agent.bot_reason,
        user_agent=sent.user_agent or None,
        device_type=receipt.device_type,
        browser_name=agent.browser_name,
        os_name=agent.os_name,
        language=session.language or None,
        referrer=session.referrer or None,
        utm_source=utm.source if utm else None,
        utm_medium=utm.medium if utm else None,
        utm_campaign=utm.campaign if utm else None,
        landing_page=session.landing_page or None,
        viewport_width=width,
        viewport_height=height,
        country=country,
        is_recognised=session.visitor_id is not None,
    )
