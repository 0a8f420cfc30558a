"""Rates with their intervals, row by row, each beside the published band where there is one."""

from metrics.charts.canvas import (
    CAPTION,
    LINE,
    NARROW,
    RIGHT,
    TOP,
    box,
    dot,
    drawing,
    line,
    room_for,
    text,
    under,
)
from metrics.charts.wording import percent, said, short, ticks

ROOM, VERDICT, BOTTOM = 70, 80, 26
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

    names = [next(str(row[key]) for key in NAMED if key in row).replace("_", " ") for row in rows]
    first = room_for(names)
    last = NARROW - RIGHT - ROOM - VERDICT * any(row.get("verdict") for row in rows)

    def across(value: float) -> float:
        return first + (last - first) * value / marks[-1]

    parts = [line(across(mark), TOP, across(mark), bottom, kind="grid") for mark in marks]
    parts += [
        text(
            across(mark),
            bottom + 16,
            short(mark, "rate", marks[1] - marks[0]),
            kind="quiet",
            anchor="middle",
        )
        for mark in marks[:: 1 + len(marks) // 5]
    ]
    for place, (name, row) in enumerate(zip(names, rows, strict=True)):
        y = TOP + LINE * place + LINE / 2
        parts.append(text(first - 10, y + 4, name, anchor="end"))
        parts += _band(row, y, across)
        parts.append(line(across(row["low"]), y, across(row["high"]), y, kind="whisker"))
        parts.append(dot(across(row["rate"]), y, 5, f"{name}: {said(row['rate'], 'rate')}"))
        words = f"{said(row['rate'], 'rate')} {row.get('verdict') or ''}".strip()
        parts.append(text(NARROW - RIGHT, y + 4, words, kind="strong", anchor="end"))
    level = percent(answer.get("parameters", {}).get("level", 0.95), 0)
    words = f"share that is won; the line is the {level} interval"
    if any(row.get("band_low") is not None for row in rows):
        words += ", the bar what is published"
    told = under(words, bottom + BOTTOM + 8)
    label = f"{len(rows)} rates with their intervals"
    height = bottom + BOTTOM + CAPTION * len(told)
    return drawing(parts + told, height, label, width=NARROW)


def _band(row: dict, y: float, across) -> list[str]:
    low, high = row.get("band_low"), row.get("band_high")
    if low is None or high is None:
        return []
    title = f"Published: {said(low, 'rate')} to {said(high, 'rate')}"
    width = across(high) - across(low)
    return [box(across(low), y - 9, width, 18, kind="band", title=title)]
