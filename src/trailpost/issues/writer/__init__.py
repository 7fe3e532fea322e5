"""Stream consumer: decode, group, store, hand back what is bad."""

from trailpost.issues.writer.loop import Writer
from trailpost.issues.writer.replay import Replayed, replay_dead_letters

__all__ = ["Replayed", "Writer", "replay_dead_letters"]
