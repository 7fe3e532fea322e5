"""Who may send and who may look: projects, ingest keys, users, logins and the guard."""

from trailpost.access import http, jobs
from trailpost.access.http import current_user, require_admin, require_self, require_user
from trailpost.access.store.accounts import (
    bootstrap,
    create_key,
    create_project,
    create_user,
    forget_admin_password,
    list_keys,
    list_projects,
    revoke_key,
    set_password,
)
from trailpost.access.store.directory import KeyDirectory
from trailpost.access.wire import Bootstrap, IngestKey, Project, User
from trailpost.base.feature import Feature

__all__ = [
    "FEATURE",
    "Bootstrap",
    "IngestKey",
    "KeyDirectory",
    "Project",
    "User",
    "bootstrap",
    "create_key",
    "create_project",
    "create_user",
    "current_user",
    "forget_admin_password",
    "list_keys",
    "list_projects",
    "require_admin",
    "require_self",
    "require_user",
    "revoke_key",
    "set_password",
]

FEATURE = Feature(
    name="access",
    tables=frozenset({"projects", "ingest_keys", "users", "logins", "login_failures"}),
    routes=http.ROUTES,
    jobs=jobs.JOBS,
)
