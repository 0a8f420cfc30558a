"""Which subscription an item goes to: items of one product that overlap get lanes of their own."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection

# An account's items of one product that touch nothing share the first lane. The others, those
# of a product that the account has lines of, and those whose subscription would have the code of
# another account's (a and b-c, a-b and c) are laid beside one another one by one.
CROWDED = """
CREATE TEMP TABLE import_wanted ON COMMIT DROP AS
SELECT account_id, product_id, product_code, starts_on, ends_on, row, mrr, plan_id
FROM import_item WHERE fate IN ('new', 'changed');
CREATE TEMP TABLE import_pair ON COMMIT DROP AS
SELECT DISTINCT account_id, product_id, a.code || '-' || product_code AS prefix
FROM import_wanted JOIN import_account a USING (account_id);
ANALYZE import_wanted, import_pair;

CREATE TEMP TABLE import_crowded ON COMMIT DROP AS
SELECT DISTINCT account_id, product_id FROM (
    SELECT account_id, product_id, starts_on,
           max(coalesce(ends_on, 'infinity')) OVER (
               PARTITION BY account_id, product_id ORDER BY starts_on, row
               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
    FROM import_wanted
) laid WHERE busy_until > starts_on
UNION
SELECT account_id, product_id FROM import_pair
JOIN accounts_subscriptionline line USING (account_id, product_id) WHERE line.voided_at IS NULL
UNION
SELECT account_id, product_id FROM import_pair
WHERE prefix IN (SELECT prefix FROM import_pair GROUP BY prefix HAVING count(*) > 1)
   OR prefix || '-1' IN (SELECT code FROM accounts_subscription);
ANALYZE import_crowded;

CREATE TEMP TABLE import_lane (row int PRIMARY KEY, lane int NOT NULL) ON COMMIT DROP;
INSERT INTO import_lane (row, lane)
SELECT row, 1 FROM import_wanted i WHERE NOT EXISTS (
    SELECT FROM import_crowded c
    WHERE (c.account_id, c.product_id) = (i.account_id, i.product_id));
"""

# First the subscriptions that have such codes already, with what they hold; then the items in
# the order of their days, so that the order of the file does not matter.
STRETCHES = """
SELECT prefix, account_id, starts_on, ends_on, row, lane FROM (
    SELECT prefix, account_id, starts_on, ends_on, row, NULL::int AS lane, mrr, plan_id
    FROM import_wanted JOIN import_pair USING (account_id, product_id)
    JOIN import_crowded USING (account_id, product_id)
    UNION ALL
    SELECT prefix, s.account_id, line.starts_on, coalesce(i.ends_on, line.ends_on), NULL,
           substring(s.code FROM '[0-9]+$')::int, NULL, NULL
    FROM (SELECT DISTINCT prefix FROM import_pair
          JOIN import_crowded USING (account_id, product_id)) AS crowded
    JOIN accounts_subscription s ON regexp_replace(s.code, '-[1-9][0-9]{0,5}$', '') = prefix
         AND s.code <> prefix
    LEFT JOIN accounts_subscriptionline line ON line.subscription_id = s.id
         AND line.voided_at IS NULL
         AND line.id NOT IN (SELECT line_id FROM import_item WHERE fate = 'changed')
    LEFT JOIN import_item i ON i.line_id = line.id
) AS laid
ORDER BY prefix, row IS NOT NULL, account_id, starts_on, mrr, plan_id, ends_on"""


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


Stretch = tuple[int, date, date]  # whose it is, first day, first day after


def _lanes(stretches: Iterable[tuple]) -> Iterator[tuple[int, int]]:
    taken: dict[int, list[Stretch]] = defaultdict(list)
    group = None
    for prefix, account, starts_on, ends_on, row, lane in stretches:
        if group != prefix:
            group = prefix
            taken.clear()
        stretch = (account, starts_on or date.max, ends_on or date.max)
        place = lane if row is None else _first_free(taken, stretch)
        taken[place].append(stretch)
        if row is not None:
            yield row, place


def _first_free(taken: dict[int, list[Stretch]], stretch: Stretch) -> int:
    account, starts_on, ends_on = stretch
    lane = 1
    while any(
        owner != account or (start < ends_on and starts_on < end)
        for owner, start, end in taken[lane]
    ):
        lane += 1
    return lane
