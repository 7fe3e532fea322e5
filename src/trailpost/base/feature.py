"""What a feature gives the rest of the program: one value, listed in trailpost.main."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import msgspec


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    tables: frozenset[str] = frozenset()
    """Tables only this feature may write."""
    routes: tuple[Any, ...] = ()
    """Litestar route handlers, routers or controllers."""
    on_write: tuple[Callable[..., Awaitable[None]], ...] = ()
    """Awaited with the writer's connection inside its transaction, after a batch is stored."""
    on_erase: tuple[Callable[..., AbstractAsyncContextManager[None]], ...] = ()
    """Entered with the connection in the transaction that erases sessions, left once they are
    gone."""
    jobs: tuple[Any, ...] = ()
    """Background work, each declared by `@trailpost.jobs.job`."""
    pages: tuple[tuple[str, str], ...] = ()
    """Title and path of pages that the owner's navigation shall lead administrators to."""
    while_serving: tuple[Callable[[Any], AbstractAsyncContextManager[None]], ...] = ()
    """Entered with the web application when a web process begins, left when it ends."""
