"""Retention and movements as one would write them on the lines: SQL, DuckDB, and NumPy."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from benchmarks.questions import Answer, Question, opening_of
from benchmarks.variants import Variant
from benchmarks.variants.native import Columns
from benchmarks.variants.plain_sql import held, running, workers_for

# What an analyst writes: what everybody paid then, what they pay now, side by side.
TWO_DATES = """
WITH opening AS (
    SELECT account_id, sum(mrr) AS paid FROM accounts_subscriptionline line
    WHERE {opening} GROUP BY 1
), closing AS (
    SELECT account_id, sum(mrr) AS paid FROM accounts_subscriptionline line
    WHERE {closing} GROUP BY 1
)
SELECT DATE '{day}', count(*), sum(opening.paid), sum(coalesce(closing.paid, 0)),
       sum(least(opening.paid, coalesce(closing.paid, 0)))
FROM opening LEFT JOIN closing USING (account_id)"""
# Every account once, with both dates (or all of them) beside one another.
AT_ONCE = """
WITH accounts AS MATERIALIZED (
    SELECT {columns} FROM accounts_subscriptionline line GROUP BY account_id)
{days}"""
# Changes by account and day, then running totals.
WINDOWS = """
WITH edges AS (
    SELECT account_id, starts_on AS day, mrr AS change FROM accounts_subscriptionline line
    WHERE {standing}
    UNION ALL
    SELECT account_id, ends_on, -mrr FROM accounts_subscriptionline line
    WHERE {standing} AND ends_on IS NOT NULL
), days AS (
    SELECT account_id, day, sum(change) AS change FROM edges GROUP BY 1, 2
), running AS (
    SELECT day, change,
           sum(change) OVER (PARTITION BY account_id ORDER BY day) AS after,
           row_number() OVER (PARTITION BY account_id ORDER BY day) AS place
    FROM days
)
SELECT date_trunc('month', day)::date,
       CASE WHEN place = 1 THEN 'new' WHEN after = change THEN 'reactivation'
            WHEN after = 0 THEN 'churn' WHEN change > 0 THEN 'expansion'
            ELSE 'contraction' END, sum(change)
FROM running WHERE day >= DATE '{since}' AND day < DATE '{until}' AND change <> 0 GROUP BY 1, 2"""


def variants(question: Question, session: Any, columns: Columns) -> list[Variant]:
    if question.figure == "movements":
        return _moving(question, session)
    texts = [_two_dates(day, standing=True) for day in question.days]
    raw = [_two_dates(day, standing=False) for day in question.days]
    name = f"{len(texts)} queries" if question.is_trend else "two-CTE SQL"
    once, read = _one_pass(question), _reading(question)
    return [
        *(
            Variant(f"{name}, {words}", _each(texts, workers), read)
            for workers, words in workers_for(question)
        ),
        Variant(
            "DuckDB, same SQL",
            lambda: [row for text in raw for row in session.execute(text).fetchall()],
            read,
        ),
        Variant("DuckDB, one pass", lambda: session.execute(once).fetchall(), read),
        Variant("NumPy, one pass", lambda: _native(question, columns), read),
    ]


def _each(texts: list[str], workers: int) -> Callable[[], list[tuple]]:
    runs = [running(text, workers) for text in texts]
    return lambda: [row for run in runs for row in run()]


def _two_dates(day: date, *, standing: bool) -> str:
    return TWO_DATES.format(
        day=day,
        opening=held("line", f"DATE '{opening_of(day)}'", standing=standing),
        closing=held("line", f"DATE '{day}'", standing=standing),
    )


def _one_pass(question: Question) -> str:
    days = sorted({each for day in question.days for each in (day, opening_of(day))})
    place = {day: number for number, day in enumerate(days)}
    live = {day: held("line", f"DATE '{day}'", standing=False) for day in days}
    columns = ", ".join(
        f"coalesce(sum(mrr) FILTER (WHERE {live[day]}), 0) AS m{number}"
        for day, number in place.items()
    )
    rows = []
    for day in question.days:
        before, after = f"m{place[opening_of(day)]}", f"m{place[day]}"
        rows.append(
            f"SELECT DATE '{day}', count(*), sum({before}), sum({after}), "
            f"sum(least({before}, {after})) FROM accounts WHERE {before} > 0"
        )
    return AT_ONCE.format(columns=columns, days=" UNION ALL ".join(rows))


def _native(question: Question, columns: Columns) -> list[tuple]:
    found = []
    for day in question.days:
        before, after = (_paid(columns, each) for each in (opening_of(day), day))
        after = after * (before > 0)
        least = np.minimum(before, after).sum()
        row = (np.count_nonzero(before), before.sum(), after.sum(), least)
        found.append((day, *map(int, row)))
    return found


def _paid(columns: Columns, day: date) -> np.ndarray:
    live = columns.live(columns.number(day))
    return np.bincount(columns.account[live], columns.mrr[live], columns.accounts)


def _reading(question: Question) -> Callable[[list[tuple]], Answer]:
    """Of a trend, net retention alone."""
    names = ("customers", "opening", "closing", *(() if question.is_trend else ("kept",)))

    def read(rows: list[tuple]) -> Answer:
        return {day: dict(zip(names, map(int, figures), strict=False)) for day, *figures in rows}

    return read


def _moving(question: Question, session: Any) -> list[Variant]:
    since, until = question.days[0].replace(day=1), question.days[-1] + timedelta(days=1)
    text, raw = (
        WINDOWS.format(since=since, until=until, standing=standing)
        for standing in ("mrr > 0 AND voided_at IS NULL", "mrr > 0")
    )

    def read(rows: list[tuple]) -> Answer:
        ends = {day.replace(day=1): day for day in question.days}
        found: Answer = defaultdict(dict)
        for month, kind, cents in rows:
            found[ends[month]][kind] = int(cents)
        return dict(found)

    return [
        *(
            Variant(f"window SQL, {words}", running(text, workers), read)
            for workers, words in workers_for(question)
        ),
        Variant("DuckDB, same SQL", lambda: session.execute(raw).fetchall(), read),
    ]
