"""The only analytics code that runs SQL: rolling up, rebuilding, reporting."""

from trailpost.analytics.store.checking import WholeLedger, counted, spooled, whole_ledger
from trailpost.analytics.store.rebuilding import rebuild, verify
from trailpost.analytics.store.reporting import answer, find_project, last_write, one_moment
from trailpost.analytics.store.rolling import roll_up

__all__ = [
    "WholeLedger",
    "answer",
    "counted",
    "find_project",
    "last_write",
    "one_moment",
    "rebuild",
    "roll_up",
    "spooled",
    "verify",
    "whole_ledger",
]
