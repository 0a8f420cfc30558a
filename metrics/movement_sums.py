"""What moved in periods, from the sums of movements and the ledger's tail: one statement."""

from datetime import date

from django.db import connection

from metrics.sums import MOVEMENTS, movements
from metrics.versions import Version

EVER = date(1, 1, 1)
NAMES = tuple(MOVEMENTS)
# Whole numbers again: sums of big ones are numeric.
SUMMED = ", ".join(f"sum({name})::int8" for name in NAMES)
TAIL = movements("position > %(folded)s")
STATEMENT = f"""
WITH asked (place, span, since, until) AS (VALUES {{spans}})
SELECT place, currency, {SUMMED} FROM (
    SELECT asked.place, held.currency, {", ".join(f"held.{name}" for name in NAMES)}
    FROM asked JOIN metrics_movementsum held
         ON held.span = asked.span
         AND held.starts_on >= asked.since AND held.starts_on < asked.until
    UNION ALL
    SELECT places.place, tail.currency, {", ".join(f"tail.{name}" for name in NAMES)}
    FROM (SELECT place, min(since) AS since, max(until) AS until FROM asked GROUP BY 1) AS places
    JOIN ({TAIL}) AS tail ON tail.day >= places.since AND tail.day < places.until
) AS changes {{where}}
GROUP BY 1, 2"""

Sums = dict[tuple[int, str], dict[str, int]]


def read_sums(stretches: list[tuple[date, date]], version: Version, currency: str | None) -> Sums:
    """By place of the stretch and currency: its figures, and what was paid before and after."""
    spans = []
    for place, (start, end) in enumerate(stretches):
        spans += [(2 * place, *piece) for piece in _pieces(EVER, start)]
        spans += [(2 * place + 1, *piece) for piece in _pieces(start, end)]
    values = ", ".join(
        f"({place}, '{span}', DATE '{since}', DATE '{until}')"
        for place, span, since, until in spans
    )
    where = "WHERE currency = %(currency)s" if currency else ""
    with connection.cursor() as cursor:
        text = STATEMENT.format(spans=values, where=where)
        cursor.execute(text, {"folded": version.folded, "currency": currency})
        rows = {row[:2]: dict(zip(NAMES, row[2:], strict=True)) for row in cursor.fetchall()}
    nothing = dict.fromkeys(NAMES, 0)
    found = {}
    for key in {(place // 2, money) for place, money in rows}:
        before = rows.get((2 * key[0], key[1]), nothing)
        during = rows.get((2 * key[0] + 1, key[1]), nothing)
        found[key] = {
            **during,
            "opening": before["mrr"],
            "closing": before["mrr"] + during["mrr"],
            "opened": before["accounts"],
            "closed": before["accounts"] + during["accounts"],
        }
    return found


def _pieces(since: date, until: date) -> list[tuple[str, date, date]]:
    """The stretch [since, until) as whole years, months and days of sums."""
    months = (_first(since, "month"), until.replace(day=1))
    if months[0] > months[1]:
        return [("day", since, until)] if since < until else []
    years = (_first(since, "year"), until.replace(month=1, day=1))
    inner = [("month", *months)]
    if years[0] <= years[1]:
        inner = [("month", months[0], years[0]), ("year", *years), ("month", years[1], months[1])]
    pieces = [("day", since, months[0]), *inner, ("day", months[1], until)]
    return [piece for piece in pieces if piece[1] < piece[2]]


def _first(day: date, span: str) -> date:
    """The first day of a month or year that is not before the day."""
    start = day.replace(day=1) if span == "month" else day.replace(month=1, day=1)
    if start == day:
        return day
    if span == "month" and day.month < 12:
        return start.replace(month=day.month + 1)
    return date(day.year + 1, 1, 1)
