"""What moved in periods, from the sums of movements and the ledger's tail: one statement."""

from collections import defaultdict
from datetime import date
from itertools import pairwise

import numpy as np
from django.db import connection

from metrics.sums import MOVEMENTS, movements
from metrics.versions import Version

EVER = date(1, 1, 1)
NAMES = tuple(MOVEMENTS)
# Whole numbers again: sums of big ones are numeric.
SUMMED = ", ".join(f"sum({name})::int8" for name in NAMES)
TAIL = movements("position > %(folded)s")
STATEMENT = f"""
WITH asked (place, span, since, until) AS (
    SELECT * FROM unnest(%(places)s::int4[], %(spans)s::text[], %(since)s::date[],
                         %(until)s::date[]))
SELECT place, currency, {SUMMED} FROM (
    SELECT asked.place, held.currency, {", ".join(f"held.{name}" for name in NAMES)}
    FROM asked JOIN metrics_movementsum held
         ON held.span = asked.span
         AND held.starts_on >= asked.since AND held.starts_on < asked.until
    UNION ALL
    SELECT places.place, tail.currency, {", ".join(f"tail.{name}" for name in NAMES)}
    FROM (SELECT place, min(since) AS since, max(until) AS until FROM asked GROUP BY 1) AS places
    JOIN ({TAIL}) AS tail ON tail.day >= places.since AND tail.day < places.until
) AS changes
WHERE %(currency)s::text IS NULL OR currency = %(currency)s::text
GROUP BY 1, 2"""

Sums = dict[tuple[int, str], dict[str, int]]


def read_sums(stretches: list[tuple[date, date]], version: Version, currency: str | None) -> Sums:
    """By place of the stretch and currency: its figures, and what was paid before and after."""
    edges = sorted({day for stretch in stretches for day in stretch})
    at = {day: place for place, day in enumerate(edges)}
    found = {}
    for money, changes in _between(edges, version, currency).items():
        by = changes.cumsum(axis=0)  # what has moved until each edge
        for place, (start, end) in enumerate(stretches):
            before, after = (
                dict(zip(NAMES, by[at[day]].tolist(), strict=True)) for day in (start, end)
            )
            found[place, money] = {
                **{name: after[name] - before[name] for name in NAMES},
                "opening": before["mrr"],
                "closing": after["mrr"],
                "opened": before["accounts"],
                "closed": after["accounts"],
            }
    return found


def _between(edges: list[date], version: Version, currency: str | None) -> dict[str, np.ndarray]:
    """By currency, edges x names: what moved before the first edge, then from each to the next."""
    spans = [
        (place, *piece)
        for place, (since, until) in enumerate(pairwise([EVER, *edges]))
        for piece in _pieces(since, until)
    ]
    values = {"folded": version.folded, "currency": currency}
    for at, name in enumerate(("places", "spans", "since", "until")):
        values[name] = [span[at] for span in spans]
    found: dict[str, np.ndarray] = defaultdict(
        lambda: np.zeros((len(edges), len(NAMES)), dtype=np.int64)
    )
    # To plan it takes longer than to answer it.
    with connection.prepared_cursor() as cursor:
        cursor.execute(STATEMENT, values)
        for place, money, *row in cursor.fetchall():
            found[money][place] = row
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
