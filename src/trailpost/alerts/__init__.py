"""Messages to people: who takes them is a setting, and a job delivers them until they are taken."""

from trailpost.alerts import jobs
from trailpost.alerts.send import channels, send, send_mail
from trailpost.base.feature import Feature

__all__ = ["FEATURE", "channels", "send", "send_mail"]

FEATURE = Feature(name="alerts", jobs=jobs.JOBS)
