"""Items of a book against the lines we have: new, ended, unchanged, or at odds."""

from django.db import connection

from accounts.importing.report import Report
from accounts.importing.staging import drop_bad_rows
from config.money import from_minor

# What agrees with a line in everything has found it. Of what is left, a dated item finds the
# open line of the same revenue, and the rest goes by its place among those that share account,
# product, tier and first day, in the order of revenue and end.
HELD = """
CREATE TEMP TABLE import_held ON COMMIT DROP AS
SELECT line.id, line.account_id, line.plan_id, line.starts_on, line.ends_on, line.mrr,
       row_number() OVER (PARTITION BY line.account_id, line.plan_id, line.starts_on,
                                       line.mrr, line.ends_on ORDER BY line.id) AS twin
FROM accounts_subscriptionline line
JOIN import_account a ON a.account_id = line.account_id AND NOT a.is_new
WHERE line.voided_at IS NULL;
ANALYZE import_held;
"""
SAME = """
CREATE TEMP TABLE import_item ON COMMIT DROP AS
SELECT i.row, a.account_id, t.product_id, t.product_code, t.plan_id, t.charge_id,
       i.starts_on, i.ends_on, i.mrr, held.id AS line_id,
       CASE WHEN held.id IS NULL THEN 'new' ELSE 'same' END AS fate
FROM staged_item i
JOIN import_account a USING (code)
JOIN import_tier t USING (product, tier)
LEFT JOIN import_held held
     ON (held.account_id, held.plan_id, held.starts_on, held.mrr, held.twin)
        = (a.account_id, t.plan_id, i.starts_on, i.mrr, 1)
     AND coalesce(held.ends_on, 'infinity') = coalesce(i.ends_on, 'infinity');
DELETE FROM import_held WHERE id IN (SELECT line_id FROM import_item);
ANALYZE import_item, import_held;
"""


def _pairs(fate: str, keys: str, items: str = "TRUE", lines: str = "TRUE") -> str:
    """SQL that gives the n-th new item of the same `keys` the n-th line left, and this fate."""
    return f"""
WITH pair AS (
    SELECT i.row, h.id
    FROM (SELECT row, {keys}, row_number() OVER (
              PARTITION BY {keys} ORDER BY mrr, ends_on, row) AS place
          FROM import_item WHERE fate = 'new' AND {items}) AS i
    JOIN (SELECT id, {keys}, row_number() OVER (
              PARTITION BY {keys} ORDER BY mrr, ends_on, id) AS place
          FROM import_held WHERE {lines}) AS h
    USING ({keys}, place)
), taken AS (
    DELETE FROM import_held h USING pair WHERE h.id = pair.id
)
UPDATE import_item i SET line_id = pair.id, fate = '{fate}' FROM pair WHERE i.row = pair.row"""


SHARED = "account_id, plan_id, starts_on"
ENDED = _pairs("ended", f"{SHARED}, mrr", "ends_on IS NOT NULL", "ends_on IS NULL")
OTHERWISE = _pairs("changed", SHARED)

CHANGED = """
SELECT i.row, i.mrr || ' until ' || coalesce(i.ends_on::text, 'open') || ', we have ' || line.mrr
              || ' until ' || coalesce(line.ends_on::text, 'open') AS value
FROM import_item i JOIN accounts_subscriptionline line ON line.id = i.line_id
WHERE i.fate = 'changed'"""

END = """
UPDATE accounts_subscriptionline line SET ends_on = i.ends_on
FROM import_item i WHERE i.line_id = line.id AND i.fate = 'ended'
RETURNING line.account_id, line.subscription_id"""
VOID = """
UPDATE accounts_subscriptionline line SET voided_at = now()
FROM import_item i WHERE i.line_id = line.id AND i.fate = 'changed'
RETURNING line.account_id, line.subscription_id"""

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
RETURNING account_id, subscription_id"""

# A subscription runs from its first line, and ends with its last one if none is open. Those
# that the book says nothing of stay as they were agreed.
SPAN = """
WITH changed AS (
    SELECT DISTINCT subscription_id FROM import_touched
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
        for step in (HELD, SAME, ENDED, OTHERWISE):
            cursor.execute(step)
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
