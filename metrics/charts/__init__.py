"""Pictures of answers, as SVG: one for each kind that metrics name."""

from metrics.charts.bars import bars, dots, order, sequence
from metrics.charts.canvas import standalone
from metrics.charts.grids import activity, cohorts, heatmap
from metrics.charts.lines import lines
from metrics.charts.multiples import multiples
from metrics.charts.rates import rates
from metrics.charts.retention import retention_curve
from metrics.charts.survival import survival
from metrics.charts.waterfall import waterfall

DRAWN = {
    "waterfall": waterfall,
    "cohorts": cohorts,
    "activity": activity,
    "heatmap": heatmap,
    "rates": rates,
    "parts": bars,
    "distribution": bars,
    "mix": bars,
    "survival": survival,
    "curve": retention_curve,
    "sequence": sequence,
    "order": order,
}


def picture(answer: dict, kind: str) -> str | None:
    """The picture of an answer, for a page that knows its colours; None where nothing is known.

    A series is a line over its months, whatever the metric, and one in groups a small panel for
    each; what has no picture of its own is a dot with its interval, for the whole and each group.
    """
    if answer["series"] and kind != "waterfall":
        return multiples(answer) or lines(answer)
    return DRAWN.get(kind, dots)(answer) or dots(answer)


def as_svg(answer: dict, kind: str, title: str) -> str:
    """The same as a file of its own, with its colours and its title."""
    return standalone(picture(answer, kind), title)
