"""Routes that take occurrences, and those that show issues and change them."""

from trailpost.issues.http.documented import document
from trailpost.issues.http.routes import routes

__all__ = ["document", "routes"]
