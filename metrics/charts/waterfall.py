"""From opening to closing, by what came and what went."""

from metrics.charts.canvas import CAPTION, LEFT, RIGHT, TOP, WIDTH, box, drawing, line, text
from metrics.charts.wording import said, short, ticks

HEIGHT, BOTTOM = 300, 40
KINDS = ("new", "reactivation", "expansion", "contraction", "churn", "fx")


def waterfall(answer: dict) -> str | None:
    """One bridge over all rows: the first opening, what moved in them, the last closing; what
    rates moved is a step where money was converted."""
    rows = answer["rows"]
    if not rows or answer["value"] is None:
        return None
    steps = [(kind, sum(row[kind] for row in rows)) for kind in KINDS if kind in rows[0]]
    opening, closing = rows[0]["opening"], rows[-1]["closing"]
    currency = answer.get("currency", "")
    levels, level = [opening], opening
    for _, change in steps:
        level += change
        levels.append(level)
    marks = ticks(0, max(levels))
    bottom = HEIGHT - BOTTOM

    def height(value: float) -> float:
        return bottom - (bottom - TOP) * value / marks[-1]

    width = (WIDTH - LEFT - RIGHT) / (len(steps) + 2)
    parts = [line(LEFT, height(mark), WIDTH - RIGHT, height(mark), kind="grid") for mark in marks]
    parts += [
        text(
            LEFT - 6,
            height(mark) + 4,
            short(mark, "money", currency=currency),
            kind="quiet",
            anchor="end",
        )
        for mark in marks
    ]
    bars = [("opening", 0, opening, "total")]
    before = opening
    for kind, change in steps:
        bars.append((kind, before, before + change, "gain" if change >= 0 else "loss"))
        before += change
    bars.append(("closing", 0, closing, "total"))
    for place, (name, since, until, kind) in enumerate(bars):
        x = LEFT + width * place + 8
        top, low = height(max(since, until)), height(min(since, until))
        money = until if kind == "total" else until - since
        sign = "+" if kind == "gain" and money else ""
        words = f"{sign}{short(money, 'money', currency=currency)}"
        title = f"{name}: {said(money, 'money', currency)}"
        parts.append(box(x, top, width - 16, low - top, kind=kind, title=title))
        parts.append(text(x + width / 2 - 8, top - 5, words, kind="strong", anchor="middle"))
        parts.append(text(x + width / 2 - 8, bottom + 18, name, anchor="middle"))
        if place < len(bars) - 1:
            at = height(until)
            parts.append(line(x + width - 16, at, x + width, at, kind="join"))
    label = f"From {said(opening, 'money', currency)} to {said(closing, 'money', currency)}"
    words = f"monthly recurring revenue, {currency}; losses are hatched"
    parts.append(text(WIDTH / 2, HEIGHT + 2, words, kind="quiet", anchor="middle"))
    return drawing(parts, HEIGHT + CAPTION, label)
