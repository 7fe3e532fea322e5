"""The platform as the configurator's server reaches it: by its public API, like any customer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid5

import msgspec
from litestar import Litestar

from trailpost.apps.houses.wire import Inquiry
from trailpost.base.errors import Unavailable
from trailpost.base.settings import Settings

if TYPE_CHECKING:
    import httpx


class Platform(msgspec.Struct, frozen=True):
    """It is this very process: its routes are asked without a detour over the network."""

    app: Litestar
    settings: Settings
    key: str
    """Ingest key."""

    @asynccontextmanager
    async def client(self) -> AsyncIterator[httpx.AsyncClient]:
        # Rarely needed in a web process, and it takes 15 MB.
        import httpx

        # Its types are those of the specification, to the letter.
        transport = httpx.ASGITransport(self.app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport, base_url="http://trailpost.local"
        ) as client:
            yield client

    async def send(
        self, session: dict[str, Any], events: list[dict[str, Any]], user_agent: str
    ) -> None:
        """Durable when it returns. Raises Unavailable."""
        headers = {
            "x-trailpost-key": self.key,
            "content-type": "application/json",
            "user-agent": user_agent,
        }
        body = msgspec.json.encode({"session": session, "events": events})
        async with self.client() as client:
            answer = await client.post(self.settings.ingest_path, content=body, headers=headers)
        if answer.status_code != 202 or answer.json()["rejected"]:
            raise Unavailable(
                f"the platform did not take it ({answer.status_code}): {answer.text[:200]}",
                retry_after=5,
            )

    async def convert(self, inquiry: Inquiry) -> None:
        """Its session has converted, at the moment of the inquiry. May be said again: one event."""
        if inquiry.session_id is None:
            return
        event = {
            "type": "session_end",
            "id": str(uuid5(inquiry.id, "converted")),
            "at": inquiry.created_at.isoformat(),
            "conversionStatus": "converted",
        }
        await self.send({"id": inquiry.session_id}, [event], "trailpost-houses")


def platform_of(app: Litestar) -> Platform:
    """With the key that the page is tracked by. Raises Unavailable."""
    keys = app.state["keys"]
    key = keys.key_of(keys.projects[0].slug) if keys.projects else None
    if key is None:
        raise Unavailable("the first project has no ingest key", retry_after=5)
    return Platform(app, app.state["settings"], key)
