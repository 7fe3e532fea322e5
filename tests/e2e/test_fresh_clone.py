"""The main job as a new user meets it: clone, `make run`, a page with the tracker, a number."""

import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
ARTIFACTS = ROOT / "artifacts" / "screenshots"
NODE = {"node", "nodejs", "npm", "npx", "corepack", "esbuild"}
PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<script async src="{url}/t.js" data-key="{key}"></script>
<main>
<button id="larch" data-tp-category="facade" data-tp-value="larch">Larch</button>
<button id="steel" data-tp-category="facade" data-tp-value="steel">Steel</button>
</main></html>"""
# A headless, driven browser is a bot to Trailpost, and rightly so: this one passes for a person.
PERSON = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/150.0.0.0 Safari/537.36"
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900), pytest.mark.xdist_group("fresh")]


@pytest.fixture(scope="session")
def clone(tmp_path_factory):
    """The repository as git has it, uncommitted changes included, and nothing beside it."""
    target = tmp_path_factory.mktemp("clone") / "trailpost"
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    return target


@pytest.fixture(scope="session")
def bare_environ(tmp_path_factory):
    """An empty HOME, and a PATH on which everything is found but Node."""
    home, tools = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("bin")
    for folder in [
        Path(sys.base_prefix) / "bin",
        Path("/usr/local/bin"),
        Path("/usr/bin"),
        Path("/bin"),
    ]:
        for tool in folder.iterdir() if folder.is_dir() else ():
            if tool.name not in NODE and not (tools / tool.name).is_symlink():
                (tools / tool.name).symlink_to(tool)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("TRAILPOST_", "VIRTUAL_ENV"))}
    return kept | {"HOME": str(home), "PATH": str(tools), "TRAILPOST_PORT": "0"}


@pytest.fixture(scope="session")
def running(clone, bare_environ):
    """`make run`, until it says that it is ready; gives what it printed."""
    assert shutil.which("node", path=bare_environ["PATH"]) is None
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=bare_environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(iter(process.stdout.readline, "")))
    reader.start()
    info = clone / "data" / "trailpost.json"
    end = time.monotonic() + 600
    while not (info.exists() and "http://" in "".join(said)):
        assert process.poll() is None, "".join(said)
        assert time.monotonic() < end, "".join(said)
        time.sleep(0.1)
    time.sleep(0.5)
    yield json.loads(info.read_text()), "".join(said)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(60)
    reader.join(10)


@pytest.fixture
def shop():
    """A page of somebody else's, on another origin, that carries the tracker."""
    pages: dict[str, str] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = pages.get("/", "").encode()
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", pages
    server.shutdown()


def log_in(context, info):
    page = context.new_page()
    page.goto(f"{info['url']}/admin")
    page.get_by_label("E-mail").fill(info["admin_email"])
    page.get_by_label("Password", exact=True).fill(info["admin_password"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(re.compile(r"/admin(\?.*)?$"))
    return page


def sessions_shown(page):
    text = page.locator("[data-figure=sessions]").first.inner_text()
    return int(re.sub(r"\D", "", text.split("\n")[0]) or 0)


def wait_until(check, seconds=20):
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_clicks_become_rows_and_the_number_changes_without_a_reload(running, shop, chromium):
    info, said = running
    for printed in (info["url"], info["admin_password"], info["ingest_key"]):
        assert printed in said
    owner, visitor = chromium.new_context(), chromium.new_context(user_agent=PERSON)
    visitor.add_init_script("Object.defineProperty(navigator, 'webdriver', { get: () => false })")
    admin = log_in(owner, info)
    admin.evaluate("window.sameDocument = true")

    url, pages = shop
    pages["/"] = PAGE.format(url=info["url"], key=info["ingest_key"])
    page = visitor.new_page()
    page.goto(url)
    page.locator("#larch").click()
    page.locator("#steel").click()

    with psycopg.connect(info["database_url"], autocommit=True) as db:
        rows = """select value from events where kind = 'interaction' and event_type = 'selection'
                  order by occurred_at"""
        wait_until(lambda: db.execute(rows).fetchall() == [("larch",), ("steel",)])
        # From here the owner's page has two seconds.
        shown = admin.locator("[data-figure=sessions]").filter(has_text=re.compile("[1-9]"))
        shown.wait_for(timeout=2000)
        assert admin.evaluate("window.sameDocument") is True
        stored = db.execute("select count(*) from user_sessions where not is_bot").fetchone()[0]
    assert sessions_shown(admin) == stored
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    admin.screenshot(path=ARTIFACTS / "fresh-clone.png", full_page=True)


def test_make_demo_fills_the_page_and_everything_adds_up(
    running, clone, bare_environ, chromium, pytestconfig
):
    """On the server of the test above, where one process runs both."""
    info, _ = running

    def command(*words):
        done = subprocess.run(words, cwd=clone, env=bare_environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    command("make", "demo", "ARGS=--sessions 1500")
    command(".venv/bin/trailpost", "doctor")
    command(".venv/bin/trailpost", "rollups", "verify")
    with psycopg.connect(info["database_url"]) as db:
        stored, sessions, days = db.execute(
            """select (select count(*) from events), (select count(*) from user_sessions),
                   (select count(distinct day) from events)"""
        ).fetchone()
    assert sessions > 1300  # what is left of today is still to come
    assert stored > 20 * sessions
    assert days >= 29  # just after midnight today has none
    page = log_in(chromium.new_context(viewport={"width": 1280, "height": 900}), info)
    page.locator(".chart canvas").first.wait_for()
    assert sessions_shown(page) > 1000
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=ARTIFACTS / "demo.png")
    if pytestconfig.getoption("--picture"):
        shutil.copy2(ARTIFACTS / "demo.png", ROOT / "docs" / "overview.png")
