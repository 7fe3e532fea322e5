"""`trailpost doctor`: is everything as it must be, down to an event that really arrives."""

from trailpost.main.doctor.checks import Check, State
from trailpost.main.doctor.visit import examine, is_well

__all__ = ["Check", "State", "examine", "is_well"]
