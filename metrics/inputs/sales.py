"""What was sold, and in which form: in a bundle, by a platform, or alone."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from accounts.models import Origin
from metrics.engine import ACCOUNTS
from metrics.inputs.rows import GROUPS, PROFILE, fetch, of_stretches
from metrics.registry import Asked, Group, Input, Read

# Nobody decided to buy more.
NOT_SOLD = (Origin.RENEWAL, Origin.MIGRATION, Origin.DISCOUNT_END)
# A line brings what it costs more than the one that it follows. Lines that follow none bring,
# product by product and day, what they cost more than those that end on that day without another.
SOLD = """
WITH begun AS (
    SELECT line.account_id, coalesce(line.product_id, 0) AS product_id, line.starts_on AS day,
           coalesce(bundle.kind, 'alone') AS form, line.origin, line.mrr, before.mrr AS before,
           sum(line.mrr) FILTER (WHERE before.id IS NULL)
               OVER (PARTITION BY line.account_id, line.product_id, line.starts_on) AS others
    FROM accounts_subscriptionline line
    LEFT JOIN pricing_plan bundle ON bundle.id = line.bundle_plan_id
    LEFT JOIN accounts_subscriptionline before ON before.id = line.previous_id
          AND before.ends_on = line.starts_on
          AND before.product_id IS NOT DISTINCT FROM line.product_id
    WHERE line.voided_at IS NULL AND line.mrr > 0 AND line.starts_on >= %(since)s
      AND line.starts_on < %(until)s AND {own} AND {plan}
), ended AS (
    SELECT line.account_id, coalesce(line.product_id, 0) AS product_id, line.ends_on AS day,
           sum(line.mrr) AS mrr
    FROM accounts_subscriptionline line
    WHERE line.voided_at IS NULL AND line.mrr > 0 AND line.ends_on >= %(since)s
      AND line.ends_on < %(until)s AND {own}
      AND NOT EXISTS (SELECT FROM accounts_subscriptionline next WHERE next.previous_id = line.id
                      AND next.voided_at IS NULL AND next.starts_on = line.ends_on
                      AND next.product_id IS NOT DISTINCT FROM line.product_id)
    GROUP BY 1, 2, 3
), sold AS (
    SELECT account_id, product_id, day, form, origin,
           CASE WHEN before IS NOT NULL THEN begun.mrr - before
                ELSE (others - coalesce(ended.mrr, 0)) * begun.mrr / others END AS gain
    FROM begun LEFT JOIN ended USING (account_id, product_id, day)
)
SELECT account.id, account.currency, sold.day, {group}, form,
       CASE WHEN NOT EXISTS (SELECT FROM accounts_subscriptionline line
                             WHERE line.account_id = account.id AND voided_at IS NULL AND mrr > 0
                               AND line.starts_on < sold.day) THEN 'new'
            WHEN EXISTS (SELECT FROM accounts_subscriptionline line
                         WHERE line.account_id = account.id AND voided_at IS NULL AND mrr > 0
                           AND line.starts_on < sold.day
                           AND (line.ends_on IS NULL OR line.ends_on >= sold.day))
            THEN 'expansion' ELSE 'reactivation' END AS kind,
       sum(gain)::float8
FROM sold JOIN accounts_account account ON account.id = sold.account_id {profile}
WHERE gain > 0 AND origin <> ALL(%(not_sold)s) AND {where}
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY sold.day, account.id, form"""
FILTERS = {"product": "sold.product_id = %(product)s"}
OWN = f"line.account_id = ANY(%({ACCOUNTS})s::bigint[])"
PLAN = "(line.plan_id = %(plan)s OR line.bundle_plan_id = %(plan)s)"
FORMS = ("bundle", "platform", "alone")


class Sale(NamedTuple):
    account: int
    currency: str
    day: date
    group: Group
    form: str
    kind: str
    gain: float


def total(sales: Iterable[Sale]) -> float:
    return sum(sale.gain for sale in sales)


def read(asked: Asked) -> Read:
    """What was sold to all who are meant, day by day, and to each group."""
    values = {
        "since": min(start for start, _ in asked.stretches),
        "until": max(end for _, end in asked.stretches),
        "not_sold": list(NOT_SOLD),
    }
    group = {**GROUPS, "product": "nullif(sold.product_id, 0)"}.get(asked.scope.group_by)
    text = SOLD.replace("{group}", group or "NULL::bigint")
    text = text.replace("{profile}", PROFILE.format(day="sold.day"))
    text = text.replace("{own}", OWN if ACCOUNTS in asked.ids else "TRUE")
    text = text.replace("{plan}", PLAN if "plan" in asked.ids else "TRUE")
    return of_stretches(asked, fetch(text, Sale, asked, FILTERS, values))


SALES = Input(
    read,
    True,
    ("segment", "region", "product", "plan", "cohort", "currency"),
    ("segment", "region", "product", "cohort", "currency"),
)
