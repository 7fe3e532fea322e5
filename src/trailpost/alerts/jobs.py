"""The job that delivers one message to one channel."""

from __future__ import annotations

import asyncio

from trailpost.alerts import rules
from trailpost.alerts.rules import Channel
from trailpost.alerts.wire import Message
from trailpost.base.errors import StartupError, Unavailable
from trailpost.jobs import Backoff, Nothing, Run, job


class ChannelGone(Exception):
    """The settings do not name the channel any more that this message was for."""


# About a day of attempts: mail servers are away for hours now and then.
@job(
    kind="alerts.send",
    attempts=12,
    backoff=Backoff(first=30, longest=4 * 3600),
    timeout=120,
    permanent=(ChannelGone, StartupError),
)
async def deliver(run: Run, message: Message) -> Nothing:
    channel = rules.find(run.settings, message.channel)
    if channel is None:
        raise ChannelGone("the settings do not name the channel this message was for")
    await asyncio.to_thread(hand_over, channel, message)
    return Nothing()


def hand_over(channel: Channel, message: Message) -> None:
    """Blocks. Raises Unavailable when the channel did not take it, StartupError for a bad URL."""
    # Only the process that delivers needs it, and it takes 10 MB.
    import apprise
    from apprise.plugins.email import NotifyEmail

    service = apprise.Apprise.instantiate(channel.url)
    if service is None:
        raise StartupError(f"the {channel.kind} URL among the alert channels makes no sense")
    if message.to is not None:
        if not isinstance(service, NotifyEmail):
            raise StartupError(f"TRAILPOST_MAIL_URL is no mail URL but {channel.kind}")
        # The one address, whatever commas it may hold.
        service.targets = [(False, message.to)]
    if not service.notify(body=message.body, title=message.title, body_format="text"):
        raise Unavailable(f"the {channel.kind} channel did not take the message")


JOBS = (deliver,)
