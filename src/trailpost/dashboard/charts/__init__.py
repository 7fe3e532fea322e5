"""Charts as HTML and SVG: each takes one typed value and gives Markup, without any script.

No chart asks anything of the outside: the same value draws the same picture, with the same ids, so
that a swap of the page leaves the focus where it is. Widths stand in SVG attributes, for the pages
allow no inline style. docs/dashboard.md says what each takes.
"""

from trailpost.dashboard.charts.bars import Bar, Bars, bars
from trailpost.dashboard.charts.cohorts import Cohort, Cohorts, cohorts
from trailpost.dashboard.charts.distribution import Bin, Distribution, distribution
from trailpost.dashboard.charts.flow import Flow, Path, Paths, flow, paths
from trailpost.dashboard.charts.funnel import Funnel, Step, funnel
from trailpost.dashboard.charts.heatmap import Cell, Heatmap, heatmap
from trailpost.dashboard.charts.layout import Link, Node
from trailpost.dashboard.charts.parts import Head
from trailpost.dashboard.charts.rating import Gauge, Vital, Vitals, gauge, vitals
from trailpost.dashboard.charts.sparkline import Sparkline, sparkline

__all__ = [
    "Bar",
    "Bars",
    "Bin",
    "Cell",
    "Cohort",
    "Cohorts",
    "Distribution",
    "Flow",
    "Funnel",
    "Gauge",
    "Head",
    "Heatmap",
    "Link",
    "Node",
    "Path",
    "Paths",
    "Sparkline",
    "Step",
    "Vital",
    "Vitals",
    "bars",
    "cohorts",
    "distribution",
    "flow",
    "funnel",
    "gauge",
    "heatmap",
    "paths",
    "sparkline",
    "vitals",
]
