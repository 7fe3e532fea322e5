"""A message as it waits in a job."""

from __future__ import annotations

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The channel's URL is not in here: it holds a password, and a job is shown to people."""

    channel: str
    """Digest of the URL in the settings."""
    title: str
    body: str
    to: str | None = None
    """The one address it goes to, in place of the URL's own."""
