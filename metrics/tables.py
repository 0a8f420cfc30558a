"""An answer as a table, for spreadsheets."""

import csv
from io import StringIO


def table(answer: dict) -> tuple[list[str], list[dict]]:
    """The rows of an answer or its figures, month by month if asked so; groups named in front.

    The columns in their order, and the lines.
    """
    lines = [line for key, part in _parts(answer) for line in _lines(key, part)]
    return list(dict.fromkeys(name for line in lines for name in line)), lines


def as_csv(answer: dict) -> str:
    """The table of an answer as text."""
    columns, lines = table(answer)
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(lines)
    return text.getvalue()


def _parts(answer: dict) -> list[tuple[dict, dict]]:
    """The whole and its groups, each with its key; the whole's key is empty.

    A metric that makes groups of its own may name them in each row of the whole already: these
    rows are told once.
    """
    groups = answer.get("groups", [])
    if _are_told(groups, answer):
        return [({}, answer)]
    empty = dict.fromkeys(groups[0]["key"], "") if groups else {}
    return [(empty, answer), *((group["key"], group) for group in groups)]


def _are_told(groups: list[dict], whole: dict) -> bool:
    if not groups or "group_by" in whole.get("parameters", {}):
        return False
    rows = whole.get("rows")
    return bool(rows) and all(groups[0]["key"].keys() <= row.keys() for row in rows)


def _lines(key: dict, part: dict) -> list[dict]:
    if part.get("series"):
        months = [({"start": row["start"], "end": row["end"]}, row) for row in part["series"]]
        return [{**key, **line} for days, row in months for line in _lines(days, row)]
    if part.get("rows"):
        return [{**key, **row} for row in part["rows"]]
    return [{**key, **_figures(part)}]


def _figures(part: dict) -> dict:
    """The members of one value each; of an interval, its ends."""
    figures = {name: value for name, value in part.items() if not isinstance(value, dict | list)}
    interval = part.get("interval") or {}
    return {**figures, "low": interval.get("low"), "high": interval.get("high")}
