"""The house configurator: the first reference application, built on the platform from outside."""

from trailpost.apps.houses import http, jobs
from trailpost.apps.houses.lists import (
    compare_prices,
    price_list,
    read_prices,
    take_prices,
    write_prices,
)
from trailpost.apps.houses.rules.catalogue import (
    BY_KEY,
    CATEGORIES,
    COUNTED,
    DEFAULTS,
    OPTIONS,
    REQUIRED,
    SECTIONS,
    VALUES,
)
from trailpost.apps.houses.rules.choosing import (
    choose,
    chosen,
    completion,
    explicit,
    is_complete,
    quantity,
)
from trailpost.apps.houses.rules.limits import LIMITS, fit, maxima
from trailpost.apps.houses.rules.prices import breakdown, differences, instalment, price
from trailpost.apps.houses.rules.seed import FIRST_LIST
from trailpost.apps.houses.store.prices import Comparison
from trailpost.apps.houses.wire import (
    Category,
    Configuration,
    PriceList,
    Prices,
    PriceTable,
    Quantity,
)
from trailpost.base.feature import Feature

__all__ = [
    "BY_KEY",
    "CATEGORIES",
    "COUNTED",
    "DEFAULTS",
    "FEATURE",
    "FIRST_LIST",
    "LIMITS",
    "OPTIONS",
    "REQUIRED",
    "SECTIONS",
    "VALUES",
    "Category",
    "Configuration",
    "Comparison",
    "PriceList",
    "PriceTable",
    "Prices",
    "Quantity",
    "breakdown",
    "choose",
    "chosen",
    "compare_prices",
    "completion",
    "differences",
    "explicit",
    "fit",
    "instalment",
    "is_complete",
    "maxima",
    "price",
    "price_list",
    "quantity",
    "read_prices",
    "take_prices",
    "write_prices",
]

FEATURE = Feature(
    name="houses",
    tables=frozenset(
        {
            "house_options",
            "price_lists",
            "house_configurations",
            "customer_inquiries",
            "house_media",
        }
    ),
    routes=http.ROUTES,
    jobs=jobs.JOBS,
    pages=(("Houses", "/admin/houses"),),
    while_serving=(http.serving,),
)
