"""A Drive folder is mirrored: changes only, through every kind of trouble."""

import json
import random
from types import SimpleNamespace

import pytest

from tests.apps.houses import drive_stand_in
from tests.apps.houses.drive_stand_in import EMAIL, FOLDER
from tests.jobs.engine import finished, put, reached, working
from trailpost import jobs
from trailpost.apps.houses import FEATURE
from trailpost.apps.houses.drive.mirror import sync_drive

LARGE = random.Random(1).randbytes(900_000)


@pytest.fixture
def server():
    with drive_stand_in.Server() as found:
        yield found


@pytest.fixture
def drive(server):
    """Four images in two folders, and a text that is none."""
    found = server.drive
    found.put("fileA", "Außen & vorne.JPG", b"A" * 5000)
    found.put("fileB", "interior-1.png", b"B" * 100, mime_type="image/png")
    found.put_folder("folderPv", "PV")
    found.put("fileC", "Dach.webp", b"C" * 300, folder="folderPv", mime_type="image/webp")
    found.put("fileD", "notes.txt", b"D", mime_type="text/plain")
    found.put("fileE", "gross.jpg", LARGE)
    return found


@pytest.fixture
def mirror(server, drive, database_url, tmp_path, run):
    """Run the job to its end, or until it waits for its next attempt."""
    key = tmp_path / "key.json"
    key.write_text(json.dumps(drive.credentials(server.url)))

    def go(**changed):
        given = {
            "data": str(tmp_path),
            "drive_url": server.url,
            "drive_folder": FOLDER,
            "drive_credentials": str(key),
        } | {k: v for k, v in changed.items() if k != "attempt"}

        async def one():
            async with working(database_url, FEATURE.jobs, **given) as pool:
                made = await put(pool, sync_drive, jobs.Nothing())
                if "attempt" in changed:
                    return await reached(pool, made, status="PENDING", attempt=changed["attempt"])
                return await finished(pool, made)

        row = run(one())
        return SimpleNamespace(
            status=row.status,
            error=row.error,
            attempt=row.attempt,
            progress=row.progress,
            **(json.loads(row.result) if row.result else {}),
        )

    return go


@pytest.fixture
def folder(tmp_path):
    """What is in the media folder, by the part of its name before the digest."""

    def read():
        found = (tmp_path / "media").glob("*.*")
        return {p.name.rpartition("-")[0]: p.read_bytes() for p in found if p.is_file()}

    return read


def rows(db):
    return db.execute(
        "select file_id, name, view, size from house_media order by file_id"
    ).fetchall()


def test_a_folder_is_mirrored_with_the_folders_in_it(mirror, folder, db, drive):
    told = mirror()
    assert (told.status, told.progress) == ("COMPLETED", 1.0)
    assert (told.images, told.downloaded, told.skipped) == (4, 4, 1)
    assert told.bytes == 5400 + len(LARGE)
    assert folder() == {
        "aussen-vorne": b"A" * 5000,
        "interior-1": b"B" * 100,
        "dach": b"C" * 300,
        "gross": LARGE,
    }
    assert [row[:3] for row in rows(db)] == [
        ("fileA", "Außen & vorne.JPG", None),
        ("fileB", "interior-1.png", "interior"),
        ("fileC", "Dach.webp", "pv"),
        ("fileE", "gross.jpg", None),
    ]
    assert drive.signed_in == 1


def test_what_has_not_changed_is_not_fetched_again(mirror, drive):
    mirror()
    drive.seen.clear()
    told = mirror()
    assert (told.downloaded, told.unchanged, told.removed) == (0, 4, 0)
    assert drive.seen == []


def test_changed_renamed_and_deleted_files_are_followed(mirror, drive, folder, db):
    mirror()
    drive.seen.clear()
    drive.put("fileA", "Außen & vorne.JPG", b"new")
    drive.files["fileB"]["name"] = "exterior-2.png"
    drive.remove("fileC")
    told = mirror()
    assert (told.downloaded, told.renamed, told.removed, told.unchanged) == (1, 1, 1, 1)
    assert [path for path, _ in drive.seen] == ["/drive/v3/files/fileA"]
    found = folder()
    assert set(found) == {"aussen-vorne", "exterior-2", "gross"}
    assert found["aussen-vorne"] == b"new"
    assert [row[2] for row in rows(db)] == [None, "exterior", None]


def test_a_file_that_is_missing_here_is_fetched_again(mirror, tmp_path, folder):
    mirror()
    next((tmp_path / "media").glob("dach-*")).unlink()
    assert mirror().downloaded == 1
    assert folder()["dach"] == b"C" * 300


def test_a_broken_download_goes_on_where_it_ended(mirror, drive, folder):
    drive.fault("fileE?", cut=600_000)
    told = mirror()
    assert (told.status, told.attempt) == ("COMPLETED", 1)
    ranges = [r for path, r in drive.seen if path.endswith("fileE")]
    assert ranges[0] is None
    assert 0 < int(ranges[1].removeprefix("bytes=").removesuffix("-")) <= 600_000
    assert folder()["gross"] == LARGE


def test_a_server_without_ranges_is_read_from_the_start(mirror, drive, folder):
    drive.fault("fileE?", cut=600_000)
    drive.fault("fileE?", whole=True)
    assert mirror().status == "COMPLETED"
    assert folder()["gross"] == LARGE


def test_bytes_that_are_not_what_drive_says_are_thrown_away(mirror, drive, folder):
    drive.fault("fileE?", content=b"x" * len(LARGE))
    assert mirror().status == "COMPLETED"
    assert folder()["gross"] == LARGE


def test_a_download_that_stays_broken_waits_for_another_attempt(mirror, drive, folder, tmp_path):
    for _ in range(4):
        drive.fault("fileE?", content=b"x" * len(LARGE))
    told = mirror(attempt=1)
    assert "gross.jpg arrived broken 4 times" in told.error
    assert "gross" not in folder()
    # What was fetched before it is kept.
    drive.seen.clear()
    told = mirror()
    assert told.status == "COMPLETED"
    assert [path for path, _ in drive.seen] == [
        f"/drive/v3/files/{id}" for id in ("fileE", "fileC")
    ]


def test_a_new_attempt_goes_on_with_the_bytes_of_the_last(mirror, drive):
    for at in (300_000, 300_000, 300_000, 300_000):
        drive.fault("fileE?", cut=at)
    mirror(attempt=1)
    drive.seen.clear()
    assert mirror().status == "COMPLETED"
    (asked,) = (r for path, r in drive.seen if path.endswith("fileE"))
    assert 0 < int(asked.removeprefix("bytes=").removesuffix("-")) <= 300_000


def test_an_old_token_is_renewed(mirror, drive):
    drive.fault("/files?", status=401)
    assert mirror().status == "COMPLETED"
    assert drive.signed_in == 2


def test_an_account_that_is_refused_is_named_and_not_tried_again(mirror, drive):
    for _ in range(9):
        drive.fault("/files", status=403)
    told = mirror()
    assert (told.status, told.attempt) == ("FAILED", 1)
    assert f"Drive refuses {EMAIL} (403): share the folder with it" in told.error


def test_a_token_that_never_works_is_refused_in_the_end(mirror, drive):
    for _ in range(9):
        drive.fault("/files", status=401)
    told = mirror()
    assert (told.status, told.attempt) == ("FAILED", 1)
    assert "(401)" in told.error


def test_a_key_that_google_does_not_know_is_named(mirror, drive):
    drive.fault("/token", status=400)
    told = mirror()
    assert told.status == "FAILED"
    assert f"Google does not know {EMAIL} (400)" in told.error


def test_an_unknown_folder_is_named_with_whom_to_share_it(mirror):
    told = mirror(drive_folder="1anotherFolder")
    assert (told.status, told.attempt) == ("FAILED", 1)
    assert f"there is no folder 1anotherFolder, or it is not shared with {EMAIL}" in told.error


def test_a_folder_id_can_ask_for_nothing_else(mirror):
    told = mirror(drive_folder="x' in parents or name contains 'a")
    assert told.status == "FAILED"
    assert "is no id of a Drive folder" in told.error


@pytest.mark.parametrize("content", ["", "{}", '{"client_email": "a", "private_key": "b"}'])
def test_a_broken_key_file_is_named(mirror, tmp_path, content):
    path = tmp_path / "broken.json"
    path.write_text(content)
    told = mirror(drive_credentials=str(path))
    assert told.status == "FAILED"
    assert "TRAILPOST_DRIVE_CREDENTIALS" in told.error


def test_a_file_that_goes_while_the_folder_is_read_is_left_out(mirror, drive, db):
    drive.fault("fileC?", status=404)
    told = mirror()
    assert (told.status, told.images, told.downloaded) == ("COMPLETED", 3, 3)
    assert "fileC" not in [row[0] for row in rows(db)]


def test_a_short_wait_that_drive_asks_for_is_waited(mirror, drive):
    drive.fault("/files?", status=429, retry_after=0)
    drive.fault("fileA?", status=429, retry_after=0)
    drive.fault("fileB?", status=503, retry_after=0)
    told = mirror()
    assert (told.status, told.attempt) == ("COMPLETED", 1)


def test_a_long_wait_is_left_to_the_queue(mirror, drive, db):
    drive.fault("/files?", status=429, retry_after=3600)
    told = mirror(attempt=1)
    assert "Drive is busy (429)" in told.error
    (wait,) = db.execute("select extract(epoch from run_after - now()) from job").fetchone()
    assert 3500 < wait < 4500


def test_a_rate_limit_that_calls_itself_403_is_a_wait(mirror, drive):
    body = {"error": {"errors": [{"reason": "userRateLimitExceeded"}]}}
    drive.fault("/files?", status=403, body=body, retry_after=0)
    assert mirror().status == "COMPLETED"


def test_a_drive_that_cannot_be_reached_is_tried_again_later(mirror):
    told = mirror(attempt=1, drive_url="http://127.0.0.1:9")
    assert "Drive cannot be reached" in told.error
