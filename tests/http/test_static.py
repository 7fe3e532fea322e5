"""The tracker and the static files, over HTTP."""

import gzip

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from trailpost.base.errors import StartupError
from trailpost.base.settings import Settings
from trailpost.http import static


@pytest.fixture
def client_of():
    def make(**settings):
        return TestClient(Litestar(static.routes(Settings(**settings)), openapi_config=None))

    return make


PLAIN = {"accept-encoding": "identity"}


def test_the_tracker_is_served_to_any_site_and_cached_for_an_hour(client_of):
    with client_of() as client:
        answer = client.get("/t.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"] == "public, max-age=3600"
    assert '"/api/ingest"' in answer.text


def test_the_tracker_is_zipped_for_who_takes_it(client_of):
    with client_of() as client:
        zipped = client.get("/t.js", headers={"accept-encoding": "br, gzip;q=0.5"})
        plain = client.get("/t.js", headers=PLAIN)
        refused = client.get("/t.js", headers={"accept-encoding": "gzip;q=0"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.headers["vary"] == "accept-encoding"
    assert int(zipped.headers["content-length"]) < 4_000
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert zipped.content == plain.content == refused.content


def test_a_tracker_that_is_known_is_not_sent_again(client_of):
    with client_of() as client:
        etag = client.get("/t.js").headers["etag"]
        again = client.get("/t.js", headers={"if-none-match": f'"other", W/{etag}'})
        changed = client.get("/t.js", headers={"if-none-match": '"other"'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert changed.status_code == 200


def test_tracker_and_ingest_path_can_have_other_names(client_of):
    with client_of(tracker_path="/js/app.js", ingest_path="/collect") as client:
        script = client.get("/js/app.js")
        assert client.get("/t.js").status_code == 404
    assert '"/collect"' in script.text
    assert "/api/ingest" not in script.text


def test_the_bundled_tracker_names_the_ingest_path_once():
    assert (static.FOLDER / "t.js").read_bytes().count(b'"/api/ingest"') == 1


def test_the_second_script_lies_beside_the_first_and_knows_where_issues_go(client_of):
    with client_of(tracker_path="/js/app.js", ingest_path="/collect/e") as client:
        assert '"/js/app-errors.js"' in client.get("/js/app.js").text
        script = client.get("/js/app-errors.js")
        assert script.headers["access-control-allow-origin"] == "*"
        assert '"/collect/issues"' in script.text
        assert "/api/issues" not in script.text


def test_the_etag_follows_the_content():
    source = (static.FOLDER / "t.js").read_bytes()
    one, same, other = (static.tracker(source, p) for p in ("/a", "/a", "/b"))
    assert one == same
    assert one.etag != other.etag
    assert gzip.decompress(other.zipped) == other.plain


def test_a_static_file_is_cached_for_ever_under_the_name_of_its_content(client_of):
    for name, kind in {
        "dashboard/index.ts": "text/javascript",
        "styles/main.css": "text/css",
        "docs/swagger-ui-bundle.js": "text/javascript",
    }.items():
        url = static.asset(name)
        assert url.startswith("/static/")
        with client_of() as client:
            answer = client.get(url)
            plain = client.get(url, headers=PLAIN)
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["content-type"] == f"{kind}; charset=utf-8"
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.content == plain.content


@pytest.mark.parametrize(
    "path",
    [
        "nothing.js",
        "manifest.json",
        ".stamp",
        "t.js",
        "../http/static.py",
        "%2e%2e/http/static.py",
        "docs/../../http/static.py",
        "/etc/passwd",
        "docs",
    ],
)
def test_nothing_but_bundles_can_be_asked_for(client_of, path):
    with client_of() as client:
        assert client.get(f"/static/{path}").status_code >= 400


def test_the_licences_of_what_is_bundled_can_be_read(client_of):
    with client_of() as client:
        text = client.get("/static/LICENSES.txt").text
    for name in ("htmx.org", "uplot", "swagger-ui-dist"):
        assert f"== {name} " in text


def test_every_bundle_has_a_hash_for_its_page():
    assert static.sri("styles/main.css").startswith("sha384-")


def test_missing_bundles_are_one_clear_error(tmp_path):
    with pytest.raises(StartupError, match="install the package again"):
        static.manifest(tmp_path)


def test_a_name_that_nothing_is_bundled_from_is_an_error():
    with pytest.raises(StartupError, match=r"nothing\.ts"):
        static.asset("nothing.ts")
