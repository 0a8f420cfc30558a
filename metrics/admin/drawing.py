"""From figures to the coordinates of small pictures that the pages draw as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

Values = Sequence[float | None]
SPARK = (120, 32)
CHART = (560, 220)
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 12, 26
SCALES = ((0.1, 2), (0.25, 5), (0.5, 5), (0.75, 3))  # highest share, steps up to it
DASHES = ("", "7 4", "2 3")  # lines differ without colour too


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Line:
    name: str
    points: str
    dots: list[Dot]
    dash: str
    place: int


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    band: str
    across: list[Tick]
    up: list[Tick]
    table: list[tuple[str, list[float | None]]]
    width: int = CHART[0]
    height: int = CHART[1]


def spark(values: Values) -> Line | None:
    """A line of its own scale, None when there are not two values to join."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    width, height = SPARK
    dots = _dots(values, low, high, (2, width - 4), (3, height - 3))
    return Line("", _points(dots), dots, "", 0)


def shares(named: dict[str, Values], labels: Sequence[str], band: Sequence[tuple]) -> Chart:
    """Lines of shares between 0 and the next round figure, over labelled months.

    `band` has the bounds of the first line's interval for each month.
    """
    known = [value for values in named.values() for value in values if value is not None]
    known += [high for _, high in band if high is not None]
    top, steps = next((scale for scale in SCALES if max(known, default=0) <= scale[0]), (1.0, 4))
    across = (LEFT, CHART[0] - RIGHT)
    up = (TOP, CHART[1] - BOTTOM)
    lines = [
        Line(name, _points(dots), dots, DASHES[place % len(DASHES)], place)
        for place, (name, values) in enumerate(named.items())
        for dots in [_dots(values, 0, top, across, up)]
        if dots
    ]
    low = _dots([bounds[0] for bounds in band], 0, top, across, up)
    high = _dots([bounds[1] for bounds in band], 0, top, across, up)
    step = (across[1] - across[0]) / max(len(labels) - 1, 1)
    return Chart(
        lines=lines,
        band=_points([*low, *reversed(high)]),
        across=[
            Tick(round(across[0] + step * place, 1), label)
            for place, label in enumerate(labels)
            if (len(labels) - 1 - place) % 6 == 0
        ],
        up=[
            Tick(round(up[1] - (up[1] - up[0]) * step / steps, 1), f"{top * step / steps:.0%}")
            for step in range(steps + 1)
        ],
        table=[
            (label, [values[place] for values in named.values()])
            for place, label in enumerate(labels)
        ],
    )


def _dots(values: Values, low: float, high: float, across: tuple, up: tuple) -> list[Dot]:
    step = (across[1] - across[0]) / max(len(values) - 1, 1)
    scale = (up[1] - up[0]) / ((high - low) or 1)
    return [
        Dot(round(across[0] + step * place, 1), round(up[1] - (value - low) * scale, 1), value)
        for place, value in enumerate(values)
        if value is not None
    ]


def _points(dots: Sequence[Dot]) -> str:
    return " ".join(f"{dot.x},{dot.y}" for dot in dots)
