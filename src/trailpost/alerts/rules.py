"""Which channels the settings name, without showing what is secret in them."""

from __future__ import annotations

import hashlib

import msgspec

from trailpost.base.settings import Settings


class Channel(msgspec.Struct, frozen=True):
    url: str

    @property
    def digest(self) -> str:
        """Names it where its password must not be seen."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]

    @property
    def kind(self) -> str:
        """As `mailtos`: what may be told of it."""
        return self.url.partition(":")[0]


def owner_channels(settings: Settings) -> tuple[Channel, ...]:
    parts = (part.strip() for part in settings.alert_urls.split(","))
    return tuple(Channel(part) for part in parts if part)


def mail_channel(settings: Settings) -> Channel | None:
    return Channel(settings.mail_url.strip()) if settings.mail_url.strip() else None


def find(settings: Settings, digest: str) -> Channel | None:
    mail = mail_channel(settings)
    known = (*owner_channels(settings), *((mail,) if mail else ()))
    return next((channel for channel in known if channel.digest == digest), None)
