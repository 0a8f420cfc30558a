"""What questions cost by the size of the book, as a picture: one small plot for each question."""

from math import ceil, floor, log10

from metrics.charts.canvas import WIDTH, drawing, line, standalone, text

COLUMNS, LEFT, TOP, DEEP, HIGH = 2, 52, 26, 150, 226
# The families of variants, by how their names begin; of each the fastest is drawn.
FAMILIES = {
    "Portico": ("portico",),
    "SQL": ("SQL", "self-join SQL", "two-CTE SQL", "24 queries", "window SQL"),
    "ORM": ("ORM", "24 ORM queries"),
    "DuckDB": ("DuckDB",),
    "NumPy": ("NumPy",),
}
OTHERS = "stroke:#92400e;stroke-width:1.5;stroke-dasharray:"
LOOKS = {
    "Portico": "stroke-width:3",
    "SQL": f"{OTHERS}7 3",
    "ORM": f"{OTHERS}2 3",
    "DuckDB": f"{OTHERS}9 3 2 3",
    "NumPy": f"{OTHERS}1 5",
}


def curves(sizes: list[dict]) -> str:
    """Every question in a plot of its own; both axes are logarithmic, milliseconds by accounts."""
    told: dict[str, dict[str, list]] = {}
    for size in sizes:
        for question in size["questions"]:
            courses = told.setdefault(question["question"], {})
            for family, value in _fastest(question["timings"]).items():
                courses.setdefault(family, []).append((size["accounts"], value))
    parts = []
    for place, (name, courses) in enumerate(told.items()):
        across, down = place % COLUMNS * WIDTH / COLUMNS, place // COLUMNS * HIGH
        parts.append(
            f'<g transform="translate({across:.0f},{down:.0f})">{_plot(name, courses)}</g>'
        )
    height = ceil(len(told) / COLUMNS) * HIGH + 10
    return standalone(drawing(parts, height, "Cost by size"), "Milliseconds by number of accounts")


def _fastest(timings: list[dict]) -> dict[str, float]:
    found = {}
    for family, beginnings in FAMILIES.items():
        values = [
            each["median_ms"]
            for each in timings
            if each["variant"].startswith(beginnings) and "cached" not in each["variant"]
        ]
        if values:
            found[family] = min(values)
    return found


def _plot(name: str, courses: dict[str, list[tuple[int, float]]]) -> str:
    points = [point for course in courses.values() for point in course]
    across = Axis([size for size, _ in points], LEFT, WIDTH / COLUMNS - 62)
    down = Axis([value for _, value in points], TOP + DEEP, TOP)
    parts = [text(LEFT, 14, name, kind="strong"), *_grid(across, down)]
    ends = []
    for family, course in courses.items():
        marks = [(across.at(size), down.at(value)) for size, value in course]
        edge = " ".join(f"{x:.1f},{y:.1f}" for x, y in marks)
        told = ", ".join(f"{size:,} accounts {value:,.3g} ms" for size, value in course)
        parts.append(
            f'<polyline class="mc-line" points="{edge}" style="{LOOKS[family]}">'
            f"<title>{family}: {told}</title></polyline>"
        )
        ends.append((marks[-1][1], family))
    return "".join([*parts, *_labels(ends)])


def _labels(ends: list[tuple[float, str]]) -> list[str]:
    """Names at the ends of the courses, apart from one another."""
    parts, lowest = [], 0.0
    for y, family in sorted(ends):
        lowest = max(y + 4, lowest + 12)
        parts.append(text(WIDTH / COLUMNS - 56, lowest, family, kind="quiet"))
    return parts


class Axis:
    """From powers of ten to places on the picture."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.low, self.high = floor(log10(min(values))), ceil(log10(max(values)))
        self.high = max(self.high, self.low + 1)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        share = (log10(value) - self.low) / (self.high - self.low)
        return self.start + (self.end - self.start) * share

    def marks(self) -> list[float]:
        return [10.0**power for power in range(self.low, self.high + 1)]


def _grid(across: Axis, down: Axis) -> list[str]:
    parts = []
    for mark in down.marks():
        y = down.at(mark)
        parts.append(line(across.start, y, across.end, y, kind="grid"))
        words = f"{mark:,.0f}" if mark >= 1 else f"{mark:g}"
        parts.append(text(across.start - 6, y + 4, words, kind="quiet", anchor="end"))
    for mark in across.marks():
        x = across.at(mark)
        words = f"{mark / 1e6:g} M" if mark >= 1e6 else f"{mark / 1e3:g} k"
        parts.append(text(x, down.start + 16, words, kind="quiet", anchor="middle"))
    return parts
