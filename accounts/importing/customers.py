"""Accounts and profiles of a book: new ones, unchanged ones, and those that differ."""

from django.db import connection

from accounts.importing.report import Report
from accounts.importing.staging import drop_bad_rows

# What the file says of an account we have, where we know it otherwise. An account that was
# made for its items (without a segment) may get its profile later.
DIFFERENT = """
SELECT s.row, s.text AS value
FROM staged_account s
JOIN accounts_account a ON a.code = s.code
JOIN accounts_accountprofile p ON p.account_id = a.id
     AND p.starts_on = (SELECT min(starts_on) FROM accounts_accountprofile f
                        WHERE f.account_id = a.id)
LEFT JOIN import_market segment ON segment.kind = 'segment' AND segment.text = s.segment
LEFT JOIN import_market region ON region.kind = 'region' AND region.text = s.region
WHERE (segment.id, region.id, s.created_on)
      IS DISTINCT FROM (p.segment_id, p.region_id, a.created_on)"""

# One row an account of either file: the day it became known and the profile the file gives.
BOOK = """
CREATE TEMP TABLE import_account ON COMMIT DROP AS
SELECT code, coalesce(s.text, i.text) AS name, s.row IS NOT NULL AS listed,
       coalesce(s.created_on, i.first_on) AS created_on,
       least(s.created_on, i.first_on) AS known_on,
       segment.id AS segment_id, region.id AS region_id,
       a.id AS account_id, a.id IS NULL AS is_new
FROM staged_account s
FULL JOIN (SELECT code, min(text) AS text, min(starts_on) AS first_on
           FROM staged_item GROUP BY code) i USING (code)
LEFT JOIN import_market segment ON segment.kind = 'segment' AND segment.text = s.segment
LEFT JOIN import_market region ON region.kind = 'region' AND region.text = s.region
LEFT JOIN accounts_account a USING (code);
ANALYZE import_account;
"""

LOCK = """
SELECT a.id FROM accounts_account a JOIN import_account i ON i.account_id = a.id
ORDER BY a.id FOR NO KEY UPDATE OF a"""

NEW_ACCOUNTS = """
WITH added AS (
    INSERT INTO accounts_account (code, name, country, industry, currency, created_on)
    SELECT code, name, '', '', %s, created_on FROM import_account WHERE is_new ORDER BY code
    RETURNING id, code
)
UPDATE import_account i SET account_id = added.id FROM added WHERE added.code = i.code"""

# An account that was made for its items has the day of the first one until it is listed.
LISTED = """
UPDATE accounts_account a SET created_on = i.created_on
FROM import_account i
WHERE a.id = i.account_id AND i.listed AND NOT i.is_new AND a.created_on <> i.created_on
  AND NOT EXISTS (SELECT FROM accounts_accountprofile p WHERE p.account_id = i.account_id)"""

NEW_PROFILES = """
INSERT INTO accounts_accountprofile (account_id, segment_id, region_id, source, starts_on)
SELECT account_id, segment_id, region_id, 'import',
       least(known_on, CASE WHEN NOT is_new THEN (
           SELECT min(line.starts_on) FROM accounts_subscriptionline line
           WHERE line.account_id = i.account_id AND line.voided_at IS NULL) END)
FROM import_account i
WHERE listed AND NOT EXISTS (SELECT FROM accounts_accountprofile p
                             WHERE p.account_id = i.account_id)
RETURNING account_id"""

# An item that starts before the first profile: the profile was valid from then on.
EARLIER_PROFILES = """
UPDATE accounts_accountprofile p SET starts_on = i.known_on
FROM import_account i
WHERE p.account_id = i.account_id AND i.known_on < p.starts_on
  AND NOT EXISTS (SELECT FROM accounts_accountprofile earlier
                  WHERE earlier.account_id = p.account_id AND earlier.starts_on < p.starts_on)
RETURNING p.account_id"""

CORRECT_ACCOUNTS = """
UPDATE accounts_account a SET created_on = i.created_on
FROM import_account i
WHERE a.id = i.account_id AND i.listed AND a.created_on <> i.created_on"""
CORRECT_PROFILES = """
UPDATE accounts_accountprofile p SET segment_id = i.segment_id, region_id = i.region_id
FROM import_account i
WHERE p.account_id = i.account_id AND i.listed
  AND (p.segment_id, p.region_id) IS DISTINCT FROM (i.segment_id, i.region_id)
  AND NOT EXISTS (SELECT FROM accounts_accountprofile earlier
                  WHERE earlier.account_id = p.account_id AND earlier.starts_on < p.starts_on)
RETURNING p.account_id"""


def check_accounts(*, file: str, report: Report) -> None:
    """Accounts that we know with another segment, region or first day are not overwritten."""
    problem = {"file": file, "column": "account_id", "code": "changed_account"}
    problem["reason"] = (
        "we know the account with another segment, region or created day: "
        "reclassify it with a date, or import with --correct to rewrite its first profile"
    )
    drop_bad_rows("staged_account", DIFFERENT, problem, report)


def write_accounts(*, currency: str, correct: bool, report: Report) -> None:
    """Create the accounts and profiles that are new; touched accounts go to `import_touched`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_touched (account_id bigint, subscription_id bigint) "
            "ON COMMIT DROP"
        )
        cursor.execute(BOOK)
        cursor.execute(LOCK)
        cursor.execute(NEW_ACCOUNTS, [currency])
        report.counts["accounts_created"] = cursor.rowcount
        if correct:
            cursor.execute(CORRECT_ACCOUNTS)
            report.counts["accounts_corrected"] = _touch(cursor, CORRECT_PROFILES)
        cursor.execute(LISTED)
        _touch(cursor, NEW_PROFILES)
        _touch(cursor, EARLIER_PROFILES)


def _touch(cursor, changing: str) -> int:
    cursor.execute(
        f"WITH changed AS ({changing}) INSERT INTO import_touched (account_id) TABLE changed"
    )
    return cursor.rowcount
