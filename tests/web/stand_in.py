"""The wire's other end for browser tests: a site that carries the tracker, and a server that takes
events and can go away. The real server has its own tests."""

import http.server
import json
import threading
import time

from trailpost.http import static

SCRIPTS = {
    path: static.tracker((static.FOLDER / name).read_bytes(), "/api/ingest").plain
    for path, name in (("/t.js", "t.js"), ("/t-errors.js", "e.js"))
}


class Handler(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body=b"", kind="text/html", **headers):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(handler, port=0):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


class Site:
    """Every path answers with `html`; {script} in it becomes the tracker's tag."""

    def __init__(self, stats):
        self.html, self.attributes = "<!doctype html><title>Shop</title>{script}", {}
        site = self

        class Page(Handler):
            def do_GET(self):
                self.answer(200, site.render(stats).encode())

        self.server = serve(Page)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def render(self, stats):
        given = {"data-key": "tp_test", "data-flush": "100"} | self.attributes
        tag = " ".join(f'{name}="{value}"' for name, value in given.items())
        return self.html.replace("{script}", f'<script src="{stats.url}/t.js" {tag}></script>')


class Stats:
    """Serves the tracker, and collects what it sends while it is there."""

    def __init__(self):
        self.bodies, self.batches, self.kinds = [], [], []
        self.issue_bodies, self.scripts = [], []
        self.status, self.hold = 202, None
        self.waiting = 0
        stats = self

        class Ingest(Handler):
            def do_GET(self):
                # As the real server lets it be cached: so it is there while the server is away.
                stats.scripts.append(self.path)
                self.answer(
                    200,
                    SCRIPTS[self.path],
                    "text/javascript",
                    cache_control="max-age=3600",
                    access_control_allow_origin="*",
                )

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                stats.waiting += 1
                if stats.hold:
                    stats.hold.wait(30)
                if stats.status == 202 and self.path == "/api/issues":
                    stats.issue_bodies.append(body)
                elif stats.status == 202:
                    stats.kinds.append(self.headers["content-type"])
                    stats.bodies.append(body)
                    stats.batches.append(json.loads(body))
                self.answer(
                    stats.status, b"{}", "application/json", access_control_allow_origin="*"
                )

        self.handler = Ingest
        self.server = serve(Ingest)
        self.port = self.server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def go_away(self):
        self.server.shutdown()
        self.server.server_close()
        self.server = None

    def come_back(self):
        self.server = serve(self.handler, self.port)

    def events(self, kind=None):
        found = [e for batch in list(self.batches) for e in batch["events"]]
        return [e for e in found if kind in (None, e["type"])]

    def occurrences(self):
        return [o for body in list(self.issue_bodies) for o in json.loads(body)["occurrences"]]

    def close(self):
        if self.hold:
            self.hold.set()
        if self.server:
            self.go_away()


def until(check, seconds=20):
    """Wait until `check()` is true; what it is then."""
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.02)
    return found
