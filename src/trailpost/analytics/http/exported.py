"""What became of an export, read from its job's row."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec

from trailpost import jobs
from trailpost.analytics.exports import folder
from trailpost.analytics.exports.jobs import export
from trailpost.analytics.wire import ExportAnswer, ExportAsks, Exported
from trailpost.base import clock
from trailpost.base.errors import Conflict, NotFound
from trailpost.base.settings import Settings


def told(row: jobs.JobRow, asked: str, settings: Settings) -> ExportAnswer:
    """`asked`: the job's payload."""
    done = _done(row)
    there = done is not None and (folder.folder(settings) / done.stored).is_file()
    return ExportAnswer(
        job_id=row.id,
        status=row.status,
        progress=row.progress,
        asked=msgspec.json.decode(asked, type=ExportAsks),
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
        made=done,
        href=address(row.id) if there else None,
        kept_until=kept_until(row, settings) if there else None,
    )


def made(row: jobs.JobRow) -> Exported:
    """Raises NotFound or Conflict when there is no file to fetch."""
    if row.kind != export.kind:
        raise NotFound("there is no such export")
    if row.status in ("FAILED", "CANCELLED"):
        raise Conflict(f"there is no file: the export is {row.status.lower()}; order another")
    done = _done(row)
    if done is None:
        raise Conflict("the export is not finished yet")
    return done


def why_gone(row: jobs.JobRow, settings: Settings) -> str:
    """Why a file that was made is not there."""
    until = kept_until(row, settings)
    if until is not None and until <= clock.now():
        return f"the file was kept until {until:%Y-%m-%d}; order the export again"
    return (
        "the file is not on this server: web servers and workers must share the folder `exports` "
        "of their data folders"
    )


def address(job: UUID) -> str:
    return f"/api/exports/{job}/file"


def kept_until(row: jobs.JobRow, settings: Settings) -> datetime | None:
    return row.finished_at + folder.kept(settings) if row.finished_at else None


def _done(row: jobs.JobRow) -> Exported | None:
    return None if row.result is None else msgspec.json.decode(row.result, type=Exported)
