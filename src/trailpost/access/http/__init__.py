"""Pages to log in and out, and the guard that stands before every other page of the owner."""

from trailpost.access.http.guard import current_user, require_admin, require_self, require_user
from trailpost.access.http.pages import account_page, change_password, log_in, log_out, login_page

ROUTES = (login_page, log_in, log_out, account_page, change_password)

__all__ = ["ROUTES", "current_user", "require_admin", "require_self", "require_user"]
