"""The owner's pages in a real browser: accessible, and a price list taken by clicking."""

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.apps.houses.test_inquiries import FORM
from tests.browser import chromium  # noqa: F401 - a fixture
from tests.dashboard.conftest import TOKEN, visit  # noqa: F401 - fixtures

pytestmark = pytest.mark.browser


@pytest.fixture
def inquiry(server):
    sent = httpx.post(f"{server.url}/api/inquiries", json=FORM)
    return sent.json()["id"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_is_accessible_and_none_is_wider_than_its_window(
    visit,  # noqa: F811
    inquiry,
    scheme,
    width,
):
    for path in ("inquiries", f"inquiries/{inquiry}", "prices", "media"):
        page = visit(f"/admin/houses/{path}", width=width, scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.context.close()


def test_a_price_list_is_taken_by_clicking(visit, server, tmp_path):  # noqa: F811
    answer = httpx.get(f"{server.url}/admin/houses/prices/1/csv", cookies={"trailpost": TOKEN})
    path = tmp_path / "prices.csv"
    path.write_bytes(answer.content.replace(b"panel,,,,,390", b"panel,,,,,410"))
    page = visit("/admin/houses/prices")
    page.set_input_files("#file", path)
    page.fill("#note", "Dearer panels")
    page.click("text=See what changes")
    page.get_by_text("+5.1 %").wait_for()
    page.click("text=Take it as price list 2")
    page.get_by_text("Price list 2 is taken.").wait_for()
    assert httpx.get(f"{server.url}/api/pricing/table").json()["panel"] == 410


def test_an_inquiry_is_moved_and_deleted_by_clicking(visit, inquiry, db):  # noqa: F811
    page = visit("/admin/houses")
    page.click("text=Anna Huber")
    page.click("button:has-text('Contacted')")
    page.get_by_text("contacted since").wait_for()
    page.check("[name=sure]")
    page.click("button:has-text('Delete')")
    page.get_by_text("The inquiry is deleted.").wait_for()
    assert db.execute("select count(*) from customer_inquiries").fetchone() == (0,)
