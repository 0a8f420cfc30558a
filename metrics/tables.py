"""An answer as a table, for spreadsheets."""

import csv
from io import StringIO


def as_csv(answer: dict) -> str:
    """The rows of an answer or its figures, month by month if asked so; groups named in front."""
    lines = [line for key, part in _parts(answer) for line in _lines(key, part)]
    columns = list(dict.fromkeys(name for line in lines for name in line))
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _parts(answer: dict) -> list[tuple[dict, dict]]:
    """The whole and its groups, each with its key; the whole's key is empty."""
    groups = answer["groups"]
    empty = dict.fromkeys(groups[0]["key"], "") if groups else {}
    return [(empty, answer), *((group["key"], group) for group in groups)]


def _lines(key: dict, part: dict) -> list[dict]:
    if part.get("series"):
        months = [({"start": row["start"], "end": row["end"]}, row) for row in part["series"]]
        return [{**key, **line} for days, row in months for line in _lines(days, row)]
    if part["rows"]:
        return [{**key, **row} for row in part["rows"]]
    return [{**key, **_figures(part)}]


def _figures(part: dict) -> dict:
    """The members of one value each; of an interval, its ends."""
    figures = {name: value for name, value in part.items() if not isinstance(value, dict | list)}
    interval = part["interval"] or {}
    return {**figures, "low": interval.get("low"), "high": interval.get("high")}
