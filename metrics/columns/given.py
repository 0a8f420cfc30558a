"""Lines that cost less than their list price, as columns, with the day since which they do."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Self

import numpy as np

from accounts.long_discounts import discounts
from accounts.models import SubscriptionLine
from metrics.columns.columns import NEVER
from metrics.columns.copying import copied, packed
from metrics.columns.reading import ORDINAL

SELECT = f"""
SELECT account_id, (since {ORDINAL})::int4, (starts_on {ORDINAL})::int4,
       (coalesce(ends_on {ORDINAL}, {NEVER}))::int4, coalesce(product_id, 0)::int8,
       coalesce(plan_id, 0)::int8, mrr::int8
FROM ({{lines}}) AS given WHERE {{which}} ORDER BY account_id"""
LINE = {
    "id": "i8",  # of the account
    "since": "i4",  # days are proleptic Gregorian ordinals
    "day": "i4",
    "until": "i4",
    "product": "i4",  # 0: none
    "plan": "i4",
    "mrr": "f8",  # minor units a month
}
ROW = packed({**LINE, "product": "i8", "plan": "i8", "mrr": "i8"})


@dataclass(frozen=True)
class Given:
    """Lines below their list price, in the order of the ids of their accounts."""

    id: np.ndarray
    since: np.ndarray
    day: np.ndarray
    until: np.ndarray
    product: np.ndarray
    plan: np.ndarray
    mrr: np.ndarray

    def without(self, accounts: np.ndarray) -> Self:
        rest = ~np.isin(self.id, accounts)
        return type(self)(*(getattr(self, each.name)[rest] for each in fields(self)))

    def on(self, day: date) -> np.ndarray:
        """Which lines are held on the day."""
        number = np.int32(day.toordinal())
        return (self.day <= number) & (number < self.until)


def read_given(accounts: Sequence[int] | None) -> Given:
    """The lines of these accounts; None: of all."""
    names = ("account_id", "since", "starts_on", "ends_on", "product_id", "plan_id", "mrr")
    found = discounts(SubscriptionLine.objects.filter(mrr__gt=0)).order_by().values_list(*names)
    text, values = found.query.sql_with_params()
    which = "TRUE"
    if accounts is not None:
        which, values = "account_id = ANY(%s::bigint[])", (*values, list(accounts))
    return Given(**copied(SELECT.format(lines=text, which=which), values, ROW, LINE))
