"""What a contact form must hold, and the way of an inquiry through its statuses."""

from __future__ import annotations

import re
import unicodedata
from typing import get_args
from uuid import UUID

import msgspec

from trailpost.apps.houses.wire import NewInquiry, Status
from trailpost.base.errors import BadRequest, Conflict

# One address and no more: commas and brackets would make several of it in a mail's head.
_EMAIL = re.compile(
    r"[^\s@,;:<>()\[\]\"\\]{1,64}@[^\s@,;:<>()\[\]\"\\]+\.[^\s@.,;:<>()\[\]\"\\]{2,}"
)
_PHONE = re.compile(r"\+?[0-9 ()/.\-]{5,39}")
_LONGEST = {"name": 120, "email": 254, "phone": 40, "message": 5000}

STATUSES: tuple[Status, ...] = get_args(Status)
_RANK: dict[Status, int] = {"NEW": 0, "CONTACTED": 1, "QUOTED": 2, "CONVERTED": 3, "CLOSED": 3}


def checked(given: NewInquiry) -> NewInquiry:
    """Trimmed; empty becomes none. Raises BadRequest naming the field at fault."""
    name, email = _line(given.name, "name"), _line(given.email, "email")
    phone = _line(given.phone or "", "phone")
    message = _text(given.message or "", "message")
    if not name:
        raise BadRequest("a name is needed", field="name")
    if not _EMAIL.fullmatch(email):
        raise BadRequest("this is not an e-mail address", field="email")
    if phone and not _PHONE.fullmatch(phone):
        raise BadRequest("this is not a phone number", field="phone")
    return msgspec.structs.replace(
        given,
        name=name,
        email=email,
        phone=phone or None,
        message=message or None,
        session_id=_session(given.session_id),
    )


def is_robot(given: NewInquiry) -> bool:
    return given.website.strip() != ""


def next_statuses(status: Status) -> list[Status]:
    """Forward only; CONVERTED and CLOSED are ends."""
    return [s for s in STATUSES if _RANK[s] > _RANK[status]]


def check_move(before: Status, after: Status) -> None:
    """Raises Conflict when it would be a way back."""
    if after not in next_statuses(before):
        raise Conflict(f"an inquiry that is {before} cannot become {after}", field="status")


def _line(text: str, field: str) -> str:
    text = _text(text, field)
    if any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in text):
        raise BadRequest("this must be one line", field=field)
    return text


def _text(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > _LONGEST[field]:
        raise BadRequest(f"this has more than {_LONGEST[field]} characters", field=field)
    if "\0" in text:
        raise BadRequest("this holds a character that cannot be stored", field=field)
    return text


def _session(text: str | None) -> str | None:
    """The tracker's are UUIDs; anything else leads nowhere, and is no reason to lose an inquiry."""
    try:
        return str(UUID(text)) if text else None
    except ValueError:
        return None
