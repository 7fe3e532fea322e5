"""The pages of jobs in a real browser: for everybody, and alive."""

from functools import partial

import pytest
from playwright.sync_api import expect

from tests.dashboard.test_browser import LOOKS, axe, shoot, sideways
from tests.dashboard.test_jobs_page import scheduled
from tests.jobs import rows, samples

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def make(site):
    return partial(rows.make, site.settings.database_url)


@pytest.fixture
def busy(db, make):
    """A little of everything; id of the job that runs."""
    done = make(4)
    for job in done:
        rows.run_to(db, job, "COMPLETED")
    failed, running = make(2, work=samples.Work("Haus am See"))
    rows.run_to(db, failed, "FAILED", error="the model answered 529: overloaded")
    make(3, job=samples.noop)
    rows.run_to(db, running)
    rows.attempt(db, running, "RETRIED", "the model answered 529: overloaded")
    scheduled(db)
    scheduled(db, "purge_dead_letters")
    return running


def connected(page):
    expect(page.locator("#live")).to_have_attribute("data-state", "on")


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_of_jobs_is_for_everybody(visit, busy, look):
    page = visit("/admin/jobs", **LOOKS[look])
    connected(page)
    shoot(page, f"jobs-{look}")
    axe(page)
    assert not sideways(page)


@pytest.mark.parametrize("look", LOOKS)
def test_one_job_is_for_everybody(visit, busy, look):
    page = visit(f"/admin/jobs/{busy}", **LOOKS[look])
    connected(page)
    page.get_by_text("Payload").click()
    shoot(page, f"job-{look}")
    axe(page)
    assert not sideways(page)


def test_pages_of_jobs_do_not_scroll_sideways_on_the_narrowest_phone(visit, busy):
    for path in ("/admin/jobs", f"/admin/jobs/{busy}"):
        assert not sideways(visit(path, width=320, height=640)), path


def test_an_empty_page_of_jobs_is_for_everybody(visit):
    page = visit("/admin/jobs")
    shoot(page, "jobs-empty")
    axe(page)


def test_a_job_moves_without_a_reload(visit, db, busy):
    page = visit(f"/admin/jobs/{busy}")
    connected(page)
    page.evaluate("window.notReloaded = true")
    page.get_by_text("Payload").click()
    rows.run_to(db, busy, step="saving")
    expect(page.locator("[aria-current=step]")).to_contain_text("Saving")
    rows.run_to(db, busy, "COMPLETED", step="saving")
    expect(page.locator("#job-state")).to_contain_text("Completed")
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden()
    assert page.locator("#json-payload").get_attribute("open") is not None
    assert page.evaluate("window.notReloaded")


def test_the_list_moves_and_its_figures_count(visit, db, busy):
    page = visit("/admin/jobs")
    connected(page)
    expect(page.locator('[data-figure="default-running"]')).to_have_text("1")
    rows.run_to(db, busy, "COMPLETED")
    expect(page.locator('[data-figure="default-running"]')).to_have_text("0")


def test_a_queue_is_paused_and_a_job_cancelled_by_keyboard(visit, busy):
    page = visit("/admin/jobs")
    connected(page)
    page.get_by_role("button", name="Pause queue default").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("paused", exact=True)).to_be_visible()
    page.get_by_label("Status").select_option("PENDING")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".jobs tbody tr")).to_have_count(3)
    page.locator(".jobs a").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.locator("#job-state")).to_contain_text("Cancelled")


def test_everything_about_jobs_works_without_javascript(visit, busy):
    page = visit("/admin/jobs", java_script_enabled=False)
    page.get_by_label("Kind").select_option("")
    page.get_by_label("Status").select_option("FAILED")
    page.get_by_role("button", name="Show").click()
    page.locator(".jobs a").first.click()
    page.get_by_role("button", name="Run again").click()
    assert "Waiting" in page.locator("#job-state").inner_text()
    page.get_by_role("link", name="Jobs").first.click()
    page.get_by_role("button", name="Pause queue default").click()
    page.get_by_role("button", name="Resume queue default").click()
    page.get_by_role("button", name="Run purge_jobs now").click()
    assert page.locator("h1").inner_text().startswith("Purge jobs")
