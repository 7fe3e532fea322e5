"""The OpenAPI description of the ingest routes: plain ASGI routes that Litestar cannot see."""

from __future__ import annotations

from typing import Any

import msgspec

from trailpost.base.settings import Settings
from trailpost.http.describe import Described, Operation, describe
from trailpost.tracking.http.examples import EXAMPLES
from trailpost.tracking.wire import compat, native


def document(described: dict[str, Any], settings: Settings) -> None:
    """Add our routes to an OpenAPI document, before it is sent."""
    native_route = msgspec.structs.replace(_NATIVE, path=settings.ingest_path)
    describe(
        described,
        Described(
            prefix="Ingest",
            operations=(native_route, *_OPERATIONS),
            examples=EXAMPLES,
            limit="500 events",
        ),
    )


_SESSIONS = "Sessions"
_SAVING = (
    "The configuration at this moment. The price is that of the request, "
    "else `totalPrice` of the configuration."
)
_NATIVE = Operation(
    path="",
    tag="Events",
    summary="Take a batch of events",
    says="Up to 500 events of one session. Those that are wrong are refused one by one; "
    "the others are accepted. An event with an id may be sent again: it is stored once. "
    "Gzip is taken. text/plain needs no preflight from another origin.",
    body=native.Batch,
    status=202,
    answer=native.Accepted,
    needs_key=True,
)
_OPERATIONS = (
    Operation(
        path="/api/sessions/create",
        tag=_SESSIONS,
        summary="Begin a session",
        says="Answers the id to send with everything that follows. A session that was not "
        "begun here is made by its first event.",
        body=compat.CreateSession,
        status=201,
        answer=compat.SessionCreated,
    ),
    Operation(
        path="/api/sessions/track",
        tag=_SESSIONS,
        summary="Track an event",
        says="One interaction of a session.",
        body=compat.TrackEvent,
        answer=compat.InteractionTracked,
    ),
    Operation(
        path="/api/sessions/track-interaction",
        tag=_SESSIONS,
        summary="Track an interaction",
        says="One interaction of a session, with its device.",
        body=compat.TrackInteraction,
        answer=compat.InteractionTracked,
    ),
    Operation(
        path="/api/sessions/track-interaction",
        method="get",
        tag=_SESSIONS,
        summary="Read a session's interactions",
        says="The last 100, one that was acknowledged a moment ago included.",
        answer=compat.Interactions,
        refusals=(400, 401, 403, 429, 503),
    ),
    Operation(
        path="/api/sessions/save-config",
        tag=_SESSIONS,
        summary="Save a configuration",
        says=_SAVING,
        body=compat.SaveConfiguration,
        answer=compat.ConfigurationSaved,
    ),
    Operation(
        path="/api/sessions/save-configuration",
        tag=_SESSIONS,
        summary="Save a configuration",
        says=_SAVING,
        body=compat.SaveConfiguration,
        answer=compat.ConfigurationSaved,
    ),
    Operation(
        path="/api/sessions/finalize",
        tag=_SESSIONS,
        summary="End a session",
        says="A session's status only moves forward, whatever is said here.",
        body=compat.FinalizeSession,
        answer=compat.SessionFinalized,
    ),
    Operation(
        path="/api/performance/track",
        tag="Performance",
        summary="Track a measurement",
        says="One timing, of a session or of none.",
        body=compat.TrackPerformance,
        answer=compat.PerformanceTracked,
    ),
)
