"""Hand a message to the people the settings name; it is delivered if the transaction commits."""

from __future__ import annotations

from trailpost import db, jobs
from trailpost.alerts import rules
from trailpost.alerts.jobs import deliver
from trailpost.alerts.wire import Message
from trailpost.base.settings import Settings


def channels(settings: Settings) -> int:
    """How many channels alerts go to."""
    return len(rules.owner_channels(settings))


async def send(conn: db.Connection, settings: Settings, *, title: str, body: str) -> int:
    """To every channel of the owner's, each on its own; returns how many there are."""
    found = rules.owner_channels(settings)
    for channel in found:
        message = Message(channel=channel.digest, title=title, body=body)
        await jobs.enqueue(conn, deliver, message)
    return len(found)


async def send_mail(
    conn: db.Connection, settings: Settings, *, to: str, title: str, body: str
) -> bool:
    """To one person outside. False: no mailbox is set. `to` must be one checked address."""
    channel = rules.mail_channel(settings)
    if channel is None:
        return False
    message = Message(channel=channel.digest, title=title, body=body, to=to)
    await jobs.enqueue(conn, deliver, message)
    return True
