"""DuckDB on a columnar copy of the lines: the analyst's SQL, and the best single pass."""

from collections import defaultdict

import duckdb
import numpy as np

from benchmarks.book import DAYS, FIRST_DAY, PRODUCTS, Book
from benchmarks.questions import Answer, Question, pairs_of
from benchmarks.variants import Variant, plain_sql

COPY = """
CREATE TABLE accounts_subscriptionline AS
SELECT account::int AS account_id, product::tinyint AS product_id,
       DATE '{first}' + start::int AS starts_on,
       CASE WHEN until < {days} THEN DATE '{first}' + until::int END AS ends_on, mrr::bigint AS mrr
FROM lines ORDER BY account, start
"""
# Lines of one account and product never overlap, so adding is the same as collecting.
SETS = """
SELECT products, count(*) FROM (
    SELECT sum(1::bigint << product_id)::bigint AS products
    FROM accounts_subscriptionline line WHERE {held} GROUP BY account_id
) AS accounts GROUP BY 1"""
SIZES = "SELECT {columns} FROM accounts_subscriptionline line GROUP BY account_id"


def copy_of(book: Book) -> duckdb.DuckDBPyConnection:
    """The raw lines in DuckDB's own columns, in memory, with two threads."""
    session = duckdb.connect(config={"threads": 2})
    lines = {  # noqa: F841  (DuckDB finds it by its name)
        "account": book.account,
        "product": book.product,
        "start": book.start,
        "until": book.end,
        "mrr": book.mrr,
    }
    session.execute(COPY.format(first=FIRST_DAY, days=DAYS))
    return session


def variants(question: Question, session: duckdb.DuckDBPyConnection) -> list[Variant]:
    plain = plain_sql.statement(question, standing=False)
    numbers = {number: number for number in range(PRODUCTS)}
    return [
        Variant(
            "DuckDB, same SQL",
            lambda: session.execute(plain).fetchall(),
            lambda rows: plain_sql.read_rows(rows, question, numbers),
        ),
        _one_pass(question, session),
    ]


def _one_pass(question: Question, session: duckdb.DuckDBPyConnection) -> Variant:
    name = "DuckDB, one pass"
    day = question.days[0]
    if question.figure == "pairs":
        sets = SETS.format(held=plain_sql.held("line", f"DATE '{day}'", standing=False))

        def matrix() -> dict:
            masks, counts = session.execute(sets).fetchnumpy().values()
            members = (masks[:, None] >> np.arange(PRODUCTS)) & 1
            return pairs_of(members, counts)

        return Variant(name, matrix, lambda pairs: {day: pairs})
    return Variant(name, lambda: session.execute(_sizes(question)).fetchall(), _read(question))


def _sizes(question: Question) -> str:
    """Each account once with all days beside one another, then counted by day and number."""
    columns, days = [], []
    for place, day in enumerate(question.days):
        live = plain_sql.held("line", f"DATE '{day}'", standing=False)
        columns += [f"count(*) FILTER (WHERE {live}) AS n{place}"]
        figure = "count(*)"
        if question.figure == "mrr":
            columns += [f"sum(mrr) FILTER (WHERE {live}) AS m{place}"]
            figure = f"sum(m{place})"
        days += [f"SELECT {place}, n{place}, {figure} FROM accounts WHERE n{place} > 0 GROUP BY 2"]
    accounts = SIZES.format(columns=", ".join(columns))
    return f"WITH accounts AS MATERIALIZED ({accounts}) {' UNION ALL '.join(days)}"


def _read(question: Question):
    def read(rows: list[tuple]) -> Answer:
        found: Answer = defaultdict(dict)
        for place, products, figure in rows:
            found[question.days[place]][products] = int(figure)
        return dict(found)

    return read
