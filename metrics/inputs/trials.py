"""Accounts that something was tried on, by experiment and variant, and whether they bought."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import NamedTuple

from accounts.models import Stage, Variant
from metrics.inputs.offers import WON
from metrics.inputs.rows import GROUPS, PROFILE, Rows, fetch, of_stretches
from metrics.registry import Asked, Group, Input, Read

TRIED = """
SELECT account.id, account.currency, offer.opened_on, {group}, offer.variant_id,
       CASE WHEN offer.stage = ANY(%(won)s) THEN coalesce(offer.decided_on, offer.opened_on) END,
       offer.stage = 'lost'
FROM accounts_opportunity offer
JOIN accounts_variant variant ON variant.id = offer.variant_id
JOIN accounts_account account ON account.id = offer.account_id {profile}
WHERE offer.stage <> %(never)s AND offer.opened_on < %(until)s AND {where}
ORDER BY offer.opened_on, offer.id"""
FILTERS = {"experiment": "variant.experiment_id = %(experiment)s"}


class Trial(NamedTuple):
    account: int
    currency: str
    day: date
    group: Group
    variant: int
    won_on: date | None
    is_lost: bool


@dataclass(frozen=True)
class Arm:
    """A variant with the first day of each of its accounts, and the days of those that bought."""

    variant: Variant
    began: Sequence[date]
    won: Sequence[date]


@dataclass(frozen=True)
class Trials(Rows):
    """What was tried; an account that is in several arms of an experiment is in none of them."""

    variants: Sequence[Variant] = ()

    def experiments(self, on: date) -> dict[str, tuple[list[Arm], int]]:
        """By code the arms, in their order, as they were on the day; and how many accounts were
        left out."""
        of_variant = {each.pk: each for each in self.variants}
        accounts: dict[tuple, dict[int, list[Trial]]] = defaultdict(lambda: defaultdict(list))
        for row in self.rows:
            experiment = of_variant[row.variant].experiment
            accounts[experiment.code, row.account][row.variant].append(row)
        found: dict[str, dict[int, Arm]] = {}
        left_out: dict[str, int] = defaultdict(int)
        for (code, _), arms in accounts.items():
            found.setdefault(code, self._arms(code))
            if len(arms) > 1:
                left_out[code] += 1
                continue
            ((variant, rows),) = arms.items()
            found[code][variant].began.append(rows[0].day)
            wins = [row.won_on for row in rows if row.won_on and row.won_on <= on]
            found[code][variant].won.extend(wins and [min(wins)])
        return {code: (list(arms.values()), left_out[code]) for code, arms in sorted(found.items())}

    def _arms(self, code: str) -> dict[int, Arm]:
        return {
            each.pk: Arm(each, [], []) for each in self.variants if each.experiment.code == code
        }


def read(asked: Asked) -> Read:
    """What was tried on all who are meant up to the day, and on each group."""
    values = {
        "won": list(WON),
        "never": Stage.DISQUALIFIED,
        "until": max(end for _, end in asked.stretches),
    }
    text = TRIED.replace("{group}", GROUPS.get(asked.scope.group_by, "NULL"))
    text = text.replace("{profile}", PROFILE.format(day="offer.opened_on"))
    rows = fetch(text, Trial, asked, FILTERS, values)
    variants = Variant.objects.select_related("experiment").order_by("experiment", "rank")
    return of_stretches(asked, rows, partial(Trials, variants=list(variants)))


TRIALS = Input(
    read,
    False,
    ("experiment", "segment", "region", "cohort", "currency"),
    ("segment", "region", "cohort", "currency"),
    has_series=False,
)
