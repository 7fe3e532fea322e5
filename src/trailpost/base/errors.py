"""Every error the package raises on purpose.

TrailpostError
├── BadRequest        400  the caller sent something we cannot accept
│   ├── TooLarge      413
│   ├── UnsupportedMedia  415
│   └── Unprocessable  422  well formed, but it breaks a rule; `field` names what
├── Unauthorized      401  who are you?
├── Forbidden         403  known, but not allowed
├── NotFound          404
├── Conflict          409
├── TooManyRequests   429  slow down; `retry_after` says for how long
├── Unavailable       503  a store we need is down; safe to retry
└── StartupError           the process cannot start; the message says how to mend it
"""

from __future__ import annotations


class TrailpostError(Exception):
    """Base: `code` is stable and machine-read, the message is for people."""

    code = "internal"
    status = 500

    def __init__(
        self, message: str = "", *, field: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.field = field
        self.retry_after = retry_after


class BadRequest(TrailpostError):
    code = "bad_request"
    status = 400


class TooLarge(BadRequest):
    code = "too_large"
    status = 413


class UnsupportedMedia(BadRequest):
    code = "unsupported_media_type"
    status = 415


class Unprocessable(BadRequest):
    code = "unprocessable"
    status = 422


class Unauthorized(TrailpostError):
    code = "unauthorized"
    status = 401


class Forbidden(TrailpostError):
    code = "forbidden"
    status = 403


class NotFound(TrailpostError):
    code = "not_found"
    status = 404


class Conflict(TrailpostError):
    code = "conflict"
    status = 409


class TooManyRequests(TrailpostError):
    code = "too_many_requests"
    status = 429


class Unavailable(TrailpostError):
    code = "unavailable"
    status = 503


class StartupError(TrailpostError):
    code = "startup"
