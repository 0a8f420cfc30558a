"""Figures side by side: bars of what adds up, dots with intervals of what is compared."""

from metrics.charts.canvas import (
    CAPTION,
    LINE,
    NARROW,
    RIGHT,
    TOP,
    box,
    cut,
    dot,
    drawing,
    line,
    room_for,
    text,
    under,
)
from metrics.charts.wording import caption, named, said, short, ticks

ROOM, BOTTOM = 84, 26
LONGEST, LABEL = 30, 50  # letters of a name; how far apart the words of an axis are
MOST = 24  # pairs that are drawn


def bars(answer: dict) -> str | None:
    """One bar for each part of the whole, as long as its share of the longest."""
    unit, rows = _rows(answer)
    if not any(value for _, value in rows):
        return None
    longest, currency = max(abs(value) for _, value in rows), answer.get("currency", "")
    parts, names = [], room_for([name for name, _ in rows])
    for place, (name, value) in enumerate(rows):
        y = TOP + LINE * place
        words = said(value, unit, currency)
        width = (NARROW - names - ROOM - RIGHT) * abs(value) / longest
        kind = "gain" if value >= 0 else "loss"
        parts.append(text(names - 10, y + 15, name, anchor="end"))
        parts.append(box(names, y + 3, width, LINE - 8, kind=kind, title=f"{name}: {words}"))
        parts.append(text(names + width + 6, y + 15, words, kind="strong"))
    bottom = TOP + LINE * len(rows) + 8
    what = "customers" if unit == "count" else f"monthly recurring revenue, {currency}"
    what += "; losses are hatched" if any(value < 0 for _, value in rows) else ""
    parts.append(text(names, bottom + 10, what, kind="quiet"))
    return drawing(parts, bottom + CAPTION, f"{len(rows)} parts", width=NARROW)


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
    groups = [(cut(named(group["key"]), LONGEST), group) for group in answer["groups"]]
    rows = [(whole, answer), *groups]
    rows = [(name, row) for name, row in rows if row["value"] is not None]
    unit, currency = answer["unit"], answer.get("currency", "")
    if other := next((group["unit"] for group in answer["groups"] if "unit" in group), None):
        # On one scale stands what has one unit: the whole is told in words above.
        unit, rows = other, [(name, row) for name, row in rows if row is not answer]
    if not rows:
        return None
    ends = [value for _, row in rows for value in (row["value"], *_bounds(row))]
    marks = ticks(min(0.0, *ends), max(0.0, *ends))
    bottom, names = TOP + LINE * len(rows) + 8, room_for([name for name, _ in rows])
    room = NARROW - names - ROOM - RIGHT

    def across(value: float) -> float:
        return names + room * (value - marks[0]) / (marks[-1] - marks[0])

    parts = []
    nought = min(range(len(marks)), key=lambda place: abs(marks[place]))
    for place, mark in enumerate(marks):
        parts.append(line(across(mark), TOP, across(mark), bottom, kind="grid"))
        if (place - nought) % (1 + int(len(marks) * LABEL / room)) == 0:
            words = short(mark, unit, marks[1] - marks[0], currency)
            parts.append(text(across(mark), bottom + 16, words, kind="quiet", anchor="middle"))
    for place, (name, row) in enumerate(rows):
        y = TOP + LINE * place + LINE / 2
        words = said(row["value"], unit, row.get("currency", currency))
        parts.append(text(names - 10, y + 4, name, anchor="end"))
        if row.get("interval"):
            low, high = (across(end) for end in _bounds(row))
            parts.append(line(low, y, high, y, kind="whisker"))
        parts.append(dot(across(row["value"]), y, 5, f"{name}: {words}"))
        parts.append(text(NARROW - RIGHT, y + 4, words, kind="strong", anchor="end"))
    told = under(caption(answer, answer.get("what", "")), bottom + BOTTOM + 8)
    label = f"{len(rows)} figures with their intervals"
    height = bottom + BOTTOM + CAPTION * len(told)
    return drawing(parts + told, height, label, width=NARROW)


def sequence(answer: dict) -> str | None:
    """The pairs that most customers could go through, as dots: who took the second in a year."""
    rows = sorted(answer["rows"], key=lambda row: -row["n"])
    what = "share that takes the second product within 365 days"
    return _pairs({**answer, "what": what}, rows, "by_365", ("from", "to"))


def order(answer: dict) -> str | None:
    """The pairs that most customers have, as dots: who took the first of the two before."""
    rows = sorted(answer["rows"], key=lambda row: -row["before"] - row["after"])
    what = "share that took the first product before the second"
    return _pairs({**answer, "what": what}, rows, "share_before", ("first", "second"))


def _pairs(answer: dict, rows: list[dict], figure: str, names: tuple[str, str]) -> str | None:
    told = [
        {
            "key": {"pair": " \N{RIGHTWARDS ARROW} ".join(cut(row[name], 13) for name in names)},
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
