"""How entries of the ledger become changes of sums, and which sums make up a day's state."""

from datetime import date, timedelta
from typing import NamedTuple

from accounts.models.ledger import Part
from config.periods import next_month

SIDE = """
SELECT effective_on AS day, currency, segment_{side}_id AS segment_id,
       region_{side}_id AS region_id, set_{side}_id AS product_set_id,
       {sign}sign::int8 AS accounts, {sign}sign * mrr_{side} AS mrr,
       {sign}sign * mrr_{side}::numeric * mrr_{side} AS mrr_squared
FROM accounts_ledgerentry entry WHERE mrr_{side} > 0 AND {where}"""


def sides(where: str) -> str:
    """SQL of the two sides of the entries that `where` names, as changes of a day.

    What an account held before leaves its product set, what it holds after joins the other:
    added up over all days so far, they are the state.
    """
    before = SIDE.format(side="before", sign="-", where=where)
    return f"{before} UNION ALL {SIDE.format(side='after', sign='', where=where)}"


# What an entry moves, by the names of the sums' figures; before its sign.
PAYS = "(mrr_after > 0)::int - (mrr_before > 0)::int"
MOVED = {
    "new": "mrr_before = 0 AND is_first",
    "reactivation": "mrr_before = 0 AND NOT is_first",
    "expansion": "mrr_before > 0 AND mrr_after > mrr_before",
    "contraction": "mrr_after > 0 AND mrr_after < mrr_before",
    "churn": "mrr_before > 0 AND mrr_after = 0",
}
MOVEMENTS = {
    "accounts": PAYS,
    "mrr": "mrr_after - mrr_before",
    **{
        kind: f"CASE WHEN {test} THEN mrr_after - mrr_before ELSE 0 END"
        for kind, test in MOVED.items()
    },
    **{f"{kind}_count": f"CASE WHEN {test} THEN 1 ELSE 0 END" for kind, test in MOVED.items()},
    **{name: f"coalesce({name}, 0)" for name in (*Part.values, "upsells")},
}


def movements(where: str) -> str:
    """SQL of what the entries that `where` names move; with taken back ones, all adds up."""
    figures = ", ".join(f"sign * ({text}) AS {name}" for name, text in MOVEMENTS.items())
    return (
        f"SELECT effective_on AS day, currency, {figures} "
        f"FROM accounts_ledgerentry entry WHERE kind = 'change' AND {where}"
    )


def states(where: str) -> str:
    """SQL of the sides of entries, with the number of products that each holds."""
    return (
        f"SELECT sides.*, cardinality(s.products) AS products FROM ({sides(where)}) AS sides "
        "JOIN accounts_productset s ON s.id = product_set_id"
    )


class Stretch(NamedTuple):
    """Sums of one span from `since` (none: from the first) up to, not including, `until`.

    They count for the month that begins on `label` (none: each for its own), `sign` times.
    """

    span: str
    since: date | None
    until: date
    sign: int
    label: date | None


def stretches(days: list[date]) -> list[Stretch]:
    """The sums that make up the state on the first day, and the change up to the last one.

    Years, then months, then days, each from the nearest edge, forwards or backwards: at most
    six months and sixteen days are read whatever the day.
    """
    first, last = (day + timedelta(days=1) for day in (days[0], days[-1]))
    opening, closing = days[0].replace(day=1), days[-1].replace(day=1)
    year = date(first.year + (first.month > 6), 1, 1)
    month = _nearest_month(first)
    parts = [
        Stretch("year", None, year, 1, opening),
        _walk("month", year, month, opening),
        _walk("day", month, first, opening),
    ]
    if len(days) > 1:
        month = _nearest_month(last)
        parts += [_walk("month", first, month, None), _walk("day", month, last, closing)]
    return [part for part in parts if part.since != part.until]


def _walk(span: str, since: date, until: date, label: date | None) -> Stretch:
    if since <= until:
        return Stretch(span, since, until, 1, label)
    return Stretch(span, until, since, -1, label)


def _nearest_month(day: date) -> date:
    return day.replace(day=1) if day.day <= 16 else next_month(day)
