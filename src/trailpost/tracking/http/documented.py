"""The OpenAPI description of the ingest routes: plain ASGI routes that Litestar cannot see."""

from __future__ import annotations

from typing import Any

import msgspec

from trailpost.base.settings import Settings
from trailpost.http import PROBLEM
from trailpost.tracking.http.examples import EXAMPLES
from trailpost.tracking.wire import compat, native

_KEY_HEADER = "x-trailpost-key"
_PREFIX = "Ingest"


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457: what was wrong, and with which field."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    """Stable, for programs."""
    field: str | None = None
    """JSON path of what is at fault."""
    rejected: list[native.Refused] = []
    """Of the native route, when no event at all was accepted."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What one route takes and answers."""

    path: str
    """Empty: the one that the settings give."""
    method: str = "post"
    tag: str
    summary: str
    says: str
    body: type[msgspec.Struct] | None = None
    status: int = 200
    answer: type[msgspec.Struct]
    refusals: tuple[int, ...] = (400, 401, 403, 413, 415, 429, 503)
    needs_key: bool = False


def document(described: dict[str, Any], settings: Settings) -> None:
    """Add our routes to an OpenAPI document, before it is sent."""
    paths = described.setdefault("paths", {})
    for operation in _OPERATIONS:
        path = operation.path or settings.ingest_path
        paths.setdefault(path, {})[operation.method] = _described(operation, path)
    types: set[type[msgspec.Struct]] = {
        t for o in _OPERATIONS for t in (o.body, o.answer) if t is not None
    }
    template = f"#/components/schemas/{_PREFIX}{{name}}"
    ordered = sorted(types | {Problem}, key=_full_name)
    _, components = msgspec.json.schema_components(ordered, ref_template=template)
    schemas = described.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {f"{_PREFIX}{name}": schema for name, schema in components.items()}


def _described(operation: Operation, path: str) -> dict[str, Any]:
    name = f"{operation.method}{path.replace('/', ' ').title().replace(' ', '')}"
    found: dict[str, Any] = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.says,
        "operationId": name,
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.body is not None:
        content = {"schema": _ref(operation.body), "examples": _examples(operation.body)}
        found["requestBody"] = {
            "required": True,
            "content": {"application/json": content, "text/plain": content},
        }
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    key = "The project's ingest key; or in the query parameter `key`."
    if not operation.needs_key:
        key += " Optional where the settings name a project for events without one."
    found: list[dict[str, Any]] = [
        {"name": _KEY_HEADER, "in": "header", "schema": text, "description": key}
    ]
    if operation.body is None:
        found.append({"name": "sessionId", "in": "query", "required": True, "schema": text})
    return found


def _responses(operation: Operation) -> dict[str, Any]:
    content = {"schema": _ref(operation.answer), "examples": _examples(operation.answer)}
    found = {
        str(operation.status): {
            "description": "Durable" if operation.body else "Found",
            "content": {"application/json": content},
        }
    }
    for status in operation.refusals:
        answer: dict[str, Any] = {
            "description": _REFUSALS[status],
            "content": {PROBLEM: {"schema": _ref(Problem)}},
        }
        if status in (429, 503):
            answer["headers"] = {"retry-after": {"schema": {"type": "integer"}}}
        found[str(status)] = answer
    return found


def _examples(of: type[msgspec.Struct]) -> dict[str, Any]:
    return {f"example {i}": {"value": value} for i, value in enumerate(EXAMPLES[of], start=1)}


def _full_name(of: type[msgspec.Struct]) -> str:
    return f"{of.__module__}.{of.__name__}"


def _ref(of: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_PREFIX}{of.__name__}"}


_REFUSALS = {
    400: "The request cannot be read; `field` says where",
    401: "No key, or an unknown one",
    403: "The project does not allow this origin",
    413: "Over 512 KiB (also when unzipped), or over 500 events",
    415: "Neither application/json nor text/plain, or another encoding than gzip",
    429: "Too many events from this key or address; try again after `retry-after` seconds",
    503: "Nothing durable can be reached; safe to send again after `retry-after` seconds",
}


_SESSIONS = "Sessions"
_SAVING = (
    "The configuration at this moment. The price is that of the request, "
    "else `totalPrice` of the configuration."
)
_OPERATIONS = (
    Operation(
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
    ),
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
