"""Figures side by side: bars of what adds up, dots with intervals of what is compared."""

from metrics.charts.canvas import LINE, RIGHT, TOP, WIDTH, box, dot, drawing, line, text
from metrics.charts.wording import named, said, short, ticks

NAMES, ROOM, BOTTOM = 170, 96, 26
MOST = 24  # pairs that are drawn


def bars(answer: dict) -> str | None:
    """One bar for each part of the whole, as long as its share of the longest."""
    unit, rows = _rows(answer)
    if not any(value for _, value in rows):
        return None
    longest, currency = max(abs(value) for _, value in rows), answer.get("currency", "")
    parts = []
    for place, (name, value) in enumerate(rows):
        y = TOP + LINE * place
        words = said(value, unit, currency)
        width = (WIDTH - NAMES - ROOM - RIGHT) * abs(value) / longest
        kind = "gain" if value >= 0 else "loss"
        parts.append(text(NAMES - 10, y + 15, name, anchor="end"))
        parts.append(box(NAMES, y + 3, width, LINE - 8, kind=kind, title=f"{name}: {words}"))
        parts.append(text(NAMES + width + 6, y + 15, words, kind="strong"))
    return drawing(parts, TOP + LINE * len(rows) + 8, f"{len(rows)} parts")


def _rows(answer: dict) -> tuple[str, list[tuple[str, float]]]:
    """What adds up to the whole, with its names."""
    if "distribution" in answer:
        counted = [(_products(row), row["customers"]) for row in answer["distribution"]]
        return "count", counted
    if "by_products" in answer:
        return "money", [(_products(row), row["mrr"]) for row in answer["by_products"]]
    parts = {**answer.get("parts", {}), **answer.get("unsold", {})}
    return "money", [(name.replace("_", " "), value) for name, value in parts.items()]


def _products(row: dict) -> str:
    return f"{row['products']} product{'s' if row['products'] != 1 else ''}"


def dots(answer: dict) -> str | None:
    """The whole and each group as a dot with its interval, on one scale."""
    whole = "difference" if answer["unit"] == "points" else "all"
    rows = [(whole, answer), *((named(group["key"]), group) for group in answer["groups"])]
    rows = [(name, row) for name, row in rows if row["value"] is not None]
    unit, currency = answer["unit"], answer.get("currency", "")
    if other := next((group["unit"] for group in answer["groups"] if "unit" in group), None):
        # On one scale stands what has one unit: the whole is told in words above.
        unit, rows = other, [(name, row) for name, row in rows if row is not answer]
    if not rows:
        return None
    ends = [value for _, row in rows for value in (row["value"], *_bounds(row))]
    marks = ticks(min(0.0, *ends), max(0.0, *ends))
    bottom = TOP + LINE * len(rows) + 8

    def across(value: float) -> float:
        room = WIDTH - NAMES - ROOM - RIGHT
        return NAMES + room * (value - marks[0]) / (marks[-1] - marks[0])

    parts = []
    for mark in marks:
        parts.append(line(across(mark), TOP, across(mark), bottom, kind="grid"))
        parts.append(
            text(
                across(mark),
                bottom + 16,
                short(mark, unit, marks[1] - marks[0], currency),
                kind="quiet",
                anchor="middle",
            )
        )
    for place, (name, row) in enumerate(rows):
        y = TOP + LINE * place + LINE / 2
        words = said(row["value"], unit, row.get("currency", currency))
        parts.append(text(NAMES - 10, y + 4, name, anchor="end"))
        if row.get("interval"):
            low, high = (across(end) for end in _bounds(row))
            parts.append(line(low, y, high, y, kind="whisker"))
        parts.append(dot(across(row["value"]), y, 5, f"{name}: {words}"))
        parts.append(text(WIDTH - RIGHT, y + 4, words, kind="strong", anchor="end"))
    return drawing(parts, bottom + BOTTOM, f"{len(rows)} figures with their intervals")


def sequence(answer: dict) -> str | None:
    """The pairs that most customers could go through, as dots: who took the second in a year."""
    rows = sorted(answer["rows"], key=lambda row: -row["n"])
    return _pairs(answer, rows, "by_365", ("from", "to"))


def order(answer: dict) -> str | None:
    """The pairs that most customers have, as dots: who took the first of the two before."""
    rows = sorted(answer["rows"], key=lambda row: -row["before"] - row["after"])
    return _pairs(answer, rows, "share_before", ("first", "second"))


def _pairs(answer: dict, rows: list[dict], figure: str, names: tuple[str, str]) -> str | None:
    told = [
        {
            "key": {"pair": " \N{RIGHTWARDS ARROW} ".join(row[name][:11] for name in names)},
            "value": row[figure],
            "interval": row if row["low"] is not None else None,
        }
        for row in rows
        if row[figure] is not None
    ]
    return dots({**answer, "groups": told[:MOST]})


def _bounds(row: dict) -> tuple[float, ...]:
    interval = row.get("interval")
    return (interval["low"], interval["high"]) if interval else ()
