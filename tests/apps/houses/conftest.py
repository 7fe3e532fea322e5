"""The whole web application with the configurator, and an owner who is logged in."""

from tests.dashboard.conftest import client, server, site  # noqa: F401 - fixtures
