"""The web application: every feature's routes, the objects they share, errors as problems."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import License
from litestar.types import ControllerRouterHandler

from trailpost import __version__, access, dashboard, db, jobs, stream, tracking
from trailpost.base.settings import Settings
from trailpost.http import static
from trailpost.main import failures, health, openapi, queue, sampling, timing
from trailpost.main.features import declared_jobs, eraser, features

_MB = 1024 * 1024


def build_app(settings: Settings) -> Litestar:
    """The whole HTTP side of Trailpost for one process. Opens its connections when it starts."""
    dashboard.link([page for feature in features() for page in feature.pages])
    app = Litestar(
        route_handlers=_routes(settings),
        lifespan=[_shared],
        dependencies={
            name: Provide(_of_state(name), sync_to_thread=False)
            for name in ("settings", "pool", "publisher", "keys")
        },
        state=State(
            {
                "settings": settings,
                "cache_hit_rate": tracking.cache_hit_rate,
                "declared_jobs": declared_jobs(),
                "eraser": eraser(settings),
            }
        ),
        middleware=[timing.Timing],
        exception_handlers=failures.HANDLERS,
        openapi_config=OpenAPIConfig(
            title="Trailpost",
            version=__version__,
            description="Events in, reports out.",
            tags=openapi.TAGS,
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
            path=None,
            openapi_router=None,
            use_handler_docstrings=True,
            render_plugins=[],
        ),
        compression_config=CompressionConfig(
            backend="gzip",
            gzip_compress_level=5,
            exclude_opt_key="uncompressed",
            # A stream, and what is zipped already.
            exclude=[
                "/admin/live",
                "^/api/jobs/.*/events$",
                "/static/",
                f"^{re.escape(settings.tracker_path)}$",
                f"^{re.escape(static.errors_path(settings.tracker_path))}$",
            ],
        ),
        logging_config=None,
        request_max_body_size=_MB,
    )
    return app


def _routes(settings: Settings) -> list[ControllerRouterHandler]:
    """Handlers as they stand; a plain function among them is asked with the settings."""
    given: Sequence[Any] = [r for f in features() for r in f.routes]
    made = [m for r in given for m in (r(settings) if _is_factory(r) else [r])]
    made += jobs.routes(jobs.Guards(access.require_self, access.require_admin, _owner))
    return [*made, *static.routes(settings), *health.routes(settings), *openapi.routes(settings)]


def _owner(connection: ASGIConnection[Any, Any, Any, Any]) -> int | None:
    """Whose jobs somebody may see: an administrator everybody's."""
    user = access.current_user(connection)
    return None if user.role == "admin" else user.id


def _is_factory(route: object) -> bool:
    return type(route).__name__ == "function"


def _of_state(name: str) -> Any:
    def provide(state: State) -> Any:
        return state[name]

    return provide


@asynccontextmanager
async def _shared(app: Litestar) -> AsyncIterator[None]:
    """Open what handlers share; a dead database or Redis delays nothing here."""
    settings: Settings = app.state.settings
    data = Path(settings.data)
    pool = db.open_pool(settings.database_url, size=settings.pool_size, application="trailpost web")
    publisher = stream.Publisher(
        settings.redis_url,
        settings.streams,
        data / "spool",
        settings.spool_max_mb * _MB,
        settings.live_max_mb * _MB,
    )
    keys = access.KeyDirectory(pool, data / "keys.json")
    redis = stream.connect(settings.redis_url)
    app.state.update(
        {
            "pool": pool,
            "publisher": publisher,
            "keys": keys,
            "queue": queue.looker(redis, settings.streams),
        }
    )
    async with pool:
        await publisher.start()
        await keys.start()
        watching = jobs.watching(app, settings.database_url, pool)
        async with (
            timing.flushing(publisher),
            sampling.sampling("web", pool),
            watching,
            AsyncExitStack() as stack,
        ):
            for lives in (a for f in features() for a in f.while_serving):
                await stack.enter_async_context(lives(app))
            yield
        await dashboard.close(app)
        await keys.close()
        await publisher.close()
        await redis.aclose()
