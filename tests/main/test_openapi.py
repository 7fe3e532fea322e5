import pytest
from litestar.testing import TestClient

from trailpost.base.settings import Settings
from trailpost.main.app import build_app


@pytest.fixture
def client(database_url, redis_url, tmp_path):
    settings = Settings(database_url=database_url, redis_url=redis_url, data=str(tmp_path))
    with TestClient(build_app(settings)) as found:
        yield found


def test_every_route_of_the_api_is_described_under_a_tag(client):
    described = client.get("/docs/openapi.json").json()
    known = {tag["name"] for tag in described["tags"]}
    operations = [o for path in described["paths"].values() for o in path.values()]
    assert {"/api/ingest", "/api/sessions/finalize", "/api/reports/overview", "/readyz"} <= set(
        described["paths"]
    )
    assert all(set(o["tags"]) <= known for o in operations)
    assert {tag for o in operations for tag in o["tags"]} == known


def test_every_reference_in_the_description_leads_somewhere(client):
    described = client.get("/docs/openapi.json").json()

    def references(node):
        if isinstance(node, dict):
            if isinstance(node.get("$ref"), str):
                yield node["$ref"]
            for value in node.values():
                yield from references(value)
        if isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(described))
    assert found
    for reference in found:
        place = described
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_the_rendered_page_loads_nothing_from_elsewhere(client):
    page = client.get("/docs")
    assert page.status_code == 200
    assert "http://" not in page.text
    assert "https://" not in page.text
    for source in ("swagger-ui-bundle", "init", "swagger-ui"):
        assert f"/static/docs/{source}-" in page.text
