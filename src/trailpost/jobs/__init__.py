"""The work that comes round again: one worker at a time runs every feature's jobs."""

from trailpost.jobs.runner import Worker, run

__all__ = ["Worker", "run"]
