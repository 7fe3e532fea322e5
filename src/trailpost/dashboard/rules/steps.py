"""One event of a journey in words: title, text, icon, and what it did to the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Entry, Fact


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """An event with the configuration and price at its moment, as `user_journey` reports it."""

    occurred_at: datetime
    kind: str
    event_type: str | None = None
    category: str | None = None
    element_id: str | None = None
    value: str | None = None
    previous_value: str | None = None
    source: str | None = None
    price_before: Decimal | None = None
    price: Decimal | None = None
    completion: int | None = None
    trigger_event: str | None = None
    url: str | None = None
    time_spent: int | None = None
    metric_name: str | None = None
    metric_value: float | None = None
    unit: str | None = None
    endpoint: str | None = None
    conversion_status: str | None = None
    consent: str | None = None
    price_now: Decimal | None = None
    configuration_now: dict[str, msgspec.Raw] | None = None


Told = dict[str, str]
"""title, text, detail and icon of an entry, where there is something to say."""

_SOURCES = {
    "default": "preselected",
    "reset": "by starting over",
    "shared_link": "from a shared link",
    "constraint": "because another choice forced it",
}
_TRIGGERS = {
    "auto_save": "by itself",
    "page_exit": "on leaving the page",
    "order_attempt": "by an order attempt",
    "manual": "by the visitor",
}
_REACHED = {"in_cart": "Put in the cart", "completed": "Completed", "converted": "Converted"}
# Shown one by one they would bury the choices.
_SMALL_INTERACTIONS = {"hover", "scroll", "click", "input", "custom", "selection"}


def is_small(step: Step) -> bool:
    """Whether it is folded away when several follow each other."""
    return step.kind == "timing" or (
        step.kind == "interaction" and step.event_type in _SMALL_INTERACTIONS
    )


def entry(step: Step, start: datetime) -> Entry:
    told = _TOLD.get(step.kind, _other)(step)
    change = _change(step)
    reached = _REACHED.get(step.conversion_status or "")
    return Entry(
        kind="event",
        at=words.offset(step.occurred_at - start),
        at_iso=step.occurred_at.isoformat(),
        icon=told.get("icon", "dots"),
        tone="good" if reached else "choice" if step.kind == "choice" else "plain",
        title=told["title"],
        text=told.get("text", ""),
        detail=" · ".join(filter(None, [told.get("detail", ""), reached or ""])),
        cost=words.euro_change(change) if change else None,
        cost_tone=("more" if change > 0 else "less") if change else "",
        configuration=facts(step.configuration_now) if _shows_state(step) else (),
        price=words.figure(step.price_now, "eur"),
    )


def facts(configuration: Mapping[str, msgspec.Raw] | None) -> tuple[Fact, ...]:
    """A configuration as lines; what is nested deeper stays JSON."""
    return tuple(Fact(words.label(k), _plain(raw)) for k, raw in (configuration or {}).items())


def _plain(raw: msgspec.Raw) -> str | None:
    value = msgspec.json.decode(raw)
    if isinstance(value, dict) and isinstance(value.get("value"), str):
        times = value.get("quantity")
        return f"{times} × " * (times not in (None, 1)) + words.label(value["value"])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return words.label(value)
    if isinstance(value, int | float):
        return f"{value:,}"
    return None if value is None else msgspec.json.encode(value).decode()


def _shows_state(step: Step) -> bool:
    return step.kind in ("choice", "snapshot", "session_end") and bool(step.configuration_now)


def _change(step: Step) -> Decimal:
    if step.kind != "choice" or step.price is None or step.price_before is None:
        return Decimal(0)
    return step.price - step.price_before


def _start(step: Step) -> Told:
    return {"icon": "start", "title": "Session started", "detail": step.url or ""}


def _page_view(step: Step) -> Told:
    return {"icon": "page", "title": "Viewed", "text": step.url or "a page", "detail": _spent(step)}


def _interaction(step: Step) -> Told:
    where = " · ".join(words.label(c) for c in (step.category, step.element_id) if c)
    value = step.value or ""
    if step.previous_value and value:
        value = f"{step.previous_value} → {value}"
    return {
        "icon": "click",
        "title": words.label(step.event_type or "interaction"),
        "text": ": ".join(filter(None, [where, value])),
        "detail": _spent(step),
    }


def _choice(step: Step) -> Told:
    before = words.label(step.previous_value) if step.previous_value else None
    after = words.label(step.value) if step.value else None
    if after is None:
        text = f"{before} removed" if before else "removed"
    else:
        text = f"{before} → {after}" if before else after
    return {
        "icon": "choice",
        "title": f"{words.label(step.category or 'choice')}:",
        "text": text,
        "detail": _SOURCES.get(step.source or "", ""),
    }


def _snapshot(step: Step) -> Told:
    done = None if step.completion is None else f"{step.completion}{words.NBSP}% complete"
    return {
        "icon": "snapshot",
        "title": "Configuration saved",
        "text": _TRIGGERS.get(step.trigger_event or "", step.trigger_event or ""),
        "detail": done or "",
    }


def _timing(step: Step) -> Told:
    value = f"{step.metric_value:,.4g}" if step.metric_value is not None else "no data"
    return {
        "icon": "timing",
        "title": words.label(step.metric_name or "timing"),
        "text": f"{value} {step.unit or ''}".strip(),
        "detail": step.endpoint or "",
    }


def _end(step: Step) -> Told:
    left = f"Left from {step.url}" if step.url else ""
    return {"icon": "end", "title": "Session ended", "detail": left}


def _consent(step: Step) -> Told:
    return {"icon": "consent", "title": "Consent", "text": step.consent or step.value or ""}


def _identify(step: Step) -> Told:
    return {"icon": "person", "title": "Identified", "text": "as a known user"}


def _other(step: Step) -> Told:
    return {"icon": "dots", "title": words.label(step.kind)}


def _spent(step: Step) -> str:
    return "" if not step.time_spent else f"for {words.milliseconds(step.time_spent)}"


_TOLD: dict[str, Callable[[Step], Told]] = {
    "session_start": _start,
    "page_view": _page_view,
    "interaction": _interaction,
    "choice": _choice,
    "snapshot": _snapshot,
    "timing": _timing,
    "session_end": _end,
    "consent": _consent,
    "identify": _identify,
}
