"""Opportunities whose value was proved by a trial, guided or not, and what became of them."""

from datetime import date
from typing import NamedTuple

from accounts.models.stage import OPEN
from metrics.inputs.offers import FILTERS, LOST, OWN_GROUPS, WON
from metrics.inputs.rows import GROUPS, PROFILE, Rows, fetch, of_stretches
from metrics.registry import Asked, Group, Input, Read

# An opportunity counts once, on the day of its first trial; guided if any of them was.
TRIED = """
SELECT account.id, account.currency, trial.day, {group}, trial.is_guided, offer.stage
FROM (
    SELECT opportunity_id, min(starts_on) AS day, bool_or(is_guided) AS is_guided
    FROM accounts_trial WHERE opportunity_id IS NOT NULL GROUP BY opportunity_id
) trial
JOIN accounts_opportunity offer ON offer.id = trial.opportunity_id
JOIN accounts_account account ON account.id = offer.account_id
LEFT JOIN accounts_member owner ON owner.id = offer.owner_id {profile}
WHERE offer.stage = ANY(%(stages)s) AND trial.day >= %(since)s AND trial.day < %(until)s
      AND {where}
ORDER BY trial.day, offer.id"""


class Tried(NamedTuple):
    account: int
    currency: str
    day: date
    group: Group
    is_guided: bool
    stage: str

    @property
    def is_won(self) -> bool:
        return self.stage in WON

    @property
    def is_lost(self) -> bool:
        return self.stage in LOST


def read(asked: Asked) -> Read:
    """What was tried by all who are meant, by the day of the first trial, and by each group.

    What was disqualified was never offered.
    """
    stretches = asked.stretches
    values = {
        "stages": [*WON, *LOST, *OPEN],
        "since": min(start for start, _ in stretches),
        "until": max(end for _, end in stretches),
    }
    group = {**GROUPS, **OWN_GROUPS}.get(asked.scope.group_by, "NULL")
    text = TRIED.replace("{group}", group).replace("{profile}", PROFILE.format(day="trial.day"))
    return of_stretches(asked, fetch(text, Tried, asked, FILTERS, values), Rows)


TRIED_OUT = Input(
    read,
    True,
    ("segment", "region", "product", "plan", "motion", "owner", "cohort", "currency"),
    ("segment", "region", "product", "motion", "owner", "cohort", "currency"),
)
