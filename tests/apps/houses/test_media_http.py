"""Images are served from the media folder, and nothing else is."""

import msgspec
import pytest
from litestar.testing import TestClient

from tests.dashboard.conftest import TOKEN
from trailpost.apps.houses.rules import media
from trailpost.apps.houses.wire import DriveFile
from trailpost.main.app import build_app

PNG = b"\x89PNG\r\n\x1a\n"
CSRF = {"x-csrf-token": "csrf-of-the-login"}


@pytest.fixture
def folder(site, tmp_path):
    found = tmp_path / "media"
    (found / "parts").mkdir(parents=True)
    (found / "dach-0123456789ab.png").write_bytes(PNG)
    (found / "parts" / "dach-0123456789ab.png").write_bytes(b"half")
    (found / "page.html").write_text("<script>")
    (tmp_path / "secret.png").write_bytes(PNG)
    return found


def test_an_image_is_kept_by_browsers_and_runs_nothing(folder, client):
    answer = client.get("/konfigurator/media/dach-0123456789ab.png")
    assert answer.content == PNG
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    "name",
    [
        "nothing-000000000000.png",
        "page.html",
        "..%2fsecret.png",
        "%2e%2e/secret.png",
        "parts%2fdach-0123456789ab.png",
        "dach-0123456789ab.png%00",
        ".png",
    ],
)
def test_nothing_else_is_served(folder, client, name):
    assert client.get(f"/konfigurator/media/{name}").status_code in (404, 400)


def file(**changed):
    given = {
        "id": "f1",
        "name": "Haus.jpg",
        "mime_type": "image/jpeg",
        "modified_time": "2026-03-01T00:00:00Z",
        "md5_checksum": "0" * 32,
        "size": "10",
    }
    return DriveFile(**given | changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"mime_type": "image/svg+xml"},
        {"mime_type": "text/html"},
        {"md5_checksum": None},
        {"md5_checksum": "../../etc"},
        {"size": "0"},
        {"size": str(10**9)},
    ],
)
def test_what_is_no_image_for_a_page_is_left_out(changed):
    assert media.image(file(**changed), "") is None


@pytest.mark.parametrize("name", ["../../x.jpg", "ÄÖÜ ß.jpg", "…", "a" * 500 + ".jpg", "CON.jpg"])
def test_every_name_becomes_one_of_ours(name):
    assert media.is_path(media.image(file(name=name), "").path)


@pytest.mark.parametrize(
    ("name", "folder", "view"),
    [
        ("Haus.jpg", "Interior", "interior"),
        ("pv-roof.jpg", "", "pv"),
        ("fenster 2.jpg", "", "fenster"),
        ("interior.jpg", "exterior", "exterior"),
        ("pvc.jpg", "", None),
    ],
)
def test_an_image_belongs_to_a_view_by_its_folder_or_its_name(name, folder, view):
    assert media.image(file(name=name), folder).view == view


def test_images_are_listed_for_the_page(client, db):
    assert client.get("/api/house-media").json() == {"images": []}
    db.execute(
        """insert into house_media (file_id, path, name, media_type, md5, size, modified_at, view)
           values ('f', 'dach-0123456789ab.png', 'Dach.png', 'image/png', repeat('0', 32), 8,
               now(), 'pv')"""
    )
    with client.portal() as portal:
        portal.call(client.app.state["house_prices"].refresh)
    assert client.get("/api/house-media").json()["images"] == [
        {
            "url": "/konfigurator/media/dach-0123456789ab.png",
            "name": "Dach",
            "view": "pv",
            "mediaType": "image/png",
            "size": 8,
        }
    ]
    assert "Dach.png" in client.get("/admin/houses/media").text


def test_a_sync_needs_its_settings(client):
    answer = client.post("/api/admin/sync/google-drive", headers=CSRF)
    assert answer.status_code == 400
    assert answer.json()["detail"] == (
        "set TRAILPOST_DRIVE_FOLDER and TRAILPOST_DRIVE_CREDENTIALS first"
    )
    assert "TRAILPOST_DRIVE_FOLDER" in client.get("/admin/houses/media").text


def test_a_sync_is_one_job_whoever_asks_for_it(site, db):
    settings = msgspec.structs.replace(
        site.settings, drive_folder="1folder", drive_credentials="/nowhere/key.json"
    )
    with TestClient(build_app(settings)) as client:
        client.cookies.set("trailpost", TOKEN)
        first = client.post("/api/admin/sync/google-drive", headers=CSRF)
        second = client.post("/api/admin/sync/google-drive", headers=CSRF).json()
        assert first.status_code == 202
        started = first.json()
        assert (second["jobId"], second["new"]) == (started["jobId"], False)
        assert client.get(started["url"]).json()["kind"] == "houses.sync_drive"
        form = {"csrf": CSRF["x-csrf-token"]}
        page = client.post("/admin/houses/media/sync", data=form, follow_redirects=False)
        assert page.headers["location"] == f"/admin/jobs/{started['jobId']}"
        client.cookies.clear()
        assert client.post("/api/admin/sync/google-drive", headers=CSRF).status_code == 401
