"""Offers that were made to customers, and what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from accounts.models import Stage
from accounts.models.stage import OPEN
from metrics.inputs.rows import GROUPS, PROFILE, Rows, fetch, of_stretches
from metrics.registry import Asked, Group, Input, Read

WON, LOST = (Stage.WON, Stage.ADOPTED), (Stage.LOST,)
OFFERED = """
SELECT account.id, account.currency, offer.opened_on, {group}, offer.motion, offer.stage,
       offer.decided_on, offer.expected_mrr
FROM accounts_opportunity offer
JOIN accounts_account account ON account.id = offer.account_id
LEFT JOIN accounts_member owner ON owner.id = offer.owner_id {profile}
WHERE offer.stage = ANY(%(stages)s) AND offer.opened_on >= %(since)s AND offer.opened_on < %(until)s
      AND {where}
ORDER BY offer.opened_on, offer.id"""
FILTERS = {
    "product": "offer.product_id = %(product)s",
    "plan": "offer.target_plan_id = %(plan)s",
    "motion": "offer.motion = %(motion)s",
    "owner": "owner.user_id = %(owner)s",
}
OWN_GROUPS = {
    "product": "offer.product_id",
    "motion": "offer.motion",
    "owner": "owner.user_id",
}


class Offer(NamedTuple):
    account: int
    currency: str
    day: date
    group: Group
    motion: str
    stage: str
    decided_on: date | None
    value: int | None  # more recurring revenue a month, in minor units

    @property
    def is_won(self) -> bool:
        return self.stage in WON

    @property
    def is_lost(self) -> bool:
        return self.stage in LOST


@dataclass(frozen=True)
class Tally:
    """How many offers were made, and how many of them are won, lost and still open."""

    offers: int
    won: int
    lost: int

    @classmethod
    def of(cls, offers: Iterable[Offer]) -> Self:
        rows = list(offers)
        return cls(len(rows), sum(row.is_won for row in rows), sum(row.is_lost for row in rows))

    @property
    def decided(self) -> int:
        return self.won + self.lost

    @property
    def open(self) -> int:
        return self.offers - self.decided


def read(asked: Asked) -> Read:
    """The offers of all who are meant, by the day on which they were made, and of each group.

    What was disqualified was never offered.
    """
    stretches = asked.stretches
    values = {
        "stages": [*WON, *LOST, *OPEN],
        "since": min(start for start, _ in stretches),
        "until": max(end for _, end in stretches),
    }
    group = {**GROUPS, **OWN_GROUPS}.get(asked.scope.group_by, "NULL")
    text = OFFERED.replace("{group}", group)
    text = text.replace("{profile}", PROFILE.format(day="offer.opened_on"))
    return of_stretches(asked, fetch(text, Offer, asked, FILTERS, values), Rows)


OFFERS = Input(
    read,
    True,
    ("segment", "region", "product", "plan", "motion", "owner", "cohort", "currency"),
    ("segment", "region", "product", "motion", "owner", "cohort", "currency"),
)
