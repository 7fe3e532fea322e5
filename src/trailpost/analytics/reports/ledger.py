"""What became of every event that was received."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from trailpost import db
from trailpost.analytics.rules.figures import figure, text
from trailpost.analytics.rules.reports import Part, Report
from trailpost.analytics.wire import PeriodAsks

_OURS = "Events that could not be read far enough to know their project are counted for all."


class LedgerStep(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One local day, or one hour of a short period, by the minute of receipt."""

    starts_at: Annotated[datetime, text("Step", "When the local day, or the hour, begins.")]
    received: Annotated[
        int, figure("Received", "Events that ingest answered for and the writer has read.", "count")
    ]
    stored: Annotated[
        int, figure("Stored", "Events that became a row and were not erased.", "count")
    ]
    duplicate: Annotated[
        int, figure("Duplicate", "Events that were stored already: the same id again.", "count")
    ]
    rejected: Annotated[
        int, figure("Rejected", "Events that ingest refused, and told the sender so.", "count")
    ]
    dead_lettered: Annotated[
        int,
        figure(
            "Dead-lettered",
            "Events that could not be decoded or stored, kept with the reason.",
            "count",
        ),
    ]
    erased: Annotated[
        int,
        figure(
            "Erased",
            "Events of sessions that were erased: rows that were removed, and what came of "
            "those sessions afterwards and was not stored.",
            "count",
        ),
    ]


class LedgerTotals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The sums over the period, and whether they are equal."""

    received: Annotated[
        int, figure("Received", "Events that ingest answered for and the writer has read.", "count")
    ]
    stored: Annotated[
        int, figure("Stored", "Events that became a row and were not erased.", "count")
    ]
    duplicate: Annotated[
        int, figure("Duplicate", "Events that were stored already: the same id again.", "count")
    ]
    rejected: Annotated[
        int, figure("Rejected", "Events that ingest refused, and told the sender so.", "count")
    ]
    dead_lettered: Annotated[
        int,
        figure(
            "Dead-lettered",
            "Events that could not be decoded or stored, kept with the reason.",
            "count",
        ),
    ]
    erased: Annotated[
        int,
        figure(
            "Erased",
            "Events of sessions that were erased: rows that were removed, and what came of "
            "those sessions afterwards and was not stored.",
            "count",
        ),
    ]
    written_total: Annotated[
        int,
        figure(
            "Written from streams",
            "Ingest's running totals at the writer's place in each stream, added up: of all "
            "projects, since Redis was set up.",
            "count",
        ),
    ]
    missing: Annotated[
        int,
        figure(
            "Missing",
            "Events that ingest counted and the stream never delivered, of all projects, ever. "
            "Must be 0.",
            "count",
        ),
    ]
    adds_up: Annotated[
        bool,
        text(
            "Adds up",
            "Whether received = stored + duplicate + rejected + dead-lettered + erased, and none "
            "is missing. Events in the queue or the spool are in neither side.",
        ),
    ]


class IssueTotals(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The same of the occurrences of issues, which have a stream of their own."""

    received: Annotated[
        int,
        figure(
            "Received", "Occurrences that ingest answered for and the writer has read.", "count"
        ),
    ]
    stored: Annotated[int, figure("Stored", "Occurrences that became a row.", "count")]
    duplicate: Annotated[
        int,
        figure("Duplicate", "Occurrences that were stored already: the same id again.", "count"),
    ]
    rejected: Annotated[
        int, figure("Rejected", "Occurrences that ingest refused, and told the sender so.", "count")
    ]
    dead_lettered: Annotated[
        int,
        figure(
            "Dead-lettered",
            "Occurrences that could not be decoded or stored, kept with the reason.",
            "count",
        ),
    ]
    written_total: Annotated[
        int,
        figure(
            "Written from the stream",
            "Ingest's running total at the writer's place in the stream: of all projects, "
            "since Redis was set up.",
            "count",
        ),
    ]
    missing: Annotated[
        int,
        figure(
            "Missing",
            "Occurrences that ingest counted and the stream never delivered, of all projects, "
            "ever. Must be 0.",
            "count",
        ),
    ]
    adds_up: Annotated[
        bool,
        text(
            "Adds up",
            "Whether received = stored + duplicate + rejected + dead-lettered, and none is "
            "missing. Occurrences in the queue or the spool are in neither side.",
        ),
    ]

    @property
    def erased(self) -> int:
        """Erasing a session removes rows of issues; what was counted stays counted as stored."""
        return 0


class StreamPosition(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How far one stream is written."""

    stream: Annotated[str, text("Stream", "The stream's name.")]
    incarnation: Annotated[
        str, text("Incarnation", "Changes when Redis lost the stream and it began anew.")
    ]
    last_id: Annotated[str, text("Last entry", "The last entry that was written.")]
    received_total: Annotated[
        int, figure("Running total", "What ingest had counted up to that entry.", "count")
    ]
    missing: Annotated[
        int,
        figure("Missing", "Events that ingest counted and the stream never delivered.", "count"),
    ]
    updated_at: Annotated[datetime, text("Written", "When an entry was last written.")]


REPORT = Report(
    name="ledger",
    title="Ledger",
    definition="What became of every event, by the minute in which it was received, bots' too. "
    + _OURS,
    asks=PeriodAsks,
    row=LedgerStep,
    sql=db.query("trailpost.analytics.reports", "ledger", LedgerStep),
    chart="lines",
    parts=(
        Part(
            name="totals",
            title="Totals",
            definition="The sums over the period: one row.",
            row=LedgerTotals,
            sql=db.query("trailpost.analytics.reports", "ledger_totals", LedgerTotals),
        ),
        Part(
            name="issues",
            title="Issues",
            definition="What became of every occurrence of an issue in the period: one row.",
            row=IssueTotals,
            sql=db.query("trailpost.analytics.reports", "ledger_issues", IssueTotals),
        ),
        Part(
            name="streams",
            title="Streams",
            definition="How far each stream is written, for all projects.",
            row=StreamPosition,
            sql=db.query("trailpost.analytics.reports", "ledger_streams", StreamPosition),
        ),
    ),
)
