"""A funnel of the owner's own, as a form gives it: up to twelve steps of a kind and a word."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from trailpost.analytics import FunnelAdded
from trailpost.base.errors import BadRequest

STEPS = 12
KINDS = {
    "page_view": ("Page viewed", "address, * is anything"),
    "choice": ("Chosen", "category, or category:value"),
    "interaction": ("Interaction", "its event, as click"),
    "snapshot": ("Configuration saved", ""),
    "in_cart": ("In cart or further", ""),
    "completed": ("Completed or further", ""),
    "converted": ("Converted", ""),
    "session_end": ("Page left", ""),
}
"""Title of a kind of step, and what its word is."""
_STATUSES = frozenset({"in_cart", "completed", "converted"})
_NO_WORD = re.compile(r"[^a-z0-9]+")


def added(form: Mapping[str, object], project: str) -> FunnelAdded:
    """Raises BadRequest that names what is wrong."""
    name = " ".join(str(form.get("name", "")).split())
    steps = [s for n in range(1, STEPS + 1) if (s := _step(form, n)) is not None]
    if not steps:
        raise BadRequest("a funnel has at least one step", field="kind-1")
    given = {"project": project, "slug": slug(name), "name": name, "steps": steps}
    try:
        return msgspec.convert(given, FunnelAdded)
    except msgspec.ValidationError as e:
        raise BadRequest(str(e)) from e


def slug(name: str) -> str:
    """Raises BadRequest when the name has no letter of a to z and no digit."""
    found = _NO_WORD.sub("-", name.lower()).strip("-")[:63].strip("-")
    if not found:
        raise BadRequest("the name needs a letter or a digit", field="name")
    return found


def _step(form: Mapping[str, object], n: int) -> dict[str, str] | None:
    kind, word = str(form.get(f"kind-{n}", "")), str(form.get(f"word-{n}", "")).strip()
    if kind not in KINDS:
        return None
    title = KINDS[kind][0]
    if kind in _STATUSES:
        return {"kind": "status", "name": title, "status": kind}
    return {"kind": kind, "name": f"{title}: {word}"[:100] if word else title} | _matched(
        kind, word
    )


def _matched(kind: str, word: str) -> dict[str, str]:
    """What the step names beside its kind; without a word it may be anything."""
    if not word:
        return {}
    if kind == "choice":
        category, _, value = word.partition(":")
        return {"category": category} | ({"value": value} if value else {})
    named = {"page_view": "url", "interaction": "event"}.get(kind)
    return {named: word} if named else {}
