"""Times until a second product, and which of two products came first, as an analyst asks for
them: windows over the edges of stretches, and first days joined with themselves."""

from typing import TYPE_CHECKING

from benchmarks.questions import Answer, Question
from benchmarks.variants import Variant
from benchmarks.variants.plain_sql import running, workers_for
from portfolio.models import Product

if TYPE_CHECKING:  # it is not among the packages of the product
    import duckdb

# Stretches of a product; who bought one back within 180 days did not begin it anew.
SECOND = """
WITH paid AS (
    SELECT account_id, product_id, starts_on, coalesce(ends_on, DATE '9999-12-31') AS ends_on
    FROM accounts_subscriptionline WHERE mrr > 0 {standing}
), marked AS (
    SELECT *, max(ends_on) OVER (
        PARTITION BY account_id, product_id ORDER BY starts_on, ends_on
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM paid
), islands AS (
    SELECT *, sum(CASE WHEN starts_on <= before THEN 0 ELSE 1 END) OVER (
        PARTITION BY account_id, product_id ORDER BY starts_on, ends_on) AS island
    FROM marked
), stretches AS (
    SELECT account_id, min(starts_on) AS since, max(ends_on) AS until,
           min(before) FILTER (WHERE starts_on > before) AS before
    FROM islands GROUP BY account_id, product_id, island
), edges AS (
    SELECT account_id, since AS day, 1 AS change,
           before IS NULL OR since - before > 180 AS fresh FROM stretches
    UNION ALL SELECT account_id, until, -1, FALSE FROM stretches
), held AS (
    SELECT account_id, day, fresh,
           sum(change) OVER (PARTITION BY account_id ORDER BY day) AS products
    FROM edges
), firsts AS (
    SELECT min(day) AS began, min(day) FILTER (WHERE fresh AND products >= 2) AS second
    FROM held GROUP BY account_id
)
SELECT coalesce(second <= DATE '{day}', FALSE) AS happened,
       least(coalesce(second, DATE '{day}'), DATE '{day}') - began AS days, count(*)
FROM firsts WHERE began <= DATE '{day}' GROUP BY 1, 2"""
ORDER = """
WITH firsts AS (
    SELECT account_id, product_id, min(starts_on) AS day
    FROM accounts_subscriptionline WHERE mrr > 0 {standing} GROUP BY 1, 2
)
SELECT a.product_id, b.product_id, count(*) FILTER (WHERE a.day < b.day),
       count(*) FILTER (WHERE a.day > b.day), count(*) FILTER (WHERE a.day = b.day),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY b.day - a.day) FILTER (WHERE a.day <> b.day)
FROM firsts a JOIN firsts b ON a.account_id = b.account_id AND a.product_id < b.product_id
WHERE a.day <= DATE '{day}' AND b.day <= DATE '{day}' GROUP BY 1, 2"""
TEXTS = {"second": (SECOND, "window SQL"), "order": (ORDER, "self-join SQL")}


def variants(question: Question, session: "duckdb.DuckDBPyConnection") -> list[Variant]:
    text, name = TEXTS[question.figure]
    day = question.days[0]
    ours, plain = (
        text.format(day=day, standing=standing) for standing in ("AND voided_at IS NULL", "")
    )
    return [
        *(
            Variant(f"{name}, {words}", running(ours, workers), _reading(question, of_ours=True))
            for workers, words in workers_for(question)
        ),
        Variant(
            "DuckDB, same SQL",
            lambda: session.execute(plain).fetchall(),
            _reading(question, of_ours=False),
        ),
    ]


def _reading(question: Question, *, of_ours: bool):
    def read(rows: list[tuple]) -> Answer:
        if question.figure == "second":
            return {question.days[0]: _second(rows)}
        codes = dict(Product.objects.values_list("pk", "code")) if of_ours else {}
        return {question.days[0]: _order(rows, codes)}

    return read


def _second(rows: list[tuple]) -> dict:
    """Counts and quantiles by product limit, day by day."""
    at_once = sum(count for happened, days, count in rows if happened and not days)
    events = {days: count for happened, days, count in rows if happened and days}
    risk = sum(count for _, _, count in rows) - at_once
    found = {"immediate": at_once, "events": sum(events.values()), "0.25": None, "0.5": None}
    left: float = 1
    gone = {}
    for happened, days, count in rows:
        if days or not happened:
            gone[days] = gone.get(days, 0) + count
    for days in sorted(gone):
        left *= 1 - events.get(days, 0) / risk
        risk -= gone[days]
        for share in (0.25, 0.5):
            if found[str(share)] is None and left <= 1 - share:
                found[str(share)] = days
    return found


def _order(rows: list[tuple], codes: dict[int, str]) -> dict:
    found = {}
    for one, other, *counts, lag in rows:
        pair = [int(codes[key][1:]) if codes else key for key in (one, other)]
        told = tuple(counts), None if lag is None else float(lag)
        found[tuple(sorted(pair))] = turned(told) if pair[0] > pair[1] else told
    return found


def turned(told: tuple) -> tuple:
    """What is told of a pair, the other way round."""
    (before, after, same_day), lag = told
    return (after, before, same_day), None if lag is None else 0 - lag
