"""Funnel, drop-off, options and journeys in plain Python, from a list of events."""

import math
from collections import Counter, defaultdict
from datetime import timedelta

from tests.analytics.recomputed import rate, sessions_of

FURTHER = {
    "in_cart": {"in_cart", "completed", "converted"},
    "completed": {"completed", "converted"},
    "converted": {"converted"},
}
MATCHED = {"value": "value", "element": "element_id", "event": "event_type", "category": "category"}


def quantile(values, q):
    """The value at rank floor(q (n - 1)); none of nothing."""
    return sorted(values)[math.floor(q * (len(values) - 1))] if values else None


def seconds(one, other):
    return (other - one) / timedelta(seconds=1)


class Decision:
    """All that a session's visitor chose in one category."""

    def __init__(self, choices):
        self.first, self.last = choices[0].at, choices[-1].at
        self.value = choices[-1].fields["value"]
        self.ever = {c.fields["value"] for c in choices} - {None}


def decisions(session):
    """Category -> decision, in the order of the first choices."""
    made = defaultdict(list)
    for one in session.mine:
        made[one.fields["category"]].append(one)
    found = {category: Decision(choices) for category, choices in made.items()}
    return dict(sorted(found.items(), key=lambda d: (d[1].first, d[0].encode())))


def reached(session, status):
    times = [e.at for e in session.events if e.fields.get("conversion_status") in FURTHER[status]]
    return min(times, default=None)


def within(events, start, end, bots, only):
    found = (s for s in sessions_of(events, bots) if start <= s.start < end)
    return [s for s in found if only(s)]


def funnel_times(session, required):
    made = decisions(session)
    first = next((d.first for d in made.values()), None)
    cart, completed, converted = (reached(session, status) for status in FURTHER)
    if not required:
        return [session.start, first, cart, completed, converted]
    kept = [made[c].first if c in made and made[c].value is not None else None for c in required]
    done = None if None in kept else max(kept)
    return [session.start, first, *kept, done, cart, converted]


def funnel_names(required):
    if not required:
        names = ["session", "first_choice", "order_attempt", "complete", "converted"]
        return [(name, None) for name in names]
    middle = [("decided", category) for category in required]
    last = [(name, None) for name in ("complete", "order_attempt", "converted")]
    return [("session", None), ("first_choice", None), *middle, *last]


def counted(times, ordered):
    """Which steps a session counts in."""
    if not ordered:
        return [at is not None for at in times]
    found, so_far = [], True
    for before, at in zip([None, *times], times, strict=False):
        so_far = so_far and at is not None and (before is None or before <= at)
        found.append(so_far)
    return found


def funnel_rows(all_times, names, ordered):
    """(step, category, sessions, of the previous, of the first, median time to the next)."""
    counts = [sum(c) for c in zip(*(counted(t, ordered) for t in all_times), strict=True)]
    counts = counts or [0] * len(names)
    rows = []
    for n, (name, category) in enumerate(names):
        took = [
            seconds(t[n], t[n + 1]) for t in all_times
            if n + 1 < len(names) and all(counted(t, ordered)[n : n + 2]) and t[n] <= t[n + 1]
        ]  # fmt: skip
        before = rate(counts[n], counts[n - 1]) if n else None
        of_first = rate(counts[n], counts[0])
        rows.append((name, category, counts[n], before, of_first, quantile(took, 0.5)))
    return rows


def _is_match(event, step):
    kinds = ("snapshot", "session_end") if step["kind"] == "status" else (step["kind"],)
    mine = event.fields
    if event.kind not in kinds or any(
        name in step and mine.get(field) != step[name] for name, field in MATCHED.items()
    ):
        return False
    if step["kind"] == "choice":
        return mine["source"] == "user" and mine["category"] is not None
    if step["kind"] == "status":
        return mine.get("conversion_status") in FURTHER[step["status"]]
    return "url" not in step or _like(mine.get("url"), step["url"])


def _like(url, pattern):
    """Whether the url is the pattern's pieces, with anything between them."""
    if url is None:
        return False
    first, *rest = pattern.split("*")
    if not rest:
        return url == pattern
    *middle, last = rest
    if not url.startswith(first):
        return False
    place = len(first)
    for piece in middle:
        found = url.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return url.endswith(last) and len(url) - len(last) >= place


def own_times(session, steps, ordered):
    times, since = [], None
    for step in steps:
        at = [e.at for e in session.events if _is_match(e, step)]
        if ordered and times:
            at = [one for one in at if since is not None and one >= since]
        since = min(at, default=None)
        times.append(since)
    return times


def drop_off(found):
    """(category, value) of the last choice -> prices right after it, of who did not convert."""
    rows = defaultdict(list)
    for session in found:
        if not session.converted:
            last = session.mine[-1].fields if session.mine else {"category": None}
            key = (last["category"], last.get("value"))
            rows[key].append(last.get("price_cents"))
    return rows


def exposed(found):
    return Counter(
        category
        for s in found
        for category in {
            e.fields["category"] for e in s.events
            if e.kind in ("interaction", "choice") and e.fields.get("category") is not None
        }
    )  # fmt: skip


def options(found):
    """(category, value) -> (chosen, decision times of those that kept it)."""
    rows = defaultdict(lambda: [0, []])
    for session in found:
        before = session.start
        for category, made in decisions(session).items():
            for value in made.ever:
                rows[category, value][0] += 1
                if made.value == value:
                    rows[category, value][1].append(seconds(before, made.first))
            before = made.first
    return rows


def paths(found):
    """Path -> (sessions, converted, durations)."""
    rows = defaultdict(lambda: [0, 0, []])
    for session in found:
        if session.mine:
            row = rows[tuple(decisions(session))[:8]]
            row[0] += 1
            row[1] += session.converted
            row[2].append(session.seconds)
    return rows


def links(found):
    """(step, from, to) -> sessions."""
    return Counter(
        (n, *pair)
        for session in found
        for n, pair in enumerate(_pairs(list(decisions(session))[:8]), 1)
    )


def _pairs(path):
    return zip(path, path[1:], strict=False)


def begun(found):
    """Category -> (times since the one before, sessions that came back to it)."""
    rows = defaultdict(lambda: [[], 0])
    for session in found:
        made = list(decisions(session).items())
        before = session.start
        for n, (category, one) in enumerate(made):
            rows[category][0].append(seconds(before, one.first))
            rows[category][1] += n + 1 < len(made) and one.last > made[n + 1][1].first
            before = one.first
    return rows
