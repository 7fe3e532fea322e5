"""The OpenAPI description of the route that takes occurrences."""

from __future__ import annotations

from typing import Any

from trailpost.http.describe import Described, Operation, describe
from trailpost.http.refused import Refused
from trailpost.issues import wire

_EXAMPLE = {
    "sentAt": "2026-03-14T09:26:53.589Z",
    "occurrences": [
        {
            "occurrenceId": "01920f3e-7c05-7d2a-8f44-0d6c1b7a9e52",
            "sessionId": "01920f3e-6d5a-7c31-9b0e-3f1f0a6c2b11",
            "occurredAt": 1773480413000,
            "level": "error",
            "type": "TypeError",
            "message": "cannot read properties of undefined (reading 'price')",
            "stack": [
                {
                    "function": "total",
                    "file": "https://shop.example/assets/main-3f2a9b1c.js",
                    "line": 12,
                    "column": 34,
                }
            ],
            "url": "https://shop.example/",
            "release": "1.4.0",
            "tags": ["checkout"],
        }
    ],
}
_DESCRIBED = Described(
    prefix="Capture",
    operations=(
        Operation(
            path="/api/issues",
            tag="Issues",
            summary="Take occurrences",
            says="One occurrence, or up to 100 as `occurrences`. Those that are wrong are refused "
            "one by one; the others are accepted. One that is sent again is stored once. "
            "text/plain needs no preflight from another origin; gzip is taken.",
            body=wire.Batch,
            status=202,
            answer=wire.Accepted,
            needs_key=True,
        ),
    ),
    examples={
        wire.Batch: [_EXAMPLE],
        wire.Accepted: [
            {"accepted": 1, "rejected": []},
            wire.Accepted(0, [Refused(0, "$.type", "Object missing required field `type`")]),
        ],
    },
    limit="100 occurrences",
)


def document(described: dict[str, Any]) -> None:
    """Add our route to an OpenAPI document, before it is sent."""
    describe(described, _DESCRIBED)
