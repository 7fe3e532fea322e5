"""Saved views, notes and shared links as their page lists them; when a link ends."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import msgspec

from trailpost.base.errors import BadRequest
from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.asked import FILTERS, RANGES, Asked, asked
from trailpost.dashboard.rules.heads import filter_words
from trailpost.dashboard.rules.sections import SECTIONS, Section, find
from trailpost.dashboard.wire import Annotation, SavedView, ShareLink

DAYS = (1, 7, 30)
"""How long a shared link may last."""
LONGEST_NOTE = 200
LONGEST_NAME = 60


class ViewLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    name: str
    url: str
    told: str


class NoteLine(msgspec.Struct, frozen=True, kw_only=True):
    """`value`: local wall time, as an input of a date and time takes it."""

    id: int
    at: str
    value: str
    text: str
    by: str


class LinkLine(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    told: str
    by: str
    made: str
    ends: str
    state: str
    is_open: bool
    opened: str


def described(section: str, query: str) -> str:
    """`Funnel, 7 days, device: Mobile`."""
    shown = asked(dict(parse_qsl(query)))
    told = [_title(section), RANGES.get(shown.range, "")]
    told += [f"{FILTERS[k].lower()}: {filter_words(k, v)}" for k, v in shown.filters.items()]
    return ", ".join(filter(None, told))


def url(section: str, query: str) -> str:
    path = next((s.path for s in SECTIONS if s.name == section), "/admin")
    return f"{path}?{query}" if query else path


def view_line(view: SavedView) -> ViewLine:
    return ViewLine(
        id=view.id,
        name=view.name,
        url=url(view.section, view.query),
        told=described(view.section, view.query),
    )


def note_line(note: Annotation, zone: ZoneInfo) -> NoteLine:
    at = note.at.astimezone(zone)
    return NoteLine(
        id=note.id,
        at=f"{words.day(at)} {at.year}, {at:%H:%M}",
        value=f"{at:%Y-%m-%dT%H:%M}",
        text=note.text,
        by=note.by,
    )


def link_line(link: ShareLink, now: datetime, zone: ZoneInfo) -> LinkLine:
    state = "taken back" if link.revoked_at else "open" if link.expires_at > now else "expired"
    times = "time" if link.opened == 1 else "times"
    opened = f"opened {words.count(link.opened)} {times}" if link.opened else "never opened"
    last = f", last {words.ago(link.opened_at.astimezone(zone), now)}" if link.opened_at else ""
    return LinkLine(
        id=link.id,
        told=described(link.section, link.query),
        by=link.by,
        made=words.moment(link.created_at.astimezone(zone)),
        ends=words.moment(link.expires_at.astimezone(zone)),
        state=state,
        is_open=state == "open",
        opened=opened + last,
    )


def asked_view(form: Mapping[str, object]) -> tuple[Section, Asked]:
    """The section and the query that a form on a page hands on."""
    return find(str(form.get("section", ""))), asked(dict(parse_qsl(str(form.get("query", "")))))


def text_of(form: Mapping[str, object], name: str, longest: int) -> str:
    """Raises BadRequest when there is none, or too much."""
    text = " ".join(str(form.get(name, "")).replace("\x00", "").split())
    if not text or len(text) > longest:
        raise BadRequest(f"{name} has 1 to {longest} characters", field=name)
    return text


def moment_of(form: Mapping[str, object], zone: ZoneInfo) -> datetime:
    """A local wall time in the zone of the page."""
    try:
        at = datetime.fromisoformat(str(form.get("at", "")))
    except ValueError:
        raise BadRequest("the moment is not a date and a time", field="at") from None
    if not 2000 <= at.year <= 2199:
        raise BadRequest("the moment lies too far away", field="at")
    return at.replace(tzinfo=zone)


def expiry(form: Mapping[str, object], now: datetime) -> datetime:
    days = str(form.get("days", ""))
    if days not in {str(d) for d in DAYS}:
        raise BadRequest("a link lasts 1, 7 or 30 days", field="days")
    return now + timedelta(days=int(days))


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _title(section: str) -> str:
    return next((s.title for s in SECTIONS if s.name == section), section)
