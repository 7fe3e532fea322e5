"""Sketches of times, as the database adds them up: counts by bins of 1 % relative accuracy.

The mapping is DDSketch's (Masson, Rim, Lee; VLDB 2019) and the same as SQL's log_bin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

_LOG_GAMMA = math.log(1.01 / 0.99)
_NOTHING = -100_000
"""The bin of values that are not above zero."""


def bin_of(value: float) -> int:
    """Values of one bin differ by less than 2 %."""
    return math.ceil(math.log(value) / _LOG_GAMMA) if value > 0 else _NOTHING


def sketch(bins: Mapping[int, int]) -> str:
    """A sketch as the text of a bigint[]: bin << 40 | count, in order of the bins."""
    return "{" + ",".join(str(b << 40 | n) for b, n in sorted(bins.items())) + "}"
