"""Which lines figures read: as they stand or stood as known, and over gaps."""

from metrics.versions import Version

STANDING = "voided_at IS NULL"
# As of an earlier position of the ledger: the lines that there were when it was recorded.
AS_KNOWN = """
recorded_at <= (SELECT recorded_at FROM accounts_ledgerentry WHERE position = %(known)s)
AND (voided_at IS NULL
     OR voided_at > (SELECT recorded_at FROM accounts_ledgerentry WHERE position = %(known)s))"""
PAID = "mrr > 0"
ACCOUNTS = "accounts"  # among the values: ids of those that are meant
THEIRS = f"account_id = ANY(%({ACCOUNTS})s::bigint[])"
# The days [starts_on, ends_on) on which an account had no line of a product between two that are
# at most %(gap)s days apart. What has not restarted is no gap. Credits count as one more product.
GAPS = """
SELECT account_id, product_id, ended AS starts_on, starts_on AS ends_on FROM (
    SELECT account_id, product_id, starts_on, max(coalesce(ends_on, DATE '9999-12-31'))
           OVER (PARTITION BY account_id, product_id ORDER BY starts_on, id
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ended
    FROM accounts_subscriptionline
    WHERE {which} AND (ends_on IS NULL OR ends_on > starts_on)
) AS line
WHERE starts_on > ended AND starts_on <= ended + %(gap)s"""
# What ends where such a gap begins goes on until it ends, at what it brought.
OVER_GAPS = f"""
(WITH gap AS ({GAPS})
 SELECT line.account_id, line.subscription_id, line.product_id, plan_id, bundle_plan_id, mrr,
        quantity, list_amount, interval, line.starts_on,
        coalesce(gap.ends_on, line.ends_on) AS ends_on
 FROM accounts_subscriptionline line
 LEFT JOIN gap ON gap.account_id = line.account_id AND gap.starts_on = line.ends_on
      AND gap.product_id IS NOT DISTINCT FROM line.product_id AND line.ends_on > line.starts_on
 WHERE {{lines}})"""


def known(version: Version) -> str:
    """SQL of which lines there are, now or as known; `known` is among the values."""
    return STANDING if version.known is None else AS_KNOWN


def lines_of(
    version: Version, gap_days: int | None, *, counts: str = PAID, whose: str = "TRUE"
) -> str:
    """SQL of a relation of lines that count, of some accounts; over gaps, to their restart.

    `counts` is a condition on lines and `whose` one on `account_id`; `gap` and `known` are among
    the values.
    """
    which = f"{known(version)} AND {counts} AND {whose}"
    if gap_days:
        qualified = which.replace("account_id", "line.account_id")
        return OVER_GAPS.format(which=which, lines=qualified)
    return f"(SELECT * FROM accounts_subscriptionline WHERE {which})"
