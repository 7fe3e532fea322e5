"""Jobs, queues and schedules put into words; and what the page was asked to show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from trailpost.dashboard.rules import words
from trailpost.dashboard.rules.views import Choice, Figure
from trailpost.jobs import Attempt, Eta, JobRow, Priority, QueueFigures, ScheduleRow

STATUSES = {
    "PENDING": "Waiting",
    "PROCESSING": "Running",
    "COMPLETED": "Completed",
    "FAILED": "Failed",
    "CANCELLED": "Cancelled",
}
_OUTCOMES = STATUSES | {
    "RETRIED": "Failed, to be tried again",
    "LOST": "Lost: its worker fell silent",
    "RELEASED": "Given back: its worker stopped",
}
_DAY = "of the last 24 hours"
_BAD = frozenset({"FAILED", "LOST"})


class JobsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Empty is the default: every job, newest first."""

    status: str = ""
    kind: str = ""
    queue: str = ""
    cursor: str = ""

    @property
    def query(self) -> str:
        return urlencode({k: v for k, v in msgspec.structs.asdict(self).items() if v})

    @property
    def before(self) -> UUID | None:
        return UUID(self.cursor) if self.cursor else None


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    paused: bool
    figures: tuple[Figure, ...]


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    short: str
    kind: str
    queue: str
    status: str
    status_words: str
    step: str | None
    progress: float
    percent: str
    attempts: str
    created: str
    created_iso: str
    took: str | None


class ScheduleLine(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    cron: str
    zone: str
    catch_up: str
    last: str | None
    last_url: str | None
    next: str
    next_iso: str
    skipped: str
    can_run: bool


class JobsView(msgspec.Struct, frozen=True, kw_only=True):
    query: str
    statuses: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    queue_names: tuple[Choice, ...]
    queues: tuple[Queue, ...]
    jobs: tuple[JobLine, ...]
    newest: str | None
    older: str | None
    schedules: tuple[ScheduleLine, ...]


class StepLine(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    state: str
    words: str
    progress: float


class AttemptLine(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    outcome: str
    is_bad: bool
    started: str
    started_iso: str
    waited: str
    took: str
    steps: str | None
    worker: str
    error: str | None


class Fact(msgspec.Struct, frozen=True):
    title: str
    text: str | None


class JobPage(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    line: JobLine
    cancelling: bool
    can_cancel: bool
    can_retry: bool
    is_dropped: bool
    left: str | None
    steps: tuple[StepLine, ...]
    attempts: tuple[AttemptLine, ...]
    facts: tuple[Fact, ...]
    error: str | None
    result: str | None
    payload: str | None


def asked(query: Mapping[str, Any]) -> JobsAsked:
    """Lenient: what makes no sense is as if it were not there."""
    texts = {k: str(v)[:100] for k, v in query.items()}
    status = texts.get("status", "")
    return JobsAsked(
        status=status if status in STATUSES else "",
        kind=texts.get("kind", ""),
        queue=texts.get("queue", ""),
        cursor=_uuid(texts.get("cursor", "")),
    )


def _uuid(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        return ""


def page(
    asked: JobsAsked,
    figures: Sequence[QueueFigures],
    rows: Sequence[JobRow],
    schedules: Sequence[ScheduleRow],
    kinds: Iterable[str],
    now: datetime,
    size: int,
) -> JobsView:
    """`rows`: one more than `size` when there are older ones."""
    declared = frozenset(kinds)
    shown = rows[:size]
    return JobsView(
        query=asked.query,
        statuses=_choices(STATUSES, asked.status, "Every status"),
        kinds=_choices({k: words.label(k) for k in sorted(declared)}, asked.kind, "Every kind"),
        queue_names=_choices({f.queue: f.queue for f in figures}, asked.queue, "Every queue"),
        queues=tuple(_queue(f, now) for f in figures),
        jobs=tuple(line(r, now) for r in shown),
        newest=_url(asked, "") if asked.cursor else None,
        older=_url(asked, str(shown[-1].id)) if len(rows) > size else None,
        schedules=tuple(_schedule(s, s.kind in declared) for s in schedules),
    )


def _choices(known: Mapping[str, str], chosen: str, every: str) -> tuple[Choice, ...]:
    """What was asked for is among them even when nobody knows it any more."""
    named = dict(known)
    if chosen:
        named.setdefault(chosen, chosen)
    first = Choice("", every, not chosen)
    return (first, *(Choice(v, label, v == chosen) for v, label in named.items()))


def _url(asked: JobsAsked, cursor: str) -> str:
    query = msgspec.structs.replace(asked, cursor=cursor).query
    return "/admin/jobs" + (f"?{query}" if query else "")


def _queue(f: QueueFigures, now: datetime) -> Queue:
    oldest = None if f.oldest_waiting is None else (now - f.oldest_waiting).total_seconds()
    rate = None if f.success_rate is None else words.percent(f.success_rate * 100)
    told = (
        ("waiting", "Waiting", words.count(f.waiting), "Jobs that have not begun yet."),
        ("running", "Running", words.count(f.running), "Jobs that a worker holds."),
        (
            "oldest",
            "Oldest waiting",
            None if oldest is None else span(max(0.0, oldest)),
            "How long the job that is due longest waits already.",
        ),
        ("retries", "Retries", words.count(f.retries), f"Attempts that failed for now, {_DAY}."),
        (
            "lost",
            "Lost leases",
            words.count(f.lost),
            f"Attempts whose worker was killed, frozen or cut off, {_DAY}.",
        ),
        ("success", "Success rate", rate, f"completed / (completed + failed), {_DAY}."),
        ("wait", "Wait, median", span(f.wait_p50), f"From being due to the start, {_DAY}."),
        ("wait95", "Wait, p95", span(f.wait_p95), f"Nineteen of twenty waited less, {_DAY}."),
        ("run", "Run, median", span(f.run_p50), f"From start to end of completed runs, {_DAY}."),
        ("run95", "Run, p95", span(f.run_p95), f"Nineteen of twenty took less, {_DAY}."),
    )
    return Queue(
        name=f.queue,
        paused=f.paused,
        figures=tuple(
            Figure(
                name=f"{f.queue}-{name}",
                title=title,
                definition=definition,
                text=text,
                alarm=name == "lost" and f.lost > 0,
            )
            for name, title, text, definition in told
        ),
    )


def line(row: JobRow, now: datetime) -> JobLine:
    running = row.status == "PROCESSING"
    return JobLine(
        url=f"/admin/jobs/{row.id}",
        short=str(row.id)[-12:],
        kind=words.label(row.kind),
        queue=row.queue,
        status=row.status.lower(),
        status_words=_status(row),
        step=row.step if running else None,
        progress=row.progress,
        percent=words.percent(row.progress * 100),
        attempts=f"{row.attempt} of {row.max_attempts}",
        created=words.ago(row.created_at, now),
        created_iso=row.created_at.isoformat(timespec="seconds"),
        took=_took(row, now),
    )


def _status(row: JobRow) -> str:
    if row.cancel_requested and not row.finished:
        return "Being cancelled"
    return STATUSES[row.status]


def _took(row: JobRow, now: datetime) -> str | None:
    if row.started_at is None or row.status == "PENDING":
        return None
    return span(max(0.0, ((row.finished_at or now) - row.started_at).total_seconds()))


def _schedule(s: ScheduleRow, can_run: bool) -> ScheduleLine:
    return ScheduleLine(
        kind=s.kind,
        cron=s.cron,
        zone=s.time_zone,
        catch_up={"once": "one run", "each": "a run each", "skip": "left out"}[s.catch_up],
        last=None if s.last_tick is None else _local(s.last_tick, s.time_zone),
        last_url=f"/admin/jobs/{s.last_job}" if s.last_job else None,
        next=_local(s.next_tick, s.time_zone),
        next_iso=s.next_tick.isoformat(timespec="seconds"),
        skipped=words.count(s.skipped),
        can_run=can_run,
    )


def _local(at: datetime, zone: str) -> str:
    return words.moment(at.astimezone(ZoneInfo(zone)))


def one(
    row: JobRow,
    eta: Eta | None,
    attempts: Sequence[Attempt],
    payload: str | None,
    now: datetime,
) -> JobPage:
    return JobPage(
        id=str(row.id),
        title=words.label(row.kind),
        line=line(row, now),
        cancelling=row.cancel_requested and not row.finished,
        can_cancel=not row.finished and not row.cancel_requested,
        can_retry=row.status in ("FAILED", "CANCELLED") and payload is not None,
        is_dropped=row.status in ("FAILED", "CANCELLED") and payload is None,
        left=None if eta is None else _left(eta),
        steps=_steps(row),
        attempts=tuple(_attempt(a, row.steps) for a in reversed(attempts)),
        facts=_facts(row),
        error=row.error,
        result=_pretty(row.result),
        payload=_pretty(payload),
    )


def _left(eta: Eta) -> str:
    """between 3 s and 8 s left"""
    if eta.p90 <= timedelta(0):
        return "longer than most runs by now"
    half, most = words.seconds(eta.p50.total_seconds()), words.seconds(eta.p90.total_seconds())
    return f"about {half} left" if half == most else f"{half} to {most} left"


def _steps(row: JobRow) -> tuple[StepLine, ...]:
    at = row.steps.index(row.step) if row.step in row.steps and row.step else -1
    return tuple(_step(row, n, at) for n in range(len(row.steps)))


def _step(row: JobRow, n: int, at: int) -> StepLine:
    name = words.label(row.steps[n])
    if row.status == "COMPLETED" or n < at:
        return StepLine(name=name, state="done", words="done", progress=1.0)
    if n > at:
        return StepLine(name=name, state="todo", words="to do", progress=0.0)
    percent = words.percent(row.step_progress * 100)
    if row.status == "PROCESSING":
        return StepLine(name=name, state="now", words=percent, progress=row.step_progress)
    ended = "ended here"
    return StepLine(name=name, state="ended", words=ended, progress=row.step_progress)


def _attempt(a: Attempt, steps: Sequence[str]) -> AttemptLine:
    spent = [f"{words.label(n)} {span(s)}" for n, s in zip(steps, a.seconds, strict=False) if s > 0]
    return AttemptLine(
        number=str(a.attempt),
        outcome=_OUTCOMES[a.outcome],
        is_bad=a.outcome in _BAD,
        started=exact(a.started_at),
        started_iso=a.started_at.isoformat(timespec="seconds"),
        waited=span(a.waited) or "",
        took=span((a.finished_at - a.started_at).total_seconds()) or "",
        steps=", ".join(spent) or None,
        worker=a.worker,
        error=a.error,
    )


def _facts(row: JobRow) -> tuple[Fact, ...]:
    told = [
        ("Job", str(row.id)),
        ("Queue", row.queue),
        ("Priority", Priority(row.priority).name.capitalize()),
        ("Attempts", f"{row.attempt} of {row.max_attempts}"),
        ("Lost leases", str(row.lost)),
        ("Variant", row.variant or None),
        ("User", None if row.user_id is None else str(row.user_id)),
        ("Project", None if row.project_id is None else str(row.project_id)),
        ("Batch", None if row.batch is None else str(row.batch)),
        ("Made", exact(row.created_at)),
        ("Due", exact(row.run_after)),
        ("Began", None if row.started_at is None else exact(row.started_at)),
        ("Ended", None if row.finished_at is None else exact(row.finished_at)),
    ]
    # What a job of the platform's own never has is not said to lack data.
    return tuple(Fact(title, text) for title, text in told if text is not None)


def exact(at: datetime) -> str:
    """20 Nov, 14:05:09 UTC"""
    utc = at.astimezone(UTC)
    return f"{words.day(utc)}, {utc:%H:%M:%S} UTC"


def span(value: float | None) -> str | None:
    """12 ms, 3.4 s, 4 m 12 s"""
    if value is None:
        return None
    if value < 1:
        return words.milliseconds(value * 1000)
    return f"{value:.1f}{words.NBSP}s" if value < 10 else words.seconds(value)


def _pretty(json: str | None) -> str | None:
    return None if json is None else msgspec.json.format(json, indent=2)
