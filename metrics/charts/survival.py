"""For what share it has happened, day by day: steps with their band, groups beside the whole."""

from metrics.charts.bars import dots
from metrics.charts.canvas import LEFT, RIGHT, TOP, WIDTH, drawing, line, text
from metrics.charts.lines import LABELS
from metrics.charts.wording import named, percent, ticks

HEIGHT, BOTTOM, NAMES = 320, 56, 116
DASHES = ("2 3", "7 4", "12 3 2 3", "1 5")  # of groups: told apart without colours


def survival(answer: dict) -> str | None:
    """The share by days as long as at least ten are at risk; at most four groups as dashes."""
    whole, groups = answer.get("curve") or [], answer["groups"][: len(DASHES)]
    groups = [group for group in groups if group.get("curve")]
    if not whole:
        return _few(answer)
    curves = [whole, *(group["curve"] for group in groups)]
    days = ticks(0, max(curve[-1]["days"] for curve in curves), LABELS)
    highest = max(point["high"] or point["share"] for curve in curves for point in curve)
    shares = ticks(0, min(1, highest))

    def at(day: float, share: float) -> str:
        bottom = HEIGHT - BOTTOM
        x = LEFT + (WIDTH - LEFT - RIGHT - NAMES) * day / days[-1]
        return f"{x:.1f},{bottom - (bottom - TOP) * share / shares[-1]:.1f}"

    parts = _axes(days, shares, at)
    known = [point for point in whole if point["low"] is not None]
    if known:
        edge = _steps(known, "high", at)[1:] + _steps(known, "low", at)[:0:-1]
        parts.append(f'<polygon class="mc-band" points="{" ".join(edge)}"/>')
    labels = []
    for place, curve in enumerate(curves):
        dash = f' stroke-dasharray="{DASHES[place - 1]}"' if place else ""
        points = " ".join(_steps(curve, "share", at))
        parts.append(f'<polyline class="mc-line"{dash} points="{points}"/>')
        name = "all" if place == 0 else named(groups[place - 1]["key"])
        y = float(_steps(curve, "share", at)[-1].split(",")[1])
        labels.append((y, f"{name[:12]} {percent(curve[-1]['share'], 0)}"))
    parts += _labels(labels)
    last = whole[-1]
    return drawing(parts, HEIGHT, f"{percent(last['share'], 1)} by day {last['days']}")


def _few(answer: dict) -> str | None:
    """Where fewer than ten are followed there is no curve: what is known of some days."""
    rows = [
        {
            "key": {"by": f"by {row['days']} days"},
            "value": row["share"],
            "interval": row if row["low"] is not None else None,
        }
        for row in answer.get("reached_by", [])
    ]
    return dots({"unit": "rate", "value": None, "groups": rows})


def _axes(days: list[float], shares: list[float], at) -> list[str]:
    parts = []
    for share in shares:
        y = float(at(0, share).split(",")[1])
        parts.append(line(LEFT, y, WIDTH - RIGHT - NAMES, y, kind="grid"))
        words = percent(share, 0 if shares[1] >= 0.01 else 1)
        parts.append(text(LEFT - 6, y + 4, words, kind="quiet", anchor="end"))
    for day in days:
        x = float(at(day, 0).split(",")[0])
        words = f"{day:,.0f}"
        parts.append(text(x, HEIGHT - BOTTOM + 18, words, kind="quiet", anchor="middle"))
    middle = (LEFT + WIDTH - RIGHT - NAMES) / 2
    words = "days after the first paid day"
    parts.append(text(middle, HEIGHT - 14, words, kind="quiet", anchor="middle"))
    return parts


def _steps(curve: list[dict], name: str, at) -> list[str]:
    """From nought on, level between two days and up on each; one value where there is no bound."""
    points, level = [at(0, 0)], 0.0
    for point in curve:
        points.append(at(point["days"], level))
        level = level if point[name] is None else point[name]
        points.append(at(point["days"], level))
    return points


def _labels(labels: list[tuple[float, str]]) -> list[str]:
    """The names beside the plot, as high as the lines end, apart where they would overlap."""
    parts, free = [], float("-inf")
    for y, words in sorted(labels):
        free = max(y, free + 14)
        parts.append(text(WIDTH - RIGHT - NAMES + 6, free + 4, words, kind="strong"))
    return parts
