"""Where events wait, on disk, while Redis is away."""

from trailpost.stream.spool.folder import Spool, SpoolFull, SpoolStatus, spooled
from trailpost.stream.spool.record import Record
from trailpost.stream.spool.replay import Unreadable, replay_piece

__all__ = [
    "Record",
    "Spool",
    "SpoolFull",
    "SpoolStatus",
    "Unreadable",
    "replay_piece",
    "spooled",
]
