"""Which openings a window area fills: first there are more of them, then they grow.

The browser does the same in web/src/houses/openings.ts.
"""

from __future__ import annotations

LEVELS = 3
"""A window, a door, a wide sliding door; in the gable a door, a wide door, glass to the roof."""


def levels(modules: int, area: int, most: int) -> list[int]:
    """Size (0 to 3) of the gable's opening, then of each module's, from the front.

    Without an area (0) the openings are those of a house that nobody has decided on yet.
    """
    slots = modules + 1
    points = 2 * slots if area == 0 else max(1, -(-area * LEVELS * slots // most))
    return [(points + slots - 1 - place) // slots for place in range(slots)]
