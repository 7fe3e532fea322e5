"""The OpenAPI description of plain ASGI routes, which Litestar cannot see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from trailpost.http.problem import PROBLEM
from trailpost.http.refused import Refused

_KEY_HEADER = "x-trailpost-key"


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
    rejected: list[Refused] = []
    """Of the native route, when no event at all was accepted."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """What one route takes and answers."""

    path: str
    method: str = "post"
    tag: str
    summary: str
    says: str
    body: type[msgspec.Struct] | None = None
    status: int = 200
    answer: type[msgspec.Struct]
    refusals: tuple[int, ...] = (400, 401, 403, 413, 415, 429, 503)
    needs_key: bool = False


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A feature's routes, and the words that they have in common."""

    prefix: str
    """Of the names of its shapes, so that no two features' meet."""
    operations: tuple[Operation, ...]
    examples: Mapping[type[msgspec.Struct], Sequence[Any]]
    limit: str
    """What is too large."""


def describe(document: dict[str, Any], given: Described) -> None:
    """Add routes to an OpenAPI document, before it is sent."""
    paths = document.setdefault("paths", {})
    for operation in given.operations:
        path = operation.path
        paths.setdefault(path, {})[operation.method] = _described(operation, given)
    types: set[type[msgspec.Struct]] = {
        t for o in given.operations for t in (o.body, o.answer) if t is not None
    }
    template = f"#/components/schemas/{given.prefix}{{name}}"
    ordered = sorted(types | {Problem}, key=_full_name)
    _, components = msgspec.json.schema_components(ordered, ref_template=template)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas |= {f"{given.prefix}{name}": schema for name, schema in components.items()}


def _described(operation: Operation, given: Described) -> dict[str, Any]:
    name = f"{operation.method}{operation.path.replace('/', ' ').title().replace(' ', '')}"
    found: dict[str, Any] = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": operation.says,
        "operationId": name,
        "parameters": _parameters(operation),
        "responses": _responses(operation, given),
    }
    if operation.body is not None:
        content = {
            "schema": _ref(operation.body, given),
            "examples": _examples(operation.body, given),
        }
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


def _responses(operation: Operation, given: Described) -> dict[str, Any]:
    content = {
        "schema": _ref(operation.answer, given),
        "examples": _examples(operation.answer, given),
    }
    found = {
        str(operation.status): {
            "description": "Durable" if operation.body else "Found",
            "content": {"application/json": content},
        }
    }
    for status in operation.refusals:
        answer: dict[str, Any] = {
            "description": _REFUSALS[status].format(limit=given.limit),
            "content": {PROBLEM: {"schema": _ref(Problem, given)}},
        }
        if status in (429, 503):
            answer["headers"] = {"retry-after": {"schema": {"type": "integer"}}}
        found[str(status)] = answer
    return found


def _examples(of: type[msgspec.Struct], given: Described) -> dict[str, Any]:
    return {f"example {i}": {"value": value} for i, value in enumerate(given.examples[of], start=1)}


def _full_name(of: type[msgspec.Struct]) -> str:
    return f"{of.__module__}.{of.__name__}"


def _ref(of: type[msgspec.Struct], given: Described) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{given.prefix}{of.__name__}"}


_REFUSALS = {
    400: "The request cannot be read; `field` says where",
    401: "No key, or an unknown one",
    403: "The project does not allow this origin",
    413: "Over 512 KiB (also when unzipped), or over {limit}",
    415: "Neither application/json nor text/plain, or another encoding than gzip",
    429: "Too much from this key or address; try again after `retry-after` seconds",
    503: "Nothing durable can be reached; safe to send again after `retry-after` seconds",
}
