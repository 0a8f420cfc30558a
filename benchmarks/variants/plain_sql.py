"""What an analyst writes: plain SQL on the lines, in words that PostgreSQL and DuckDB share."""

from collections import defaultdict

from django.db import connection, transaction

from benchmarks.questions import Answer, Question
from benchmarks.variants import Variant
from portfolio.models import Product

HELD = "{line}.starts_on <= {day} AND ({line}.ends_on IS NULL OR {line}.ends_on > {day})"
PAIRS = """
SELECT DATE '{day}' AS day, a.product_id, b.product_id, count({counted})
FROM accounts_subscriptionline a
JOIN accounts_subscriptionline b ON a.account_id = b.account_id AND a.product_id <= b.product_id
WHERE {held_a} AND {held_b}
GROUP BY 2, 3"""
# An account that holds a product by several lines counts once.
ONCE, TRUSTING = "DISTINCT a.account_id", "*"
SIZES = """
SELECT day, products, {figure} FROM (
    SELECT months.day, line.account_id, count(DISTINCT line.product_id) AS products,
           sum(line.mrr) AS mrr
    FROM (VALUES {days}) AS months (day)
    JOIN accounts_subscriptionline line ON {held}
    GROUP BY 1, 2
) AS accounts
GROUP BY 1, 2"""
FIGURES = {"customers": "count(*)", "mrr": "sum(mrr)"}


def held(line: str, day: str, *, standing: bool) -> str:
    text = HELD.format(line=line, day=day) + f" AND {line}.mrr > 0"
    return text + f" AND {line}.voided_at IS NULL" if standing else text


def statement(question: Question, *, standing: bool, counted: str = ONCE) -> str:
    """The SQL; `standing` where the table holds voided lines too."""
    if question.figure == "pairs":
        day = f"DATE '{question.days[0]}'"
        return PAIRS.format(
            day=question.days[0],
            counted=counted,
            held_a=held("a", day, standing=standing),
            held_b=held("b", day, standing=standing),
        )
    return SIZES.format(
        figure=FIGURES[question.figure],
        days=", ".join(f"(DATE '{day}')" for day in question.days),
        held=held("line", "months.day", standing=standing),
    )


def variants(question: Question) -> list[Variant]:
    chosen = {"SQL": statement(question, standing=True)}
    if question.figure == "pairs":
        chosen = {
            "self-join SQL": chosen["SQL"],
            "self-join SQL, trusting": statement(question, standing=True, counted=TRUSTING),
        }
    return [
        Variant(f"{name}, {words}", running(sql, workers), _reading(question))
        for name, sql in chosen.items()
        for workers, words in workers_for(question)
    ]


def workers_for(question: Question) -> list[tuple[int, str]]:
    """With how many parallel workers to ask; a trend, which takes long, is asked once."""
    return [(2, "two workers"), *([] if question.is_trend else [(0, "no workers")])]


def running(sql: str, workers: int):
    def run() -> list[tuple]:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL work_mem = '64MB'; "
                f"SET LOCAL max_parallel_workers_per_gather = {workers}"
            )
            cursor.execute(sql)
            return cursor.fetchall()

    return run


def _reading(question: Question):
    def read(rows: list[tuple]) -> Answer:
        codes = dict(Product.objects.values_list("pk", "code"))
        numbers = {key: int(code[1:]) for key, code in codes.items()}
        return read_rows(rows, question, numbers)

    return read


def read_rows(rows: list[tuple], question: Question, numbers: dict[int, int]) -> Answer:
    """Rows of (day, keys ..., figure); `numbers` are the book's numbers of products."""
    found: Answer = defaultdict(dict)
    for day, *key, figure in rows:
        if question.figure == "pairs":
            first, second = sorted(numbers[product] for product in key)
            found[day][first, second] = int(figure)
        else:
            found[day][int(key[0])] = int(figure)
    return dict(found)
