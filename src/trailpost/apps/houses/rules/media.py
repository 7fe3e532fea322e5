"""Which of Drive's files become images of the page, under which name, and what has changed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import get_args

import msgspec

from trailpost.apps.houses.wire import DriveFile, Image, View

FOLDER = "application/vnd.google-apps.folder"
URL = "/konfigurator/media/"
# No SVG: it may hold scripts, and would be served from this very site.
EXTENSIONS = {
    "image/avif": "avif",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
}
MEDIA_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}
LARGEST = 50 * 1024 * 1024
"""Bytes: a photograph for a page is far smaller, and a film is none."""
_PATH = re.compile(r"[a-z0-9-]{1,80}\.(?:avif|gif|jpg|png|webp)")
_MD5 = re.compile(r"[0-9a-f]{32}")
_VIEWS: tuple[View, ...] = get_args(View)


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An image as it is, or shall be, in the media folder."""

    file_id: str
    path: str
    name: str
    media_type: str
    md5: str
    size: int
    modified_at: datetime
    view: View | None


class Plan(msgspec.Struct, frozen=True):
    """What makes the media folder equal to Drive's."""

    download: list[Media]
    rename: list[tuple[Media, Media]]
    """The same bytes under another name: as it is, as it shall be."""
    update: list[Media]
    """Only its row."""
    remove: list[Media]
    unchanged: int


def image(file: DriveFile, folder: str) -> Media | None:
    """None for what is no image for a page. `folder` is the name of the folder it is in."""
    extension = EXTENSIONS.get(file.mime_type)
    md5, size = file.md5_checksum or "", int(file.size or 0)
    if extension is None or not _MD5.fullmatch(md5) or not 0 < size <= LARGEST:
        return None
    # New bytes get a new address, so that browsers may keep the old ones for ever.
    digest = hashlib.sha256(f"{file.id}:{md5}".encode()).hexdigest()[:12]
    return Media(
        file_id=file.id,
        path=f"{_slug(file.name)}-{digest}.{extension}",
        name=file.name,
        media_type=file.mime_type,
        md5=md5,
        size=size,
        modified_at=file.modified_time,
        view=view_of(file.name, folder),
    )


def view_of(name: str, folder: str) -> View | None:
    """By the folder's name, else by how the file's name begins: `interior`, `pv-roof.jpg`."""
    words = (folder.strip().lower(), re.split(r"[^a-z]", name.lower())[0])
    return next((view for word in words for view in _VIEWS if view == word), None)


def plan(wanted: Sequence[Media], held: Sequence[Media], there: set[str]) -> Plan:
    """`there`: the paths of files that are in the media folder."""
    known = {media.file_id: media for media in held}
    made = Plan([], [], [], [], 0)
    unchanged = 0
    for media in wanted:
        before = known.pop(media.file_id, None)
        if before is None or before.md5 != media.md5 or before.path not in there:
            made.download.append(media)
        elif before.path != media.path:
            made.rename.append((before, media))
        elif before != media:
            made.update.append(media)
        else:
            unchanged += 1
    made.remove.extend(known.values())
    return msgspec.structs.replace(made, unchanged=unchanged)


def is_path(text: str) -> bool:
    """Whether it can be the name of a file of ours; nothing else is ever opened."""
    return _PATH.fullmatch(text) is not None


def shown(media: Media) -> Image:
    return Image(
        url=f"{URL}{media.path}",
        name=media.name.rpartition(".")[0] or media.name,
        view=media.view,
        media_type=media.media_type,
        size=media.size,
    )


def _slug(name: str) -> str:
    stem = name.rpartition(".")[0] or name
    plain = (
        unicodedata.normalize("NFKD", stem.replace("ß", "ss")).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "image"
