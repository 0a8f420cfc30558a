"""What lines cost more than those that they follow, as columns: what was sold, and to whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from accounts.models import Origin
from metrics.columns.columns import OfAccounts
from metrics.columns.copying import copied, packed
from metrics.columns.reading import ORDINAL
from metrics.lines import THEIRS

# Nobody decided to buy more.
NOT_SOLD = (Origin.RENEWAL, Origin.MIGRATION, Origin.DISCOUNT_END)
NEW, EXPANSION, REACTIVATION = range(3)
# A line brings what it costs more than the one that it follows. Lines that follow none bring,
# product by product and day, what they cost more than those that end on that day without another.
SELECT = f"""
WITH line AS (
    SELECT id, account_id, coalesce(product_id, 0) AS product_id, plan_id, bundle_plan_id, origin,
           previous_id, starts_on, ends_on, mrr,
           min(starts_on) OVER (PARTITION BY account_id) AS first_on,
           max(coalesce(ends_on, 'infinity')) OVER (
               PARTITION BY account_id ORDER BY starts_on
               GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS paid_until
    FROM accounts_subscriptionline WHERE voided_at IS NULL AND mrr > 0 AND {{which}}
), begun AS (
    SELECT line.*, before.mrr AS before,
           sum(line.mrr) FILTER (WHERE before.id IS NULL)
               OVER (PARTITION BY line.account_id, line.product_id, line.starts_on) AS others
    FROM line LEFT JOIN accounts_subscriptionline before ON before.id = line.previous_id
         AND before.ends_on = line.starts_on
         AND coalesce(before.product_id, 0) = line.product_id
), ended AS (
    SELECT account_id, product_id, ends_on, sum(mrr) AS mrr FROM line
    WHERE ends_on IS NOT NULL
      AND NOT EXISTS (SELECT FROM accounts_subscriptionline next
                      WHERE next.previous_id = line.id AND next.voided_at IS NULL
                        AND next.starts_on = line.ends_on
                        AND coalesce(next.product_id, 0) = line.product_id)
    GROUP BY 1, 2, 3
), sold AS (
    SELECT begun.*, CASE WHEN before IS NOT NULL THEN begun.mrr - before
                         ELSE (others - coalesce(ended.mrr, 0)) * begun.mrr / others END AS gain
    FROM begun LEFT JOIN ended ON ended.account_id = begun.account_id
         AND ended.product_id = begun.product_id AND ended.ends_on = begun.starts_on
)
SELECT account.id, account.currency, (first_on {ORDINAL})::int4, (sold.starts_on {ORDINAL})::int4,
       product_id::int8, coalesce(plan_id, 0)::int8, coalesce(bundle_plan_id, 0)::int8,
       (CASE WHEN sold.starts_on = first_on THEN {NEW} WHEN paid_until >= sold.starts_on
        THEN {EXPANSION} ELSE {REACTIVATION} END)::int2,
       coalesce(profile.segment_id, 0)::int8, coalesce(profile.region_id, 0)::int8, gain::float8
FROM sold JOIN accounts_account account ON account.id = sold.account_id
LEFT JOIN accounts_accountprofile profile ON profile.account_id = account.id
     AND profile.starts_on <= sold.starts_on
     AND (profile.ends_on IS NULL OR profile.ends_on > sold.starts_on)
WHERE gain > 0 AND origin <> ALL(%(not_sold)s)
ORDER BY sold.starts_on, account.id"""
ACCOUNT = {"id": "i8", "currency": "S3", "first": "i4"}
SALE = {
    "account": "i4",  # place among `ids`
    "day": "i4",  # days are proleptic Gregorian ordinals
    "product": "i4",  # 0: none
    "plan": "i4",
    "bundle": "i4",  # the plan of the bundle or platform; 0: sold alone
    "kind": "u1",
    "segment": "i4",  # of the account on the day; 0: none
    "region": "i4",
    "gain": "f8",  # minor units a month
}
ROW = packed(
    {
        **ACCOUNT,
        "day": "i4",
        **dict.fromkeys(("product", "plan", "bundle"), "i8"),
        "kind": "i2",
        **dict.fromkeys(("segment", "region"), "i8"),
        "gain": "f8",
    }
)


@dataclass(frozen=True)
class Sold(OfAccounts):
    """Sales in the order of their days."""

    account: np.ndarray
    day: np.ndarray
    product: np.ndarray
    plan: np.ndarray
    bundle: np.ndarray
    kind: np.ndarray
    segment: np.ndarray
    region: np.ndarray
    gain: np.ndarray

    def within(self, start: date, end: date) -> slice:
        """Where the sales of a period [start, end) lie."""
        # Numbers of the column's own type, or the whole column would be converted first.
        edges = np.array([start.toordinal(), end.toordinal()], dtype=np.int32)
        return slice(*self.day.searchsorted(edges).tolist())


def read_sold(accounts: Sequence[int] | None) -> Sold:
    """What was sold to these accounts; None: to all."""
    select = SELECT.format(which="TRUE" if accounts is None else THEIRS)
    values = {"accounts": accounts, "not_sold": list(NOT_SOLD)}
    # The place of each sale's account follows from the ids.
    kinds = {**ACCOUNT, **{name: kind for name, kind in SALE.items() if name != "account"}}
    columns = copied(select, values, ROW, kinds)
    _, some, account = np.unique(columns["id"], return_index=True, return_inverse=True)
    of_accounts = {name: columns.pop(name)[some] for name in ACCOUNT}
    return Sold(**of_accounts, account=account.astype("i4"), **columns)
