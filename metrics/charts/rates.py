"""Rates with their intervals, row by row, each beside the published band where there is one."""

from metrics.charts.canvas import LINE, RIGHT, TOP, WIDTH, box, dot, drawing, line, text
from metrics.charts.wording import said, short, ticks

NAMES, ROOM, BOTTOM = 190, 120, 26
NAMED = ("rule", "motion", "variant", "kind")


def rates(answer: dict) -> str | None:
    """A dot with its whisker for each row that has a rate; the band is a pale bar behind it."""
    rows = [row for row in answer["rows"] if row["rate"] is not None]
    if not rows:
        return None
    ends = [
        row[name] or 0.0 for row in rows for name in ("rate", "high", "band_high") if name in row
    ]
    marks = ticks(0.0, max(*ends, 0.05))
    bottom = TOP + LINE * len(rows) + 8

    def across(value: float) -> float:
        return NAMES + (WIDTH - NAMES - ROOM - RIGHT) * value / marks[-1]

    parts = [line(across(mark), TOP, across(mark), bottom, kind="grid") for mark in marks]
    parts += [
        text(
            across(mark),
            bottom + 16,
            short(mark, "rate", marks[1] - marks[0]),
            kind="quiet",
            anchor="middle",
        )
        for mark in marks
    ]
    for place, row in enumerate(rows):
        y = TOP + LINE * place + LINE / 2
        name = next(str(row[key]) for key in NAMED if key in row).replace("_", " ")
        parts.append(text(NAMES - 10, y + 4, name, anchor="end"))
        parts += _band(row, y, across)
        parts.append(line(across(row["low"]), y, across(row["high"]), y, kind="whisker"))
        parts.append(dot(across(row["rate"]), y, 5, f"{name}: {said(row['rate'], 'rate')}"))
        words = f"{said(row['rate'], 'rate')} {row.get('verdict') or ''}".strip()
        parts.append(text(WIDTH - RIGHT, y + 4, words, kind="strong", anchor="end"))
    return drawing(parts, bottom + BOTTOM, f"{len(rows)} rates with their intervals")


def _band(row: dict, y: float, across) -> list[str]:
    low, high = row.get("band_low"), row.get("band_high")
    if low is None or high is None:
        return []
    title = f"Published: {said(low, 'rate')} to {said(high, 'rate')}"
    width = across(high) - across(low)
    return [box(across(low), y - 9, width, 18, kind="band", title=title)]
