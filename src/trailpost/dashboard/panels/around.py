"""What a panel knows of the page it stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from trailpost.dashboard.rules.asked import Asked


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """An annotation: what happened, and when."""

    at: datetime
    text: str


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """`path` with `asked` is the page's own address. `is_public`: it leads nowhere."""

    path: str
    asked: Asked
    zone: ZoneInfo
    now: datetime
    notes: Sequence[Note] = ()
    is_public: bool = False

    def url(self, **changed: str | bool) -> str | None:
        """The same page asked for something else."""
        if self.is_public:
            return None
        query = self.asked.having(cursor="").having(**changed).query
        return f"{self.path}?{query}" if query else self.path

    def journey(self, session: object) -> str | None:
        return None if self.is_public else f"/admin/sessions/{session}?{self.asked.query}"


def wall(at: datetime) -> int:
    """Local wall time as seconds, to be read as if it were UTC."""
    return int(at.replace(tzinfo=UTC).timestamp())


Rows = Sequence[msgspec.Struct]
Parts = Mapping[str, Rows]
