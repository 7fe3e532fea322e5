"""Reports worked out in plain Python from a list of events: slow, short, and not our SQL."""

from collections import defaultdict
from datetime import UTC, timedelta

from tests.analytics.log import uuid


class Session:
    def __init__(self, events):
        self.events = sorted(events, key=lambda e: (e.at, _uuid_order(e)))
        self.start, self.last = self.events[0].at, self.events[-1].at
        self.visitor, self.bot = self.events[0].visitor, self.events[0].bot
        self.seconds = (self.last - self.start) // timedelta(seconds=1)
        self.mine = [
            e for e in self.events
            if e.kind == "choice" and e.fields["source"] == "user"
            and e.fields["category"] is not None
        ]  # fmt: skip
        self.converted = any(e.fields.get("conversion_status") == "converted" for e in self.events)
        self.price = self._last("price_cents")
        self.completion = self._last("completion")

    def _last(self, name):
        named = [e.fields[name] for e in self.events if e.fields.get(name) is not None]
        return named[-1] if named else None

    @property
    def configured(self):
        return bool(self.mine) and self.price is not None


def _uuid_order(event):
    return uuid(event.id).bytes


def sessions_of(events, bots):
    by_session = defaultdict(list)
    for event in events:
        if event.session and (bots or not event.bot):
            by_session[event.session].append(event)
    return [Session(mine) for mine in by_session.values()]


def rate(part, whole):
    return 100 * part / whole if whole else None


def overview(events, start, end, *, bots=False):
    """The figures of sessions that began in [start, end), by the names of the report."""
    found = [s for s in sessions_of(events, bots) if start <= s.start < end]
    configured = [s.price for s in found if s.configured]
    known = [s.completion for s in found if s.completion is not None]
    value = sum(configured) / 100
    return {
        "sessions": len(found),
        "visitors": len({(s.visitor, s.bot, s.start.astimezone(UTC).date()) for s in found}),
        "converted": sum(s.converted for s in found),
        "conversion_rate": rate(sum(s.converted for s in found), len(found)),
        "configured": len(configured),
        "average_configured_value": value / len(configured) if configured else None,
        "total_configured_value": value,
        "average_duration": sum(s.seconds for s in found) / len(found) if found else None,
        "bounce_rate": rate(sum(s.seconds < 30 and not s.mine for s in found), len(found)),
        "engaged_rate": rate(sum(bool(s.mine) for s in found), len(found)),
        "completion": sum(known) / len(known) if known else None,
    }


def visitors_by_step(events, edges, end, *, bots=False):
    """By the step in which a visitor's first session of a UTC day began, of those in the period."""
    firsts = {}
    for s in sessions_of(events, bots):
        if edges[0] <= s.start < end:
            one = (s.visitor, s.bot, s.start.astimezone(UTC).date())
            firsts[one] = min(s.start, firsts.get(one, s.start))
    ends = [*edges[1:], end]
    return [
        sum(first <= at < last for at in firsts.values())
        for first, last in zip(edges, ends, strict=True)
    ]


def active_by_quarter(events, now, *, bots=False):
    """Sessions that were active in each of the 96 quarters of an hour up to the one of `now`."""
    running = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    quarters = [running - timedelta(minutes=15 * n) for n in range(95, -1, -1)]
    found = [s for s in sessions_of(events, bots) if s.last <= now]
    return {
        at: sum(
            s.start < at + timedelta(minutes=15) and at < s.last + timedelta(minutes=5)
            for s in found
        )
        for at in quarters
    }
