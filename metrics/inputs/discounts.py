"""What customers pay on a day, and how much of it is below the list price, since when."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np
from django.db.models import Min

from accounts.long_discounts import discounted
from accounts.models import SubscriptionLine
from metrics.engine import ACCOUNTS
from metrics.inputs.rows import GROUPS, PROFILE, Rows, fetch
from metrics.registry import Asked, Group, Input, Read

PAID = """
SELECT account.id, account.currency, {group}, sum(line.mrr)::bigint,
       coalesce(sum(line.mrr) FILTER (WHERE line.amount < line.list_amount), 0)::bigint
FROM accounts_subscriptionline line
JOIN accounts_account account ON account.id = line.account_id {profile}
WHERE line.voided_at IS NULL AND line.mrr > 0 AND line.starts_on <= %(on)s
  AND (line.ends_on IS NULL OR line.ends_on > %(on)s) AND {where}
GROUP BY 1, 2, 3"""
FILTERS = {"product": "line.product_id = %(product)s", "plan": "line.plan_id = %(plan)s"}


class Paid(NamedTuple):
    account: int
    currency: str
    group: Group
    mrr: int
    discounted: int


@dataclass(frozen=True)
class Discounts(Rows):
    """Who pays on a day; `since` is the first day of the oldest discount of those who have one."""

    since: dict[int, date]

    def money(self) -> tuple[np.ndarray, np.ndarray]:
        """Of each customer, what is paid below the list price, and what is paid."""
        both = np.array([(row.discounted, row.mrr) for row in self.rows], dtype=float)
        return both[:, 0], both[:, 1]


def read(asked: Asked) -> Read:
    """What customers of each group pay on the day, and since when below the list price."""
    (on,) = asked.days
    text = PAID.replace("{group}", GROUPS.get(asked.scope.group_by, "NULL::bigint"))
    text = text.replace("{profile}", PROFILE.format(day="%(on)s"))
    rows = fetch(text, Paid, asked, FILTERS, {"on": on})
    made = partial(Discounts, since=_since(asked, on))
    groups: dict[Group, list[Paid]] = defaultdict(list)
    for row in rows if asked.scope.group_by else ():
        groups[row.group].append(row)
    return Read([made(rows)], {key: [made(found)] for key, found in groups.items()})


def _since(asked: Asked, on: date) -> dict[int, date]:
    """By account, the first day of its oldest discount on what is asked about."""
    lines = SubscriptionLine.objects.filter(mrr__gt=0)
    if ACCOUNTS in asked.ids:
        lines = lines.filter(account__in=asked.ids[ACCOUNTS])
    of = {name: asked.ids[name] for name in ("product", "plan") if name in asked.ids}
    rows = discounted(lines.filter(**of), on=on).order_by().values("account")
    return dict(rows.annotate(oldest=Min("since")).values_list("account", "oldest"))


DISCOUNTS = Input(
    read,
    False,
    ("segment", "region", "product", "plan", "cohort", "currency"),
    ("segment", "region", "cohort", "currency"),
    has_series=False,
)
