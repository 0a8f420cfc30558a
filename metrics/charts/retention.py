"""What is left of customers and of their revenue by months, over all cohorts that are so old."""

from metrics.charts.canvas import LEFT, RIGHT, TOP, WIDTH, dot, drawing, line, text
from metrics.charts.lines import LABELS
from metrics.charts.wording import percent, ticks

HEIGHT, BOTTOM, NAMES = 280, 50, 116
# Each with its name and its dashes: told apart without colours.
CURVES = (("revenue_retention", "revenue", ""), ("logo_retention", "customers", "6 4"))


def retention_curve(answer: dict) -> str | None:
    """Revenue as a line, customers as dashes; the whole that both begin with is marked."""
    points = answer.get("curve") or []
    if len(points) < 2:
        return None
    months = ticks(0, points[-1]["months"], LABELS)
    highest = max(max(point[name] for name, _, _ in CURVES) for point in points)
    marks = ticks(0, highest)

    def at(month: float, share: float) -> tuple[float, float]:
        bottom = HEIGHT - BOTTOM
        x = LEFT + (WIDTH - LEFT - RIGHT - NAMES) * month / months[-1]
        return x, bottom - (bottom - TOP) * share / marks[-1]

    parts = _axes(months, marks, at)
    for name, words, dashes in CURVES:
        places = [at(point["months"], point[name]) for point in points]
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="mc-line"{dash} points="{drawn}"/>')
        for point, (x, y) in zip(points, places, strict=True):
            title = f"{point['months']} months, {point['customers']} customers: {words} "
            parts.append(dot(x, y, 2.5, title + percent(point[name], 1)))
    parts += _names(points[-1], at)
    last = points[-1]
    words = f"{percent(last['revenue_retention'], 1)} of revenue after {last['months']} months"
    return drawing(parts, HEIGHT, words)


def _axes(months: list[float], marks: list[float], at) -> list[str]:
    parts = []
    for mark in marks:
        _, y = at(0, mark)
        kind = "mark" if mark == 1 else "grid"
        parts.append(line(LEFT, y, WIDTH - RIGHT - NAMES, y, kind=kind))
        parts.append(text(LEFT - 6, y + 4, percent(mark, 0), kind="quiet", anchor="end"))
    for month in months:
        x, y = at(month, 0)
        parts.append(text(x, y + 18, f"{month:.0f}", kind="quiet", anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT - NAMES) / 2
    parts.append(
        text(middle, HEIGHT - 12, "months after the first paid day", kind="quiet", anchor="middle")
    )
    return parts


def _names(last: dict, at) -> list[str]:
    """What each line is, beside its end, apart where they would overlap."""
    ends = sorted((at(0, last[name])[1], words, last[name]) for name, words, _ in CURVES)
    parts, free = [], float("-inf")
    for y, words, share in ends:
        free = max(y, free + 14)
        label = f"{words} {percent(share, 0)}"
        parts.append(text(WIDTH - RIGHT - NAMES + 6, free + 4, label, kind="strong"))
    return parts
