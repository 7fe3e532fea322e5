"""Numbers and times as people read them. None is `no data`, never a made-up figure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

Number = int | float | Decimal

NBSP = "\u00a0"
MINUS = "\u2212"


def count(value: Number) -> str:
    """12,345; from ten million on 12.3M, so that it fits its card."""
    if value >= 10_000_000:
        return f"{value / 1_000_000:,.1f}M"
    return f"{round(value):,}"


def euro(value: Number) -> str:
    return f"€{NBSP}{round(value):,}".replace("-", MINUS)


def euro_change(value: Number) -> str:
    """+€ 9,600, −€ 490."""
    sign = "+" if value > 0 else MINUS if value < 0 else "±"
    return f"{sign}€{NBSP}{abs(round(value)):,}"


def plain(value: Number) -> str:
    """A number without a unit: 0.05, 1.2, 340."""
    told = float(value)
    return f"{told:,.0f}" if abs(told) >= 100 else f"{told:.3g}"


def percent(value: Number) -> str:
    """One decimal below ten percent, where it matters."""
    if value == 0:
        return f"0{NBSP}%"
    return f"{value:.1f}{NBSP}%" if value < 9.95 else f"{value:.0f}{NBSP}%"


def milliseconds(value: Number) -> str:
    if value >= 10_000:
        return seconds(value / 1000)
    return f"{value:,.1f}{NBSP}ms" if value < 10 else f"{value:,.0f}{NBSP}ms"


def seconds(value: Number) -> str:
    """48 s, 4 m 12 s, 1 h 03 m: two units at most."""
    whole = round(value)
    if whole < 60:
        return f"{whole}{NBSP}s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}{NBSP}m{NBSP}{rest:02}{NBSP}s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{NBSP}h{NBSP}{minutes:02}{NBSP}m"


def rate(value: Number) -> str:
    """Events in a second: 0, 0.4, 3.2, 140."""
    if value == 0:
        return "0"
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value < 0.1 else f"{value:.1f}"


def size(value: Number) -> str:
    """Bytes: 512 B, 3.4 MB, 12 GB."""
    scaled, steps = float(value), ["B", "kB", "MB", "GB", "TB"]
    while scaled >= 999.5 and len(steps) > 1:
        scaled /= 1000
        steps.pop(0)
    whole = steps[0] == "B" or scaled >= 9.95
    return f"{scaled:.{0 if whole else 1}f}{NBSP}{steps[0]}"


_UNITS = {
    "count": count,
    "eur": euro,
    "percent": percent,
    "seconds": seconds,
    "ms": milliseconds,
    "per_second": rate,
    "bytes": size,
    "number": plain,
}


def figure(value: Number | None, unit: str) -> str | None:
    """The value in its unit; None stays None, and the page says `no data`."""
    return None if value is None else _UNITS.get(unit, count)(value)


def pause(gap: timedelta) -> str:
    """4 min pause, 2 h 5 min pause."""
    minutes = round(gap.total_seconds() / 60)
    if minutes < 1:
        return f"{round(gap.total_seconds())}{NBSP}s pause"
    hours, minutes = divmod(minutes, 60)
    if hours == 0:
        return f"{minutes}{NBSP}min pause"
    days, hours = divmod(hours, 24)
    if days:
        return f"{days}{NBSP}d {hours}{NBSP}h pause"
    return f"{hours}{NBSP}h {minutes}{NBSP}min pause"


def offset(since_start: timedelta) -> str:
    """0:00, 4:07, 1:02:33 since the session began."""
    whole = max(0, int(since_start.total_seconds()))
    minutes, second = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def ago(at: datetime, now: datetime) -> str:
    """just now, 5 min ago, 3 h ago; older than a day: the date."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes}{NBSP}min ago"
    if minutes < 24 * 60:
        return f"{minutes // 60}{NBSP}h ago"
    return moment(at)


def moment(at: datetime) -> str:
    """20 Nov, 14:05."""
    return f"{day(at)}, {at:%H:%M}"


def day(at: date) -> str:
    return f"{at.day} {at:%b}"


def days(first: date, last: date) -> str:
    """20 Nov 2026; 22 Oct to 20 Nov 2026; 20 Dec 2025 to 3 Jan 2026."""
    if first == last:
        return f"{day(last)} {last.year}"
    year = "" if first.year == last.year else f" {first.year}"
    return f"{day(first)}{year} – {day(last)} {last.year}"


def label(code: str) -> str:
    """`fassadenplatten_schwarz` as `Fassadenplatten schwarz`, `lcp` as `LCP`."""
    if code in _SHORT:
        return code.upper()
    words = code.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


_SHORT = frozenset({"lcp", "inp", "cls", "ttfb", "fcp"})
