"""Which images are in the media folder, and the folder itself."""

from __future__ import annotations

from pathlib import Path

from trailpost import db
from trailpost.apps.houses.rules import media as rules
from trailpost.apps.houses.rules.media import Media

_SQL = "trailpost.apps.houses.sql"

_LIST_MEDIA = db.query(_SQL, "list_media", Media)
_PUT_MEDIA = db.query(_SQL, "put_media")
_DELETE_MEDIA = db.query(_SQL, "delete_media")


async def list_media(conn: db.Connection) -> list[Media]:
    """By view and name."""
    return await db.fetch(conn, _LIST_MEDIA, Media)


async def put_media(conn: db.Connection, media: Media) -> None:
    await db.execute(
        conn,
        _PUT_MEDIA,
        file_id=media.file_id,
        path=media.path,
        name=media.name,
        media_type=media.media_type,
        md5=media.md5,
        size=media.size,
        modified_at=media.modified_at,
        view=media.view,
    )


async def delete_media(conn: db.Connection, file_id: str) -> None:
    await db.execute(conn, _DELETE_MEDIA, file_id=file_id)


class MediaFolder:
    """The files. Its calls block: make them in a thread."""

    def __init__(self, data: Path) -> None:
        self.path = data / "media"
        self._parts = self.path / "parts"

    def names(self) -> set[str]:
        """Of the images that are whole."""
        try:
            return {p.name for p in self.path.iterdir() if rules.is_path(p.name)}
        except FileNotFoundError:
            return set()

    def part(self, media: Media) -> Path:
        """Where it grows; the same one for the same bytes, so that a download can go on."""
        self._parts.mkdir(parents=True, exist_ok=True)
        return self._parts / f"{media.path}.part"

    def finish(self, media: Media) -> None:
        self.part(media).replace(self.path / media.path)

    def rename(self, before: Media, after: Media) -> None:
        (self.path / before.path).replace(self.path / after.path)

    def remove(self, path: str) -> None:
        (self.path / path).unlink(missing_ok=True)

    def tidy(self, kept: set[str]) -> int:
        """Remove what is left of downloads, and images that nobody knows. Returns how many."""
        left = [p for p in self.path.glob("*.*") if rules.is_path(p.name) and p.name not in kept]
        for path in [*self._parts.glob("*.part"), *left]:
            path.unlink(missing_ok=True)
        return len(left)

    def open(self, name: str) -> bytes | None:
        """None for what is not there, or can be none of ours."""
        if not rules.is_path(name):
            return None
        try:
            return (self.path / name).read_bytes()
        except FileNotFoundError:
            return None
