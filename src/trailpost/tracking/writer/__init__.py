"""Stream to store: one transaction per batch, acknowledged only after commit."""

from trailpost.tracking.writer.loop import Writer
from trailpost.tracking.writer.replay import Replayed, list_dead_letters, replay_dead_letters

__all__ = ["Replayed", "Writer", "list_dead_letters", "replay_dead_letters"]
