"""Items of a book against the lines we have: new, ended, unchanged, or at odds."""

from django.db import connection

from accounts.importing.report import Report
from accounts.importing.staging import drop_bad_rows
from config.money import from_minor

# The identity of an item is account, product, tier, first day and its place among those that
# share them, in the order of revenue and end. The same holds for the lines we have.
MATCHED = """
CREATE TEMP TABLE import_item ON COMMIT DROP AS
WITH items AS (
    SELECT i.row, a.account_id, t.product_id, t.product_code, t.plan_id, t.charge_id,
           i.starts_on, i.ends_on, i.mrr,
           row_number() OVER (PARTITION BY a.account_id, t.plan_id, i.starts_on
                              ORDER BY i.mrr, i.ends_on NULLS LAST, i.row) AS place
    FROM staged_item i
    JOIN import_account a USING (code)
    JOIN import_tier t USING (product, tier)
), held AS (
    SELECT line.id, line.account_id, line.plan_id, line.starts_on, line.ends_on, line.mrr,
           row_number() OVER (PARTITION BY line.account_id, line.plan_id, line.starts_on
                              ORDER BY line.mrr, line.ends_on NULLS LAST, line.id) AS place
    FROM accounts_subscriptionline line
    JOIN import_account a ON a.account_id = line.account_id AND NOT a.is_new
    WHERE line.voided_at IS NULL
)
SELECT items.*, held.id AS line_id,
       CASE
           WHEN held.id IS NULL THEN 'new'
           WHEN (held.mrr, held.ends_on) IS NOT DISTINCT FROM (items.mrr, items.ends_on)
               THEN 'same'
           WHEN held.mrr = items.mrr AND held.ends_on IS NULL THEN 'ended'
           ELSE 'changed'
       END AS fate
FROM items LEFT JOIN held USING (account_id, plan_id, starts_on, place);
ANALYZE import_item;
"""

CHANGED = """
SELECT i.row, i.mrr || ' until ' || coalesce(i.ends_on::text, 'open') || ', we have ' || line.mrr
              || ' until ' || coalesce(line.ends_on::text, 'open') AS value
FROM import_item i JOIN accounts_subscriptionline line ON line.id = i.line_id
WHERE i.fate = 'changed'"""

END = """
UPDATE accounts_subscriptionline line SET ends_on = i.ends_on
FROM import_item i WHERE i.line_id = line.id AND i.fate = 'ended'
RETURNING line.account_id"""
VOID = """
UPDATE accounts_subscriptionline line SET voided_at = now()
FROM import_item i WHERE i.line_id = line.id AND i.fate = 'changed'
RETURNING line.account_id"""

# A subscription for each account, product and lane, from its first item to its last one.
NEW_SUBSCRIPTIONS = """
INSERT INTO accounts_subscription (code, account_id, currency, starts_on, term_months, ends_on)
SELECT a.code || '-' || i.product_code || '-' || l.lane, i.account_id, %s, min(i.starts_on), 1,
       CASE WHEN bool_and(i.ends_on IS NOT NULL) THEN max(i.ends_on) END
FROM import_item i
JOIN import_lane l USING (row)
JOIN import_account a USING (account_id)
GROUP BY a.code, i.product_code, l.lane, i.account_id
ON CONFLICT (code) DO NOTHING"""
NEW_LINES = """
INSERT INTO accounts_subscriptionline (
    subscription_id, account_id, plan_id, charge_id, product_id, instance, interval,
    amount, mrr, origin, recorded_at, starts_on, ends_on)
SELECT s.id, i.account_id, i.plan_id, i.charge_id, i.product_id, 0, 'month',
       i.mrr * %s, i.mrr, 'import', now(), i.starts_on, i.ends_on
FROM import_item i
JOIN import_lane l USING (row)
JOIN import_account a USING (account_id)
JOIN accounts_subscription s ON s.code = a.code || '-' || i.product_code || '-' || l.lane
ORDER BY i.account_id, i.starts_on
RETURNING account_id"""

# A subscription runs from its first line, and ends with its last one if none is open.
SPAN = """
WITH changed AS (
    SELECT DISTINCT line.subscription_id FROM accounts_subscriptionline line
    JOIN import_touched t USING (account_id)
), spans AS (
    SELECT line.subscription_id, min(line.starts_on) AS starts_on,
           CASE WHEN bool_and(line.ends_on IS NOT NULL) THEN max(line.ends_on) END AS ends_on
    FROM accounts_subscriptionline line JOIN changed USING (subscription_id)
    WHERE line.voided_at IS NULL GROUP BY 1
)
UPDATE accounts_subscription s SET starts_on = spans.starts_on, ends_on = spans.ends_on
FROM spans
WHERE s.id = spans.subscription_id
  AND (s.starts_on, s.ends_on) IS DISTINCT FROM (spans.starts_on, spans.ends_on)"""


def match_items(*, file: str, correct: bool, report: Report) -> None:
    """Decide the fate of every staged item; what differs from a line is refused or corrected."""
    with connection.cursor() as cursor:
        cursor.execute(MATCHED)
    if not correct:
        problem = {"file": file, "column": "mrr_cents", "code": "changed_item"}
        problem["reason"] = (
            "we have this item with other terms: end it and start another, "
            "or import with --correct to void and rewrite it"
        )
        drop_bad_rows("import_item", CHANGED, problem, report)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fate, count(*) FROM import_item GROUP BY fate")
        names = {"new": "created", "same": "unchanged", "ended": "ended", "changed": "corrected"}
        for fate, count in cursor.fetchall():
            report.counts[f"items_{names[fate]}"] = count


def write_lines(*, currency: str) -> None:
    """End, void and create lines, each new one in the lane that `import_lane` names."""
    with connection.cursor() as cursor:
        for change in (END, VOID):
            cursor.execute(f"WITH changed AS ({change}) INSERT INTO import_touched TABLE changed")
        cursor.execute(NEW_SUBSCRIPTIONS, [currency])
        cursor.execute(
            f"WITH changed AS ({NEW_LINES}) INSERT INTO import_touched TABLE changed",
            [from_minor(1, currency)],
        )
        cursor.execute("ANALYZE import_touched")
        cursor.execute(SPAN)
