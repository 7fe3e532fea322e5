"""One page with every chart, as full, as empty and as strange as it gets."""

from urllib.parse import urlsplit

from markupsafe import Markup

from trailpost.dashboard import charts, templates
from trailpost.dashboard.http.errors import HEADERS
from trailpost.dashboard.rules.views import Change
from trailpost.http import static

URL = "http://gallery.test/"
LONG = (
    "Fassadenplatten in einer Farbe, deren Name länger ist als jede Spalte, in der er stehen soll"
)
HOSTILE = '<script>alert("1")</script> & "quotes"'
HEBREW = "עמוד הבית הראשי"

UP = Change(arrow="up", text="12 %", words="up 12 percent", tone="good")
DOWN = Change(arrow="down", text="4.1 %", words="down 4.1 percent", tone="bad")


def funnel():
    counts = (4812, 3120, 2840, 2011, 1655, 1490, 402, 61)
    labels = ("Session", "First choice", "Nest", "Gebäudehülle", "Innenverkleidung")
    labels += ("Fußboden", "Order attempt", "Converted")
    before = (100.0, 61.2, 57.0, 44.5, 36.8, 33.0, 9.1, 1.9)
    steps = tuple(
        charts.Step(
            key=label.lower(),
            label=label,
            count=count,
            of_first=100 * count / counts[0],
            of_previous=100 * count / counts[max(0, n - 1)],
            median=(48.0, 12.0, 95.0, 130.0, 71.0, 310.0, 90_000.0, None)[n],
            before=before[n],
            url=f"/admin/sessions?step={n}",
        )
        for n, (label, count) in enumerate(zip(labels, counts, strict=True))
    )
    heads = (
        charts.Head("Step"),
        charts.Head("Sessions", "Sessions that reached the step, in this order."),
        charts.Head("Of first", "Of the sessions at the first step."),
        charts.Head("Of previous", "Of the sessions at the step before."),
        charts.Head("Median to next", "Half of those who went on took at most this long."),
    )
    return charts.funnel(charts.Funnel(id="funnel", title="Funnel", steps=steps, heads=heads))


def sources():
    rows = (
        charts.Bar(key="direct", label="direct", value=1204, share=48.2, before=1101, change=UP,
                   url="?source=direct"),
        charts.Bar(key="google", label="google.com", value=640, share=25.6, before=702,
                   change=DOWN, url="?source=google.com"),
        charts.Bar(key="hebrew", label=HEBREW, value=230, share=9.2, before=300, url="?source=he"),
        charts.Bar(key="long", label=LONG, value=190, share=7.6, url="?source=long"),
        charts.Bar(key="hostile", label=HOSTILE, value=12, share=0.5, change=UP),
        charts.Bar(key="zero", label="bing.com", value=0, share=0.0, before=4),
        charts.Bar(key="unknown", label="unknown", value=None),
        charts.Bar(key="rest", label="Other (41)", value=221, share=8.9, is_rest=True),
    )  # fmt: skip
    heads = (
        charts.Head("Source", "What the address or the referrer says."),
        charts.Head("Sessions"),
        charts.Head("Share"),
        charts.Head("Change"),
    )
    return charts.bars(
        charts.Bars(id="sources", title="Sources", rows=rows, heads=heads, noun="sessions")
    )


def kept():
    rows = tuple(
        charts.Bar(key=key, label=label, value=rate, interval=interval, url=f"?option=nest:{key}")
        for key, label, rate, interval in (
            ("nest80", "Nest. 80", 71.0, (66.2, 75.4)),
            ("nest100", "Nest. 100", 64.4, (52.0, 75.1)),
            ("nest120", "Nest. 120", 100.0, (34.2, 100.0)),
            ("nest160", "Nest. 160", 0.0, (0.0, 65.8)),
        )
    )
    heads = (charts.Head("Option"), charts.Head("Keep rate", "Of those who chose it, who kept it."))
    return charts.bars(
        charts.Bars(id="kept", title="Keep rate", rows=rows, heads=heads, full=100, unit="percent")
    )


def one_bar():
    rows = (charts.Bar(key="one", label="One", value=10**9, share=100.0),)
    return charts.bars(charts.Bars(id="one-bar", title="One bar", rows=rows, noun="sessions"))


def heatmap():
    cells = tuple(
        charts.Cell(day, hour, None if day == 7 and hour < 3 else _busy(day, hour))
        for day in range(1, 8)
        for hour in range(24)
    )
    return charts.heatmap(charts.Heatmap(id="hours", title="Sessions by hour", cells=cells))


def _busy(day, hour):
    evening = max(0, 60 - 9 * abs(hour - 20))
    noon = max(0, 34 - 8 * abs(hour - 12))
    return (evening + noon) * (2 if day >= 6 else 1) + (day * hour) % 5


def prices():
    counts = (2, 9, 31, 84, 132, 118, 73, 66, 41, 22, 12, 9, 3, 0, 1)
    bins = tuple(
        charts.Bin(150_000 + 20_000 * n, 170_000 + 20_000 * n, count)
        for n, count in enumerate(counts)
    )
    return charts.distribution(
        charts.Distribution(
            id="prices", title="Configured value", bins=bins, unit="eur",
            p10=198_000, median=246_400, p90=334_000,
        )
    )  # fmt: skip


def latencies():
    bins = tuple(charts.Bin(2.0**n, 2.0 ** (n + 1), 3 + 40 * n * (11 - n)) for n in range(12))
    return charts.distribution(
        charts.Distribution(
            id="latencies", title="Response time", bins=bins, unit="ms", noun="requests",
            p10=18, median=24, p90=31, scale="log",
        )
    )  # fmt: skip


def cohorts():
    rows = tuple(
        charts.Cohort(
            key=f"2026-{n}",
            label=f"{1 + 7 * n % 28} Sep 2026",
            size=900 - 61 * n,
            shares=(100.0, *(round((14.2 - n % 3) / week, 1) for week in range(1, 9 - n))),
            url=f"?from={n}",
        )
        for n in range(9)
    )
    return charts.cohorts(charts.Cohorts(id="cohorts", title="Visitors who came back", rows=rows))


STEPS = ("nest", "gebaeudehuelle", "innenverkleidung", "fussboden", "fenster", "pvanlage")
LABELS = ("Nest", "Gebäudehülle", "Innenverkleidung", "Fußboden", "Fenster & Türen", "PV-Anlage")


def flow(columns=8, id="flow"):
    """Most go on to the next category, some skip one, some go back, some leave."""
    nodes, links = {}, {}
    here = {"nest": 2400, "gebaeudehuelle": 700, "fenster": 160}
    for step in range(1, columns + 1):
        for key, count in here.items():
            nodes[step, key] = count
        if step == columns:
            break
        after = {}
        for key, count in here.items():
            if key in ("left", "converted"):
                continue
            n = STEPS.index(key)
            ways = [
                (STEPS[(n + 1) % 6], 0.56),
                (STEPS[(n + 2) % 6], 0.14),
                (STEPS[n - 1], 0.1),
                ("left", 0.16),
                ("converted", 0.04),
            ]
            for target, share in ways:
                went = int(count * share)
                returns = step > 1 and target == STEPS[n - 1]
                links[step, key, target, returns] = went
                after[target] = after.get(target, 0) + went
        here = after
    return charts.flow(
        charts.Flow(
            id=id,
            title="Paths through categories",
            nodes=tuple(_node(step, key, count) for (step, key), count in nodes.items()),
            links=tuple(
                charts.Link(step=s, source=a, target=b, count=c, returns=r)
                for (s, a, b, r), c in links.items()
            ),
        )
    )


def _node(step, key, count):
    if key in ("left", "converted"):
        kind = "end" if key == "left" else "converted"
        return charts.Node(step=step, key=key, label=key.capitalize(), count=count, kind=kind)
    label = LABELS[STEPS.index(key)]
    return charts.Node(step=step, key=key, label=label, count=count, url=f"?category={key}")


def paths():
    rows = (
        charts.Path(key="a", steps=LABELS[:4], count=310, share=12.9, end="converted",
                    converted=True, url="?path=a"),
        charts.Path(key="b", steps=(*LABELS[:2], LABELS[0], LABELS[2]), count=204, share=8.5,
                    end="left", url="?path=b"),
        charts.Path(key="c", steps=LABELS + LABELS, count=9, share=0.4, end="left"),
    )  # fmt: skip
    return charts.paths(charts.Paths(id="paths", title="Most frequent paths", rows=rows))


def sparks():
    lines = (
        charts.Sparkline(title="Sessions", values=(3, 9, 4, 12, 15, 11, 18, 22, 7), open=True),
        charts.Sparkline(title="Rate", values=(1, None, 2, 2.5, None, None, 3), unit="percent"),
        charts.Sparkline(title="Nothing yet", values=(0, 0, 0, 0)),
    )
    card = Markup('<div class="card"><dt>{}</dt><dd class="figure">9</dd><dd>{}</dd></div>')
    cards = [card.format(line.title, charts.sparkline(line)) for line in lines]
    return Markup('<dl class="cards">{}</dl>').format(Markup("").join(cards))


def gauges():
    made = [
        charts.gauge(charts.Gauge(id=f"gauge-{r}", title="Efficiency", value=v, label=label,
                                  rating=r, definition="Of 100 requests, how many were fast."))
        for v, label, r in ((94.0, "good", "good"), (61.0, "needs improvement", "fair"),
                            (0.0, "poor", "poor"))
    ]  # fmt: skip
    nothing = charts.Gauge(id="gauge-none", title="Efficiency", value=None, label="", rating="good")
    made.append(charts.gauge(nothing))
    return Markup('<div class="cards">{}</div>').format(Markup("").join(made))


def vitals():
    rows = (
        charts.Vital(key="lcp", title="LCP", good=812, fair=140, poor=61, p75=2310, rating="good",
                     bounds="good up to 2.5 s, poor over 4 s", definition="Largest paint."),
        charts.Vital(key="inp", title="INP", good=300, fair=420, poor=12, p75=260, rating="fair",
                     bounds="good up to 200 ms, poor over 500 ms"),
        charts.Vital(key="cls", title="CLS", good=2, fair=1, poor=90, text="0.42", rating="poor",
                     bounds="good up to 0.1, poor over 0.25"),
        charts.Vital(key="ttfb", title="TTFB", good=0, fair=0, poor=0),
    )  # fmt: skip
    return charts.vitals(charts.Vitals(id="vitals", title="Web vitals", rows=rows))


def empty():
    return charts.funnel(charts.Funnel(id="empty", title="Nothing", steps=()))


PANELS = {
    "Funnel": funnel, "Sources": sources, "Keep rate": kept, "One": one_bar, "Hours": heatmap,
    "Prices": prices, "Response times": latencies, "Cohorts": cohorts, "Flow": flow,
    "Few steps": lambda: flow(4, "few"), "Paths": paths, "Courses": sparks, "Gauges": gauges,
    "Vitals": vitals, "Empty": empty,
}  # fmt: skip

PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<title>Charts</title><link rel="stylesheet" href="/main.css"></head><body>{}'
    '<main id="main"><h1>Charts</h1><div class="stack">{}</div></main></body></html>'
)


PANEL = Markup('<section class="panel"><header><h2>{}</h2></header><div id="{}">{}</div></section>')


def page():
    panels = [
        PANEL.format(
            title,
            "again-here" if title == "Sources" else f"panel-{title.replace(' ', '-')}",
            draw(),
        )
        for title, draw in PANELS.items()
    ]
    return PAGE.format(Markup(templates.render("_icons")), Markup("").join(panels))


def answer(route, again):
    path = urlsplit(route.request.url).path
    bundles = static.manifest()
    if path.startswith("/static/"):
        route.fulfill(path=static.FOLDER / path.removeprefix("/static/"))
    elif path == "/main.css":
        route.fulfill(path=static.FOLDER / bundles["styles/main.css"].file)
    elif path == "/again":
        route.fulfill(body=str(again), content_type="text/html")
    elif path == "/":
        script = SCRIPT.format(bundles["dashboard/index.ts"].file) if again else Markup("")
        html = page().replace(Markup("</main>"), script + Markup("</main>"))
        route.fulfill(body=str(html), content_type="text/html", headers=HEADERS)
    else:
        route.fulfill(body="", status=204)


SCRIPT = Markup(
    '<script type="module" src="/static/{}"></script>'
    '<button id="again" hx-get="/again" hx-target="#again-here" hx-swap="innerMorph">Again</button>'
)


def show(browser, *, width=1200, height=900, scheme="light", again=None, **options):
    """The gallery under the pages' own policy, without a server; `errors` is what it logged.

    With `again`, the sources are morphed into it when #again is clicked.
    """
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, **options
    )
    made = context.new_page()
    made.errors = []
    made.on("console", lambda m: made.errors.append(m.text) if m.type == "error" else None)
    made.route("**/*", lambda route: answer(route, again))
    made.goto(URL)
    return made
