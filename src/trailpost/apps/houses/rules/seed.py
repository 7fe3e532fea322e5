"""The options and the price list that a new database begins with, read from the same file."""

from __future__ import annotations

import msgspec

from trailpost import db
from trailpost.apps.houses.wire import Option, Prices, PriceTable


class _Seed(msgspec.Struct, frozen=True):
    options: tuple[Option, ...]
    prices: Prices


_SEED = msgspec.json.decode(db.seed("0013_houses"), type=_Seed)

OPTIONS = _SEED.options
FIRST_LIST = PriceTable(version="1", **msgspec.structs.asdict(_SEED.prices))
"""For the demo, and to test the price rule with."""
