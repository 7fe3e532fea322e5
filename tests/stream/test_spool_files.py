"""Spool files on a real disk: what is written comes back; what a crash or a bad disk did shows."""

import fcntl
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailpost import stream
from trailpost.stream.spool import files, record
from trailpost.stream.wire import Part, Waiting


def waiting(blob, count=1, live=None, number=0):
    return Waiting(number, Part(count, blob), live, None)


def write(folder, *groups):
    """A file of these groups whose owner has died."""
    file = files.create(folder)
    for group in groups:
        file.grown(group, file.append(group))
    file.close()
    return file.path


def replayed(file):
    """Every record from where the file stands, marking each piece as replayed."""
    found = []
    while file.behind:
        piece = file.read()
        found += piece.records
        file.advance(piece)
    return found


def adopted_blobs(path):
    file = files.adopt(path)
    found = [r.part.blob for r in replayed(file)]
    file.finish()
    return found


GROUPS = st.lists(
    st.lists(
        st.builds(
            waiting,
            st.binary(max_size=300),
            st.integers(0, 2**32 - 1),
            st.none() | st.text(min_size=1, max_size=50),
            st.integers(0, 255),
        ),
        min_size=1,
        max_size=5,
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(GROUPS)
def test_what_is_appended_is_read_back_in_order(groups):
    with tempfile.TemporaryDirectory() as folder:
        file = files.adopt(write(Path(folder), *groups))
        parts = [w for group in groups for w in group]
        assert file.events == sum(w.part.count for w in parts)
        assert [(r.seq, r.stream, r.live, r.part) for r in replayed(file)] == [
            (i, w.stream, w.live, w.part) for i, w in enumerate(parts, 1)
        ]
        assert (file.events, file.damaged) == (0, False)
        file.finish()
        assert os.listdir(folder) == []


@settings(max_examples=30, deadline=None)
@given(GROUPS, st.data())
def test_a_file_torn_anywhere_gives_back_every_whole_record(groups, data):
    parts = [w for group in groups for w in group]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), *groups)
        cut = data.draw(st.integers(files.DATA_AT, path.stat().st_size))
        os.truncate(path, cut)
        found = adopted_blobs(path)
        assert found == [w.part.blob for w in parts][: len(found)]
        assert cut <= size_of(parts[: len(found) + 1])
        assert os.listdir(folder) == []


def size_of(parts):
    return files.DATA_AT + len(record.encode(parts, 1, 0))


def test_every_byte_at_which_a_write_can_stop(tmp_path):
    group = [waiting(b"first", live="1:a"), waiting(b""), waiting(b"the last one", live="1:b")]
    whole = size_of(group)
    for cut in range(files.DATA_AT, whole + 1):
        path = write(tmp_path, group)
        os.truncate(path, cut)
        found = adopted_blobs(path)
        expected = [i for i in range(4) if size_of(group[:i]) <= cut][-1]
        assert found == [w.part.blob for w in group[:expected]]
    assert os.listdir(tmp_path) == []


def test_a_torn_end_of_zeros_is_cut_off(tmp_path):
    path = write(tmp_path, [waiting(b"kept")])
    os.truncate(path, path.stat().st_size + 5000)
    assert adopted_blobs(path) == [b"kept"]
    assert os.listdir(tmp_path) == []


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_byte_that_rots_costs_its_record_and_sets_the_file_aside(data):
    parts = [waiting(f"blob {i}".encode() * (i + 1), live=f"1:{i}") for i in range(6)]
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), parts)
        hurt = data.draw(st.integers(0, 4))
        at = data.draw(st.integers(size_of(parts[:hurt]), size_of(parts[: hurt + 1]) - 1))
        flip(path, at)
        found = adopted_blobs(path)
        assert found == [p.part.blob for i, p in enumerate(parts) if i != hurt]
        assert os.listdir(folder) == [path.stem + ".corrupt"]


def flip(path, at):
    with path.open("r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 0x55]))


def test_a_whole_last_record_with_a_wrong_checksum_is_no_torn_write(tmp_path):
    path = write(tmp_path, [waiting(b"first"), waiting(b"second")])
    flip(path, path.stat().st_size - 1)
    assert adopted_blobs(path) == [b"first"]
    assert os.listdir(tmp_path) == [path.stem + ".corrupt"]


def test_a_blob_that_contains_a_record_of_another_file_is_not_taken_for_one(tmp_path):
    forged = record.encode([waiting(b"forged")], 2, record.seed_of("any other file"))
    path = write(tmp_path, [waiting(b"first")], [waiting(b"x" + forged + b"y" * 50)])
    os.truncate(path, path.stat().st_size - 10)
    assert adopted_blobs(path) == [b"first"]


def test_records_larger_than_a_piece_are_read_whole(tmp_path):
    large = [os.urandom(3 * files.PIECE), b"small", os.urandom(files.PIECE)]
    path = write(tmp_path, [waiting(blob, count=2) for blob in large])
    assert stream.spooled(tmp_path).events == 6
    assert adopted_blobs(path) == large


def test_a_living_owner_keeps_its_file_and_a_dead_one_does_not(tmp_path):
    file = files.create(tmp_path)
    file.append([waiting(b"x")])
    assert files.adopt(file.path) is None
    file.close()
    assert files.adopt(file.path) is not None


def test_a_file_that_is_removed_while_it_is_being_locked_is_left_alone(tmp_path):
    path = write(tmp_path, [waiting(b"x")])
    fd = os.open(path, os.O_RDWR)
    fcntl.flock(fd, fcntl.LOCK_EX)
    assert files.adopt(path) is None
    path.unlink()
    os.close(fd)
    assert files.adopt(path) is None


def test_the_next_owner_goes_on_where_the_last_one_stood(tmp_path):
    path = write(tmp_path, [waiting(str(i).encode()) for i in range(3000)])
    first = files.adopt(path)
    piece = first.read()
    first.advance(piece)
    first.close()
    done = len(piece.records)
    assert stream.spooled(tmp_path).events == 3000 - done
    rest = files.adopt(path)
    assert rest.events == 3000 - done
    assert [r.seq for r in replayed(rest)] == list(range(done + 1, 3001))
    rest.finish()


def test_a_rotten_head_starts_over_rather_than_skip(tmp_path):
    path = write(tmp_path, [waiting(b"one"), waiting(b"two")])
    flip(path, 17)
    assert adopted_blobs(path) == [b"one", b"two"]


def test_files_that_were_never_put_in_place_are_cleared(tmp_path):
    (tmp_path / "dead.new").write_bytes(b"")
    files.clear_unfinished(tmp_path)
    assert os.listdir(tmp_path) == []


def test_the_folder_can_be_counted_by_others(tmp_path):
    write(tmp_path, [waiting(b"x" * 10, count=3), waiting(b"y", count=4)])
    write(tmp_path, [waiting(b"z", count=5)])
    (tmp_path / "a.corrupt").write_bytes(b"")
    sizes = sum(p.stat().st_size for p in tmp_path.glob("*.spool"))
    assert stream.spooled(tmp_path) == stream.SpoolStatus(2, 12, sizes, 1)
    assert stream.spooled(tmp_path / "none") == stream.SpoolStatus(0, 0, 0, 0)


@pytest.mark.parametrize(
    "content", [b"not a spool at all, but long enough to have a head" * 3, b"x"]
)
def test_a_file_of_someone_else_is_set_aside(tmp_path, content):
    path = tmp_path / "stranger.spool"
    path.write_bytes(content)
    assert adopted_blobs(path) == []
    assert os.listdir(tmp_path) == ["stranger.corrupt"]
    assert (tmp_path / "stranger.corrupt").read_bytes()[:1] == content[:1]
