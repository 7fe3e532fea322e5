"""Where the house stands: sky, mountains, a wood, a meadow, some trees. The same on every visit."""

from __future__ import annotations

import math

from trailpost.apps.houses.preview.svg import Point, group, open_, polygon, tag

WIDTH, HEIGHT = 1400, 1000
# The picture is cut to the window's shape, so that there must be some on either side.
LEFT, RIGHT = -500, WIDTH + 500


def backdrop(horizon: float) -> str:
    """From the sky down to the edge of the meadow; darkness has a moon and stars."""
    whole = {"x": LEFT, "width": RIGHT - LEFT}
    return group(
        tag("rect", y=-300, height=horizon + 420, fill="url(#sky)", **whole),
        group(*_stars(horizon), class_="land-stars"),
        tag("circle", cx=1090, cy=horizon - 390, r=150, fill="url(#halo)"),
        tag("circle", cx=1090, cy=horizon - 390, r=26, class_="land-moon"),
        group(*_clouds(horizon), class_="land-clouds"),
        _range("far", horizon, 235, 140, 3),
        _range("middle", horizon, 150, 95, 11),
        _range("near", horizon, 78, 60, 23),
        _wood(horizon),
        tag("rect", y=horizon - 150, height=160, fill="url(#haze)", **whole),
    )


def meadow(horizon: float) -> str:
    whole = {"x": LEFT, "width": RIGHT - LEFT}
    return group(
        tag("rect", y=horizon - 6, height=HEIGHT + 1000 - horizon, fill="url(#meadow)", **whole),
        *(_sward(horizon, n) for n in range(3)),
    )


def noise(seed: float) -> float:
    """0 to 1, and always the same for the same seed."""
    value = math.sin(seed * 127.1 + 11.7) * 43758.5453
    return value - math.floor(value)


def spruce(x: float, foot: float, height: float, css: str = "spruce") -> str:
    """Narrow, with boughs that hang a little."""
    width, tiers = height * 0.3, 9
    right: list[Point] = []
    for n in range(tiers):
        top = foot - height + height * 0.93 * n / tiers
        low = foot - height + height * 0.93 * (n + 1.25) / tiers
        reach = width / 2 * (n + 1) / tiers * (0.86 + 0.28 * noise(x + n))
        right += [(reach * 0.42, top + 2), (reach, low)]
    outline = [(0.0, foot - height), *right, (width * 0.05, foot - height * 0.05)]
    left = [(-dx * (0.9 + 0.2 * noise(x - n)), y) for n, (dx, y) in enumerate(outline[1:])]
    shape = [(x + dx, y) for dx, y in outline] + [(x + dx, y) for dx, y in reversed(left)]
    lit = [(x + dx, y) for dx, y in outline] + [(x + dx * 0.15, y) for dx, y in reversed(outline)]
    trunk = tag(
        "rect", x=x - 3, y=foot - height * 0.07, width=6, height=height * 0.07, class_="trunk"
    )
    return trunk + polygon(shape, class_=css) + polygon(lit, class_="spruce-lit")


def birch(x: float, foot: float, height: float) -> str:
    """A light crown, in three tones, on a slim stem."""
    width = height * 0.013
    stem = [(x - width, foot), (x + width, foot), (x + width / 3, foot - height * 0.8)]
    masses = (
        _mass(x, foot - height * 0.6, height * 0.2, height * 0.4, 44, x),
        _mass(x + height * 0.035, foot - height * 0.64, height * 0.14, height * 0.32, 38, x + 1),
        _mass(x + height * 0.06, foot - height * 0.7, height * 0.08, height * 0.2, 26, x + 2),
    )
    leaves = "".join(polygon(mass, class_=f"leaf-{n}") for n, mass in enumerate(masses))
    return polygon([*stem, (x - width / 3, foot - height * 0.8)], class_="stem") + leaves


def _mass(x: float, y: float, wide: float, tall: float, points: int, seed: float) -> list[Point]:
    """Foliage: an egg with a ragged edge."""
    made = []
    for n in range(points):
        angle = 2 * math.pi * n / points
        ragged = 0.86 + 0.24 * noise(n * 1.9 + seed)
        egg = 1 - 0.22 * math.sin(angle) if math.sin(angle) > 0 else 1
        made.append(
            (x + wide * egg * ragged * math.cos(angle), y - tall * ragged * math.sin(angle))
        )
    return made


def grass(x: float, foot: float, size: float) -> str:
    """A tuft of ornamental grass."""
    made: dict[str, list[str]] = {"back": [], "grass": []}
    for n in range(34):
        lean = (noise(x * 1.3 + n) + noise(n * 2.2) - 1) * 1.1
        tall = size * (0.55 + 0.5 * noise(n * 1.7 + x)) * (1 - 0.35 * abs(lean))
        start = x + lean * size * 0.12
        made["back" if n % 2 else "grass"].append(
            f"M{start:.1f} {foot:.1f}q{lean * size * 0.1:.1f} {-tall * 0.7:.1f} "
            f"{lean * size * 0.6:.1f} {-tall:.1f}"
        )
    return "".join(tag("path", d="".join(d), class_=f"grass {css}") for css, d in made.items())


def _range(name: str, horizon: float, tall: float, rough: float, seed: float) -> str:
    """A ridge of mountains; its height wanders."""
    points: list[Point] = []
    step = 22
    for n in range((RIGHT - LEFT) // step + 1):
        x = LEFT + n * step
        wave = math.sin(x / 311 + seed) * 0.5 + abs(math.sin(x / 149 + seed * 2.3)) * 0.42
        points.append((x, horizon - tall - rough * (wave + 0.2 * (noise(n + seed) - 0.5))))
    body = [*points, (RIGHT, horizon + 20), (LEFT, horizon + 20)]
    return polygon(body, class_=f"land-{name}")


def _wood(horizon: float) -> str:
    points: list[Point] = []
    for n in range((RIGHT - LEFT) // 9):
        x = LEFT + n * 9
        rise = 15 + 13 * math.sin(x / 190) + 7 * math.sin(x / 53)
        points += [(x, horizon - rise), (x + 4.5, horizon - rise - 9 - 19 * noise(n))]
    return polygon([*points, (RIGHT, horizon + 12), (LEFT, horizon + 12)], class_="land-wood")


def _stars(horizon: float) -> list[str]:
    return [
        tag(
            "circle",
            cx=LEFT + noise(n) * (RIGHT - LEFT),
            cy=noise(n + 0.5) * (horizon - 260) - 60,
            r=0.6 + noise(n * 2.3) * 1.1,
        )
        for n in range(90)
    ]


def _clouds(horizon: float) -> list[str]:
    banks = ((170, -330, 1.0), (720, -410, 0.7), (1330, -290, 1.2), (-260, -380, 0.9))
    return [
        tag(
            "ellipse",
            cx=x + (n - 2) * 58 * size,
            cy=horizon + up - math.sin(n * 0.8) * 14 * size,
            rx=(78 + 42 * noise(x + n)) * size,
            ry=(11 + 13 * noise(x - n)) * size,
        )
        for x, up, size in banks
        for n in range(5)
    ]


def _sward(horizon: float, n: int) -> str:
    """Long soft bands, so that the meadow is not one colour."""
    y = horizon + (26, 90, 205)[n]
    points = [
        (float(x), y + (7 + 9 * n) * math.sin(x / (230 + 90 * n) + n))
        for x in range(LEFT, RIGHT + 1, 100)
    ]
    low = [(x, v + 24 + 46 * n) for x, v in reversed(points)]
    return tag("path", d=open_([*points, *low]) + "z", class_=f"land-sward s{n}")
