"""The configurator's background work."""

from __future__ import annotations

from trailpost.apps.houses.drive.mirror import sync_drive

JOBS = (sync_drive,)
