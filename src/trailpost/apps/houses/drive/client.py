"""Google Drive by its REST API, version 3, signed in as a service account: list and fetch."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
from google.auth import crypt
from google.auth import jwt as google_jwt

from trailpost.apps.houses.drive import DriveRefused, Gone
from trailpost.apps.houses.rules import media
from trailpost.apps.houses.rules.media import Media
from trailpost.apps.houses.wire import DriveFile, DriveList, ServiceAccount
from trailpost.base import clock
from trailpost.base.errors import Unavailable

_SCOPE = "https://www.googleapis.com/auth/drive.readonly"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FIELDS = "nextPageToken,files(id,name,mimeType,md5Checksum,size,modifiedTime)"
_ID = re.compile(r"[A-Za-z0-9_-]{5,200}")
_TOKEN_LIFE = timedelta(minutes=55)
_TIMEOUT = httpx.Timeout(30, connect=10)
# A wait that is longer is the job's to keep, not a worker's.
_LONGEST_WAIT = 20.0
_TRIES = 4
_BUSY = {429, 500, 502, 503, 504}
_BUSY_REASONS = ("rateLimitExceeded", "userRateLimitExceeded")

T = TypeVar("T")
Progress = Callable[[int], Awaitable[None]]


class Drive:
    """One signed-in client; use it by `async with drive.opened(...)`."""

    def __init__(self, client: httpx.AsyncClient, account: ServiceAccount) -> None:
        self._client, self._account = client, account
        self._token: str | None = None

    async def images(self, folder: str) -> tuple[list[Media], int]:
        """Those of the folder and of the folders in it, and how many files are no images."""
        found, skipped = [], 0
        for name, file in await self._files(folder):
            image = media.image(file, name)
            if image is not None:
                found.append(image)
            elif file.mime_type != media.FOLDER:
                skipped += 1
        return found, skipped

    async def download(self, wanted: Media, part: Path, progress: Progress) -> None:
        """Into `part`, going on where it ends. Raises Gone, DriveRefused or Unavailable."""
        for _ in range(_TRIES):
            try:
                await self._fetch(wanted, part, progress)
            except httpx.TransportError:
                continue
            size = await asyncio.to_thread(_size, part)
            if size < wanted.size:
                continue
            if await asyncio.to_thread(_md5, part) == wanted.md5:
                return
            await asyncio.to_thread(part.unlink)
        raise Unavailable(f"{wanted.name} arrived broken {_TRIES} times", retry_after=60)

    async def _files(self, folder: str) -> list[tuple[str, DriveFile]]:
        """With the name of the folder each is in; two levels deep."""
        found = [("", file) for file in await self._list(folder)]
        for _, file in list(found):
            if file.mime_type == media.FOLDER:
                found += [(file.name, inner) for inner in await self._list(file.id)]
        return found

    async def _list(self, folder: str) -> list[DriveFile]:
        if not _ID.fullmatch(folder):
            raise DriveRefused(f"{folder!r} is no id of a Drive folder; set TRAILPOST_DRIVE_FOLDER")
        found: list[DriveFile] = []
        asked = {
            "q": f"'{folder}' in parents and trashed = false",
            "fields": _FIELDS,
            "pageSize": "1000",
            "orderBy": "name",
            "supportsAllDrives": "true",
            "includeItemsFromAllDrives": "true",
        }
        while True:
            answer = await self._ask("/drive/v3/files", asked)
            if answer.status_code == 404:
                raise DriveRefused(
                    f"there is no folder {folder}, or it is not shared with "
                    f"{self._account.client_email}"
                )
            page = _decoded(answer, DriveList)
            found += page.files
            if page.next_page_token is None:
                return found
            asked["pageToken"] = page.next_page_token

    async def _ask(self, path: str, asked: dict[str, str]) -> httpx.Response:
        for attempt in range(_TRIES):
            try:
                headers = await self._headers()
                answer = await self._client.get(path, params=asked, headers=headers)
            except httpx.TransportError as e:
                if attempt == _TRIES - 1:
                    raise Unavailable(f"Drive cannot be reached: {e}", retry_after=60) from e
                continue
            if not await self._again(answer, attempt):
                return answer
        raise Unavailable("Drive did not answer in time", retry_after=60)

    async def _fetch(self, wanted: Media, part: Path, progress: Progress) -> None:
        """One attempt. Raises httpx.TransportError when the connection breaks."""
        for attempt in range(_TRIES):
            start = await asyncio.to_thread(_size, part)
            if start > wanted.size:
                await asyncio.to_thread(part.unlink)
                start = 0
            if start == wanted.size:
                return
            async with self._stream(wanted, start) as answer:
                if answer.status_code == 404:
                    raise Gone(wanted.name)
                if answer.status_code == 416:
                    await asyncio.to_thread(part.unlink, missing_ok=True)
                    continue
                if answer.is_error:
                    await answer.aread()
                if await self._again(answer, attempt):
                    continue
                # 200: it does not go on, it begins again.
                await _save(answer, part, start if answer.status_code == 206 else 0, progress)
                return

    @asynccontextmanager
    async def _stream(self, wanted: Media, start: int) -> AsyncIterator[httpx.Response]:
        headers = await self._headers()
        if start:
            headers["range"] = f"bytes={start}-"
        # What is counted and checked are the file's own bytes.
        headers["accept-encoding"] = "identity"
        path = f"/drive/v3/files/{wanted.file_id}"
        asked = {"alt": "media", "supportsAllDrives": "true"}
        async with self._client.stream("GET", path, params=asked, headers=headers) as answer:
            yield answer

    async def _again(self, answer: httpx.Response, attempt: int) -> bool:
        """Whether to ask again, having waited. Raises DriveRefused, or Unavailable: come later."""
        last = attempt == _TRIES - 1
        if answer.status_code == 401 and not last:
            self._token = None
            return True
        if _is_busy(answer):
            wait = _retry_after(answer, attempt)
            if last or wait > _LONGEST_WAIT:
                raise Unavailable(f"Drive is busy ({answer.status_code})", retry_after=wait)
            await asyncio.sleep(wait)
            return True
        if answer.status_code in (401, 403):
            raise DriveRefused(
                f"Drive refuses {self._account.client_email} ({answer.status_code}): "
                "share the folder with it, and see whether its key is still in force"
            )
        if answer.is_error and answer.status_code != 404:
            raise DriveRefused(f"Drive answered {answer.status_code}")
        return False

    async def _headers(self) -> dict[str, str]:
        if self._token is None:
            self._token = await self._sign_in()
        return {"authorization": f"Bearer {self._token}"}

    async def _sign_in(self) -> str:
        form = {"grant_type": _GRANT, "assertion": _assertion(self._account)}
        answer = await self._client.post(self._account.token_uri, data=form)
        if _is_busy(answer):
            raise Unavailable("Google's sign-in is busy", retry_after=_retry_after(answer, 3))
        if answer.is_error:
            raise DriveRefused(
                f"Google does not know {self._account.client_email} ({answer.status_code}); "
                "make a new key of the service account"
            )
        return _decoded(answer, _Token).access_token


class _Token(msgspec.Struct, frozen=True):
    access_token: str


@asynccontextmanager
async def opened(url: str, credentials: Path) -> AsyncIterator[Drive]:
    """Raises DriveRefused when the file is no key of a service account."""
    account = await asyncio.to_thread(_account, credentials)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT) as client:
        yield Drive(client, account)


def _account(path: Path) -> ServiceAccount:
    try:
        return msgspec.json.decode(path.read_bytes(), type=ServiceAccount)
    except (OSError, msgspec.DecodeError) as e:
        raise DriveRefused(
            f"TRAILPOST_DRIVE_CREDENTIALS is no readable key of a service account: {e}"
        ) from e


def _assertion(account: ServiceAccount) -> str:
    """What proves to Google that we hold the account's key."""
    now = clock.now()
    claims = {
        "iss": account.client_email,
        "scope": _SCOPE,
        "aud": account.token_uri,
        "iat": int(now.timestamp()),
        "exp": int((now + _TOKEN_LIFE).timestamp()),
    }
    try:
        signer = crypt.RSASigner.from_string(account.private_key)  # type: ignore[no-untyped-call]
    except ValueError as e:
        raise DriveRefused("the private key in TRAILPOST_DRIVE_CREDENTIALS is broken") from e
    encoded: bytes = google_jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
    return encoded.decode()


def _is_busy(answer: httpx.Response) -> bool:
    if answer.status_code in _BUSY:
        return True
    return answer.status_code == 403 and any(r in answer.text for r in _BUSY_REASONS)


def _retry_after(answer: httpx.Response, attempt: int) -> float:
    """Seconds: as asked, else 1, 2, 4 …"""
    asked = answer.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else float(2**attempt)


def _decoded(answer: httpx.Response, type: type[T]) -> T:
    try:
        return msgspec.json.decode(answer.content, type=type)
    except msgspec.DecodeError as e:
        raise Unavailable(f"Drive answered what nobody understands: {e}", retry_after=60) from e


async def _save(answer: httpx.Response, part: Path, start: int, progress: Progress) -> None:
    with await asyncio.to_thread(part.open, "r+b" if start else "wb") as out:
        out.seek(start)
        done = start
        # As they come: what was gathered into larger ones would be lost when the line breaks.
        async for chunk in answer.aiter_raw():
            await asyncio.to_thread(out.write, chunk)
            done += len(chunk)
            await progress(done)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
