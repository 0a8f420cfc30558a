"""Which subscription an item goes to: items of one product that overlap get lanes of their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection

# An account's items of one product that touch nothing share the first lane. The others, and
# those of a product that the account has lines of, are laid beside one another one by one.
CROWDED = """
CREATE TEMP TABLE import_crowded ON COMMIT DROP AS
SELECT DISTINCT account_id, product_id FROM (
    SELECT account_id, product_id, starts_on,
           max(coalesce(ends_on, 'infinity')) OVER (
               PARTITION BY account_id, product_id ORDER BY starts_on, row
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM import_item WHERE fate IN ('new', 'changed')
) laid WHERE busy_until > starts_on
UNION
SELECT account_id, product_id FROM accounts_subscriptionline line
JOIN import_account a USING (account_id)
WHERE NOT a.is_new AND line.voided_at IS NULL;
ANALYZE import_crowded;
CREATE TEMP TABLE import_lane (row int PRIMARY KEY, lane int NOT NULL) ON COMMIT DROP;
INSERT INTO import_lane (row, lane)
SELECT row, 1 FROM import_item i WHERE fate IN ('new', 'changed') AND NOT EXISTS (
    SELECT FROM import_crowded c
    WHERE (c.account_id, c.product_id) = (i.account_id, i.product_id));
"""

# The lane of a line that stands is the end of its subscription's code; subscriptions with
# codes of their own are in nobody's way.
STRETCHES = """
SELECT account_id, product_id, starts_on, ends_on, row, NULL
FROM import_item JOIN import_crowded USING (account_id, product_id)
WHERE fate IN ('new', 'changed')
UNION ALL
SELECT line.account_id, line.product_id, line.starts_on, coalesce(i.ends_on, line.ends_on), NULL,
       substring(s.code FROM length(a.code || '-' || p.code) + 2)::int
FROM accounts_subscriptionline line
JOIN import_crowded c USING (account_id, product_id)
JOIN accounts_account a ON a.id = line.account_id
JOIN portfolio_product p ON p.id = line.product_id
JOIN accounts_subscription s ON s.id = line.subscription_id
     AND starts_with(s.code, a.code || '-' || p.code || '-')
     AND substring(s.code FROM length(a.code || '-' || p.code) + 2) ~ '^[0-9]{1,6}$'
LEFT JOIN import_item i ON i.line_id = line.id
WHERE line.voided_at IS NULL AND coalesce(i.fate, 'same') <> 'changed'
ORDER BY 1, 2, 5 NULLS FIRST, 3"""


def lay_out() -> None:
    """Fill `import_lane`: the lane of every item that becomes a line."""
    with connection.cursor() as cursor:
        cursor.execute(CROWDED)
        cursor.execute(STRETCHES)
        lanes = list(_lanes(cursor.fetchall()))
        with cursor.copy("COPY import_lane (row, lane) FROM STDIN") as copy:
            for row, lane in lanes:
                copy.write_row((row, lane))
        cursor.execute("ANALYZE import_lane")


def _lanes(stretches: Iterable[tuple]) -> Iterator[tuple[int, int]]:
    taken: dict[int, list[tuple[date, date]]] = defaultdict(list)
    group = None
    for account, product, starts_on, ends_on, row, lane in stretches:
        if group != (account, product):
            group = (account, product)
            taken.clear()
        stretch = (starts_on, ends_on or date.max)
        place = lane if row is None else _first_free(taken, stretch)
        taken[place].append(stretch)
        if row is not None:
            yield row, place


def _first_free(taken: dict[int, list[tuple[date, date]]], stretch: tuple[date, date]) -> int:
    starts_on, ends_on = stretch
    lane = 1
    while any(start < ends_on and starts_on < end for start, end in taken[lane]):
        lane += 1
    return lane
