"""Pages to log in and out, and the guard that stands before every other page of the owner."""

from trailpost.access.http.guard import current_user, require_admin, require_user

ROUTES = ()

__all__ = ["ROUTES", "current_user", "require_admin", "require_user"]
