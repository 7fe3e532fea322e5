"""How long a failed job waits, and whether it is tried again at all."""

from __future__ import annotations

from trailpost.jobs.wire import Backoff


def pause(backoff: Backoff, attempt: int, luck: float, retry_after: float | None) -> float:
    """Seconds after the attempt of that number failed; `luck` is in [0, 1).

    What the other side asked for wins, with a little on top so that not all come at once.
    """
    if retry_after is not None:
        return retry_after * (1 + luck / 10)
    longest: float = min(backoff.longest, backoff.first * 2 ** min(attempt - 1, 30))
    return longest / 2 * (1 + luck)


def retry_after(error: BaseException) -> float | None:
    """Seconds, if the error says so; nonsense is ignored."""
    asked = getattr(error, "retry_after", None)
    return float(asked) if isinstance(asked, int | float) and 0 <= asked < 86_400 * 7 else None
