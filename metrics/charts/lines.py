"""The course of a figure over months, with its interval."""

from dataclasses import dataclass
from datetime import date, timedelta

from metrics.charts.canvas import CAPTION, LEFT, RIGHT, TOP, WIDTH, dot, drawing, line, text
from metrics.charts.wording import caption, said, short, ticks

HEIGHT, BOTTOM, LABELS = 300, 34, 8


@dataclass(frozen=True)
class Plot:
    """Where the values of a series lie on the picture."""

    marks: list[float]
    count: int

    def height(self, value: float) -> float:
        bottom = HEIGHT - BOTTOM
        low, high = self.marks[0], self.marks[-1]
        return bottom - (bottom - TOP) * (value - low) / (high - low)

    def across(self, place: int) -> float:
        return LEFT + 8 + (WIDTH - LEFT - RIGHT - 16) * place / max(self.count - 1, 1)


def lines(answer: dict) -> str | None:
    """The value of each stretch of the series; gaps where there is none."""
    series, unit, currency = answer["series"], answer["unit"], answer.get("currency", "")
    known = [row for row in series if row["value"] is not None]
    if not known:
        return None
    bounds = [row["interval"] for row in known if row["interval"]]
    low = min([*(row["value"] for row in known), *(each["low"] for each in bounds)])
    high = max([*(row["value"] for row in known), *(each["high"] for each in bounds)])
    # From nought, unless that would flatten what there is to see.
    plot = Plot(ticks(min(0, low) if low < 0.4 * high else low, high), len(series))
    parts = [*_axes(plot, series, unit, currency), *_band(plot, series), *_course(plot, series)]
    for place, row in enumerate(series):
        if row["value"] is not None:
            words = f"{month_of(row)}: {said(row['value'], unit, currency)}"
            parts.append(dot(plot.across(place), plot.height(row["value"]), 3.5, words))
    first, last = (said(known[at]["value"], unit, currency) for at in (0, -1))
    words = caption({**answer, "groups": []}, mark="band")
    parts.append(text(WIDTH / 2, HEIGHT + 8, words, kind="quiet", anchor="middle"))
    return drawing(parts, HEIGHT + CAPTION, f"From {first} to {last}")


def _axes(plot: Plot, series: list[dict], unit: str, currency: str) -> list[str]:
    parts, step = [], plot.marks[1] - plot.marks[0]
    for mark in plot.marks:
        y, words = plot.height(mark), short(mark, unit, step, currency)
        parts.append(line(LEFT, y, WIDTH - RIGHT, y, kind="grid"))
        parts.append(text(LEFT - 6, y + 4, words, kind="quiet", anchor="end"))
    last = len(series) - 1
    for place in places(len(series), LABELS):
        anchor = "end" if place == last else "middle"
        month = month_of(series[place])
        parts.append(text(plot.across(place), HEIGHT - 12, month, kind="quiet", anchor=anchor))
    return parts


def places(count: int, most: int) -> range:
    """Where words stand below a series of so many: the last always, and so many at most."""
    every = -(-count // most)
    return range(count - 1, -1, -every)


def month_of(row: dict) -> str:
    """The month in which a stretch ends, however long it is."""
    return f"{date.fromisoformat(str(row['end'])) - timedelta(days=1):%Y-%m}"


def _band(plot: Plot, series: list[dict]) -> list[str]:
    whole = [(at, row["interval"]) for at, row in enumerate(series) if row["interval"]]
    if len(whole) < 2:
        return []
    edge = [(plot.across(at), plot.height(each["low"])) for at, each in whole]
    edge += [(plot.across(at), plot.height(each["high"])) for at, each in reversed(whole)]
    return [f'<polygon class="mc-band" points="{points(edge)}"/>']


def _course(plot: Plot, series: list[dict]) -> list[str]:
    drawn = []
    for run in runs([row["value"] for row in series]):
        course = [(plot.across(at), plot.height(series[at]["value"])) for at in run]
        drawn.append(f'<polyline class="mc-line" points="{points(course)}"/>')
    return drawn


def runs(values: list) -> list[list[int]]:
    """Places of values that follow one another without a gap."""
    runs: list[list[int]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def points(course: list[tuple[float, float]]) -> str:
    """Places on a picture, as a shape says them."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in course)
