"""What people keep on the dashboard, as the tables hold it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Annotation(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, and when; `by` whom it was noted."""

    id: int
    at: datetime
    text: str
    by: str
    created_at: datetime


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    section: str
    query: str


class SharedView(msgspec.Struct, frozen=True, kw_only=True):
    """What a link shows to whoever has it."""

    section: str
    query: str
    expires_at: datetime


class ShareLink(msgspec.Struct, frozen=True, kw_only=True):
    """A link as its list shows it; the token itself is kept nowhere."""

    id: int
    section: str
    query: str
    by: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None
