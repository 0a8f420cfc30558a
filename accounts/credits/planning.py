"""How far an account's credits go: what it has and what it will be granted, against a plan."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import F, Q

from accounts.credits.owing import owed_draws
from accounts.credits.pools import as_pool
from accounts.credits.subscribed import coming
from accounts.models import Account, CreditGrant
from config.errors import DomainError
from pricing.amounts import ZERO
from pricing.burning import BurnTable
from pricing.credit_planning import Allocation, Need, Pool, burn, simulate
from pricing.models import CreditUnit, Feature

Planned = Sequence[tuple[Feature, Decimal]]
LONGEST = 1_100  # days: three years


class TooLong(DomainError):
    code = "too_long"


def plan_credits(
    *,
    unit: CreditUnit,
    planned: Planned,
    starts_on: date,
    ends_on: date,
    account: Account | None = None,
    credits: Decimal = ZERO,
) -> Allocation:
    """What planned units of `[starts_on, ends_on)` use, spread evenly over its days.

    They are paid from `credits`, and from what the account has of them and will have; what it
    owes comes first. Nothing is written. Raises NoBurnRate for a feature without a rate on one
    of the days, TooLong for more than three years.
    """
    if (ends_on - starts_on).days > LONGEST:
        raise TooLong(f"Plan at most {LONGEST:,} days at once.")
    table = BurnTable(unit=unit, features=[feature for feature, _ in planned])
    pools = [Pool(None, credits, starts_on)] if credits else []
    if account:
        pools += _pools(account, unit, starts_on, ends_on)
        for draw in owed_draws(account=account, unit=unit):
            burn(pools, draw.owed, product=draw.feature.product_id, on=starts_on)
    return simulate(
        pools=pools,
        needs=[Need(feature.code, feature.product_id, units) for feature, units in planned],
        rate=table.rate,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def _pools(account: Account, unit: CreditUnit, starts_on: date, ends_on: date) -> list[Pool]:
    grants = CreditGrant.objects.of(account, unit).filter(
        Q(ends_on=None) | Q(ends_on__gt=starts_on), starts_on__lt=ends_on, balance__left__gt=0
    )
    pools = [as_pool(each, left=each.left) for each in grants.annotate(left=F("balance__left"))]
    known = CreditGrant.objects.of(account, unit).filter(key__isnull=False)
    known = set(known.values_list("key", flat=True))
    to_come = coming(account=account, unit=unit, since=starts_on, until=ends_on)
    return pools + [as_pool(each, left=each.credits) for each in to_come if each.key not in known]
