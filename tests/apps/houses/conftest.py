"""The whole web application with the configurator, an owner who is logged in, and visitors."""

import pytest

from tests.apps.houses.browsing import Visitor
from tests.browser import chromium  # noqa: F401 - a fixture
from tests.dashboard.conftest import client, server, site  # noqa: F401 - fixtures


@pytest.fixture
def visitor(server, chromium):  # noqa: F811 - the fixtures imported above
    """Makes visitors, each with a browser of their own."""
    made = []

    def make(path="/konfigurator", **options):
        one = Visitor(chromium, server, **options)
        made.append(one)
        return one.open(path) if path else one

    yield make
    for one in made:
        one.close()
