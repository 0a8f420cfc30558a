"""The course of a figure over months, of the whole and of each group: one small panel each."""

from dataclasses import dataclass

from metrics.charts.canvas import CAPTION, NARROW, RIGHT, TOP, cut, dot, drawing, line, text, under
from metrics.charts.lines import month_of, places, points, runs
from metrics.charts.wording import RATES, caption, named, said, short, ticks

MOST = 8  # panels of groups: more is no picture any more; the table has them all
HEAD, PLOT, GAP = 18, 66, 14
LEFT, LABELS, WORDS = 60, 4, 60  # letters of a line that names what is left out


@dataclass(frozen=True)
class Panel:
    """A series under its name, on the scale of its marks."""

    name: str
    series: list[dict]
    marks: list[float]
    currency: str


def multiples(answer: dict) -> str | None:
    """Panels of those that have a figure, the whole's first; None where no group has any.

    Rates of groups share a scale, so that they compare. What has a size has a scale for each, as
    the whole has: the smaller ones would be flat. Of many groups the largest are drawn, in their
    order, and the others are named.
    """
    groups = [group for group in answer["groups"] if _known(group.get("series", []))]
    if not groups:
        return None
    largest = sorted(groups, key=lambda group: -group["n"])[:MOST]
    drawn = [group for group in groups if group in largest]
    panels = [_panel("all", answer, [answer])] if _known(answer["series"]) else []
    shared = answer["unit"] in RATES
    panels += [_panel(_name(group), group, drawn if shared else [group]) for group in drawn]
    parts = [
        part
        for place, panel in enumerate(panels)
        for part in _drawn(panel, answer["unit"], TOP + place * (HEAD + PLOT + GAP))
    ]
    bottom = TOP + len(panels) * (HEAD + PLOT + GAP)
    parts += _months(panels[0].series, bottom + 2)
    told = caption({**answer, "groups": drawn}, mark="band")
    told += "; groups share a scale" if shared else "; each has its own scale"
    told += "".join(f"; {words}" for words in _left_out(groups, drawn))
    said_below = under(told, bottom + 24)
    height = bottom + 22 + CAPTION * len(said_below)
    return drawing(parts + said_below, height, f"{len(panels)} courses", width=NARROW)


def _known(series: list[dict]) -> list[dict]:
    return [row for row in series if row["value"] is not None]


def _name(group: dict) -> str:
    return cut(named(group["key"]), 30)


def _panel(name: str, part: dict, alike: list[dict]) -> Panel:
    known = [row for each in alike for row in _known(each["series"])]
    bounds = [row["interval"] for row in known if row["interval"]]
    low = min([*(row["value"] for row in known), *(each["low"] for each in bounds)])
    high = max([*(row["value"] for row in known), *(each["high"] for each in bounds)])
    marks = ticks(min(0, low) if low < 0.4 * high else low, high, 2)
    return Panel(name, part["series"], marks, part.get("currency", ""))


def _drawn(panel: Panel, unit: str, top: float) -> list[str]:
    head, bottom = top + HEAD, top + HEAD + PLOT
    low, high = panel.marks[0], panel.marks[-1]
    count = max(len(panel.series) - 1, 1)

    def at(place: int, value: float) -> tuple[float, float]:
        return _across(place, count), bottom - (bottom - head) * (value - low) / (high - low)

    last = _known(panel.series)[-1]["value"]
    parts = [
        text(LEFT, top + 10, panel.name, kind="strong"),
        text(NARROW - RIGHT, top + 10, said(last, unit, panel.currency), anchor="end"),
    ]
    for mark in panel.marks:
        _, y = at(0, mark)
        words = short(mark, unit, panel.marks[1] - low, panel.currency)
        parts.append(line(LEFT, y, NARROW - RIGHT, y, kind="grid"))
        if mark in (low, high):
            parts.append(text(LEFT - 6, y + 4, words, kind="quiet", anchor="end"))
    values = [row["value"] for row in panel.series]
    bands = [row["interval"] for row in panel.series]
    for run in runs(bands):
        edge = [at(place, bands[place]["low"]) for place in run]
        edge += [at(place, bands[place]["high"]) for place in reversed(run)]
        parts.append(f'<polygon class="mc-band" points="{points(edge)}"/>')
    for run in runs(values):
        course = points([at(place, values[place]) for place in run])
        parts.append(f'<polyline class="mc-line" points="{course}"/>')
        for place in run:
            words = said(values[place], unit, panel.currency)
            title = f"{panel.name}, {month_of(panel.series[place])}: {words}"
            parts.append(dot(*at(place, values[place]), 2, title))
    return parts


def _months(series: list[dict], y: float) -> list[str]:
    """The months below the last panel, for all of them."""
    last = len(series) - 1
    return [
        text(
            _across(place, max(last, 1)),
            y,
            month_of(series[place]),
            kind="quiet",
            anchor="end" if place == last else "middle",
        )
        for place in places(len(series), LABELS)
    ]


def _across(place: int, count: int) -> float:
    return LEFT + 4 + (NARROW - LEFT - RIGHT - 8) * place / count


def _left_out(groups: list[dict], drawn: list[dict]) -> list[str]:
    """The names of groups that are not drawn, on lines that fit."""
    names = [_name(group) for group in groups if group not in drawn]
    lines = ["not drawn: "] if names else []
    for place, name in enumerate(names):
        word = name + (", " if place < len(names) - 1 else "")
        if len(lines[-1]) + len(word) > WORDS:
            lines.append("")
        lines[-1] += word
    return [each.strip() for each in lines]
