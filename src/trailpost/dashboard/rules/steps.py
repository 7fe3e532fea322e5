"""One event of a journey in words: title, text, icon, and what it did to the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Entry, Fact


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What the page reads of an event in the `user_journey` report."""

    occurred_at: datetime
    kind: str
    what: str | None = None
    category: str | None = None
    value: str | None = None
    previous_value: str | None = None
    source: str | None = None
    time_spent: int | None = None
    price: Decimal | None = None
    price_change: Decimal | None = None
    completion: int | None = None
    chosen: dict[str, object] | None = None
    configuration: dict[str, object] | None = None
    additional_data: dict[str, object] | None = None
    clock: str | None = None


Told = dict[str, str]
"""title, text, detail and icon of an entry, where there is something to say."""

_SOURCES = {
    "default": "preselected",
    "reset": "by starting over",
    "shared_link": "from a shared link",
    "constraint": "because another choice forced it",
    "restored": "kept from an earlier session",
}
_TRIGGERS = {
    "auto_save": "by itself",
    "page_exit": "on leaving the page",
    "order_attempt": "by an order attempt",
    "manual": "by the visitor",
}
_VITALS = {m: m.upper() for m in ("lcp", "inp", "cls", "ttfb", "fcp")}
_CLOCKS = {
    "future": "its clock ran ahead of ours",
    "ancient": "its clock was far behind ours",
}


def is_small(step: Step) -> bool:
    """Whether it is folded away when several follow each other: alone they bury the choices."""
    return step.kind in ("timing", "interaction")


def entry(step: Step, start: datetime) -> Entry:
    told = _TOLD.get(step.kind, _other)(step)
    change = step.price_change if step.kind in ("choice", "snapshot") else None
    return Entry(
        kind="event",
        at=words.offset(step.occurred_at - start),
        at_iso=step.occurred_at.isoformat(),
        icon=told.get("icon", "dots"),
        tone="choice" if step.kind == "choice" else "small" if is_small(step) else "plain",
        title=told["title"],
        text=told.get("text", ""),
        detail=" · ".join(filter(None, [told.get("detail"), _CLOCKS.get(step.clock or "")])),
        cost=words.euro_change(change) if change else None,
        cost_tone=("more" if change > 0 else "less") if change else "",
        configuration=facts(_state(step)),
        price=words.figure(step.price, "eur"),
    )


def _state(step: Step) -> dict[str, object] | None:
    """A snapshot names its configuration; between two, the choices so far are what is known."""
    if step.kind == "snapshot":
        return step.configuration or step.chosen
    return (step.chosen or step.configuration) if step.kind == "choice" else None


def facts(configuration: Mapping[str, object] | None) -> tuple[Fact, ...]:
    """A configuration as lines; what is nested deeper stays JSON."""
    return tuple(Fact(words.label(k), _plain(v)) for k, v in (configuration or {}).items())


def _plain(value: object) -> str | None:
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


def _start(step: Step) -> Told:
    return {"icon": "start", "title": "Session started"}


def _page_view(step: Step) -> Told:
    seen = step.what or "a page"
    return {"icon": "page", "title": "Viewed", "text": seen, "detail": _spent(step)}


def _interaction(step: Step) -> Told:
    gesture, _, element = (step.what or "interaction").partition(" ")
    where = " · ".join(words.label(c) for c in (step.category, element) if c)
    value = step.value or ""
    if step.previous_value and value:
        value = f"{step.previous_value} → {value}"
    return {
        "icon": "click",
        "title": words.label(gesture),
        "text": ": ".join(filter(None, [where, value])),
        "detail": _spent(step),
    }


def _choice(step: Step) -> Told:
    return {
        "icon": "choice",
        "title": f"{words.label(step.category or 'choice')}:",
        "text": _chosen(step),
        "detail": _SOURCES.get(step.source or "", ""),
    }


def _chosen(step: Step) -> str:
    """`Trapezblech → Holzlattung`, `Fichte, 1 → 3`, `Pv panels removed`."""
    before = words.label(step.previous_value) if step.previous_value else None
    after = words.label(step.value) if step.value else None
    data = step.additional_data or {}
    times, times_before = data.get("quantity"), data.get("previousQuantity")
    if after is None:
        return f"{before} removed" if before else "removed"
    if before == after and times is not None:
        return f"{after}, {times_before or 0} → {times}"
    told = f"{before} → {after}" if before and before != after else after
    return told if times is None else f"{told}, {times}"


def _snapshot(step: Step) -> Told:
    done = None if step.completion is None else f"{step.completion}{words.NBSP}% complete"
    return {
        "icon": "snapshot",
        "title": "Configuration saved",
        "text": _TRIGGERS.get(step.what or "", step.what or ""),
        "detail": done or "",
    }


def _timing(step: Step) -> Told:
    metric, value, unit, endpoint = [*(step.what or "timing").split(" ", 3), "", "", ""][:4]
    measured = f"{value.rstrip('0').rstrip('.') if '.' in value else value} {unit}".strip()
    return {
        "icon": "timing",
        "title": _VITALS.get(metric) or words.label(metric),
        "text": " · ".join(filter(None, [measured, endpoint])),
    }


def _end(step: Step) -> Told:
    left = f"Left from {step.what}" if step.what else ""
    return {"icon": "end", "title": "Session ended", "detail": left}


def _consent(step: Step) -> Told:
    return {"icon": "consent", "title": "Consent", "text": step.what or ""}


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
