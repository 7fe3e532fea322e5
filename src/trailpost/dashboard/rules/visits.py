"""A session in one line, and the words for its status and its source."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.asked import Asked
from trailpost.dashboard.rules.views import SessionLine

_STATUSES = {
    "ongoing": "Ongoing",
    "in_cart": "In cart",
    "completed": "Completed",
    "converted": "Converted",
    "abandoned": "Abandoned",
    "expired": "Expired",
}


class _SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    session_id: UUID
    start_time: datetime
    is_active: bool
    status: str
    device_type: str | None
    referrer: str | None
    utm_source: str | None
    utm_campaign: str | None
    total_choices: int
    session_duration: int
    total_price: Decimal | None
    is_bot: bool


def session_line(row: object, asked: Asked, zone: ZoneInfo, now: datetime) -> SessionLine:
    read = msgspec.convert(row, _SessionRow, from_attributes=True)
    started = read.start_time.astimezone(zone)
    status, told = status_of(read.status, is_active=read.is_active)
    return SessionLine(
        id=str(read.session_id),
        url=f"/admin/sessions/{read.session_id}?{asked.query}",
        started=words.ago(started, now),
        started_iso=started.isoformat(timespec="seconds"),
        status=status,
        status_words=told,
        device=words.label(read.device_type) if read.device_type else None,
        source=source(read.utm_source, read.utm_campaign, read.referrer),
        choices=words.count(read.total_choices),
        price=words.figure(read.total_price, "eur"),
        duration=words.seconds(read.session_duration),
        is_bot=read.is_bot,
    )


def status_of(status: str, *, is_active: bool) -> tuple[str, str]:
    if status == "ongoing" and is_active:
        return "active", "Active"
    return status, _STATUSES.get(status, words.label(status))


def source(utm_source: str | None, campaign: str | None, referrer: str | None) -> str:
    """Where it came from: the campaign's word first, else the referring site, else direct."""
    if utm_source:
        return f"{utm_source} / {campaign}" if campaign else utm_source
    host = urlsplit(referrer or "").hostname
    return (host or "").removeprefix("www.") or "direct"
