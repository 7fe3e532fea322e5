"""Whether the configurator works here and now, asked of its own parts and of the platform."""

from trailpost.apps.houses.trial.parts import look
from trailpost.apps.houses.trial.visit import Admin, visit

__all__ = ["Admin", "look", "visit"]
