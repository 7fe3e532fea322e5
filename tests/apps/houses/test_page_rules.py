"""The page computes what the server computes: prices, labels, limits, views, openings."""

import itertools
import json
import random
from pathlib import Path

import msgspec

import hatch_build
from trailpost.apps.houses.http import boot
from trailpost.apps.houses.preview import opened, start_view
from trailpost.apps.houses.preview.openings import levels
from trailpost.apps.houses.rules import answers, catalogue, choosing, limits
from trailpost.apps.houses.rules.seed import FIRST_LIST
from trailpost.apps.houses.wire import Configuration, Offer, Quantity

WEB = Path(__file__).parents[3] / "web"
OFFER = Offer(catalogue.OPTIONS, FIRST_LIST)
VALUES = catalogue.VALUES


def quantity(rng, category, most):
    value = rng.choice((None, *VALUES[category]))
    return value and Quantity(value, rng.choice((1, most, rng.randint(1, most))))


def configurations():
    """Every size and combination once, each with other services, panels and windows."""
    rng = random.Random(19)
    others = ("gebaeudehuelle", "innenverkleidung", "fussboden")
    core = [VALUES["nest"], *((None, *VALUES[category]) for category in others)]
    for nest, shell, interior, floor in itertools.product(*core):
        maxima = limits.maxima(nest)
        yield Configuration(
            nest=nest,
            gebaeudehuelle=shell,
            innenverkleidung=interior,
            fussboden=floor,
            fenster=quantity(rng, "fenster", maxima["fenster"]),
            planungspaket=rng.choice((None, *VALUES["planungspaket"])),
            pvanlage=quantity(rng, "pvanlage", maxima["pvanlage"]),
            grundstueckscheck=rng.choice((None, "grundstueckscheck")),
        )


def expected(house, decided, language):
    priced = answers.priced(house, OFFER, language)
    modules = 4 + catalogue.EXTRA_MODULES[house.nest]
    area = choosing.quantity(house, "fenster")
    smaller = msgspec.structs.replace(house, nest="nest80")
    return {
        "total": priced.total,
        "monthly": priced.monthly,
        "breakdown": [[line.category, line.value, line.amount] for line in priced.breakdown],
        "labels": {
            category: {value: label.text for value, label in found.items()}
            for category, found in priced.labels.items()
        },
        "limits": priced.limits,
        "smaller": limits.fit(smaller)[0],
        "completion": choosing.completion(decided),
        "levels": levels(modules, area, priced.limits["fenster"]),
        "opened": opened(house),
        "start": start_view(house),
    }


def test_page_and_server_agree_on_every_combination(tmp_path):
    rng = random.Random(3)
    for language in ("de", "en"):
        start = Configuration()
        data = boot.boot(
            boot.Seen(offer=OFFER, configuration=start, view="exterior", language=language)
        )
        cases = []
        for house in configurations():
            decided = [c for c in catalogue.CATEGORIES if rng.random() < 0.6]
            cases.append(
                {
                    "configuration": house,
                    "decided": decided,
                    "expected": expected(house, set(decided), language),
                }
            )
        assert len(cases) == 5 * 5 * 4 * 4
        file = tmp_path / f"{language}.json"
        file.write_text(msgspec.json.encode({"boot": data, "cases": cases}).decode())
        assert hatch_build.node(WEB, ["tests/same-price.ts", str(file)]) == 0


def test_the_boot_data_cannot_end_its_script_element():
    seen = boot.Seen(offer=OFFER, configuration=Configuration(), view="exterior", key="</script>")
    text = str(boot.script_data(seen))
    assert "<" not in text
    assert json.loads(text)["key"] == "</script>"
