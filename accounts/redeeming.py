"""Which incentives a customer gets with what it buys, and how often they were given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Max, Q

from accounts.buyers import buyer_of
from accounts.discounts import write_stretches
from accounts.incentive_events import incentive_redeemed
from accounts.models import Account, IncentiveRedemption, SubscriptionLine
from config.errors import DomainError
from pricing.bundles import composition
from pricing.incentives import (
    Purchase,
    Used,
    choose,
    discounted,
    judge,
    last_day,
    stretches,
)
from pricing.models import COMPOSITE, Cadence, Incentive, Plan
from pricing.resolution import Buyer


class NotEligible(DomainError):
    code = "not_eligible"


class NothingToDiscount(DomainError):
    code = "nothing_to_discount"


@dataclass(frozen=True)
class Applicant:
    """An account as incentives know it on a day: what it holds, gave up, and got before."""

    account: Account
    on: date
    buyer: Buyer
    given_up: Mapping[str, date]
    used: Mapping[int, Used]

    def purchase(
        self, *, plan: Plan, interval: str, amount: Decimal, is_locked: bool = False
    ) -> Purchase:
        """What buying a plan is, for so much without discounts; asks for a bundle's contents.

        `is_locked` says that the amount is one that was promised to the customer.
        """
        return Purchase(
            plan=plan,
            buyer=self.buyer,
            products=_products(plan, self.on),
            interval=interval,
            currency=self.account.currency,
            amount=amount,
            on=self.on,
            given_up=self.given_up,
            used=self.used,
            is_locked=is_locked,
        )


def applicant(*, account: Account, incentives: Iterable[Incentive], on: date) -> Applicant:
    """The account as these incentives know it on the day; five queries."""
    return Applicant(
        account,
        on,
        buyer_of(account=account, on=on),
        _given_up(account, on),
        _used(account, list(incentives)),
    )


def _products(plan: Plan, on: date) -> frozenset[str]:
    if plan.kind in COMPOSITE:
        members = composition(plan=plan, on=on).granted
        return frozenset(each.plan.product.code for each in members if each.plan.product_id)
    return frozenset({plan.product.code} if plan.product_id else ())


def _given_up(account: Account, on: date) -> dict[str, date]:
    """The last day on which a line of each product ended, on or before the day."""
    ended = SubscriptionLine.objects.standing().filter(
        account=account, product__isnull=False, ends_on__lte=on
    )
    return dict(ended.order_by().values_list("product__code").annotate(Max("ends_on")))


def _used(account: Account, incentives: Sequence[Incentive]) -> dict[int, Used]:
    counted = IncentiveRedemption.objects.counting().filter(incentive__in=incentives)
    rows = counted.order_by().values_list("incentive")
    rows = rows.annotate(total=Count("id"), own=Count("id", filter=Q(account=account)))
    return {pk: Used(total, own) for pk, total, own in rows}


def with_criteria(incentives):
    """Incentives with everything that judging them asks for; four queries."""
    return incentives.select_related("segment", "region").prefetch_related(
        "plans", "required_products", "excluded_products"
    )


def write_redeemed(
    *,
    wanted: SubscriptionLine,
    lines: list[SubscriptionLine],
    incentives: Sequence[Incentive],
    is_locked: bool = False,
) -> list[SubscriptionLine]:
    """Write what is sold (`lines`, of the line that is wanted) with incentives that were named.

    They are counted under their own locks. Raises NotEligible naming the rule that an incentive
    does not fit, NothingToDiscount for terms that were agreed and for what does not recur.
    """
    held = _lock(incentives)
    if wanted.price is None or not wanted.recurs or wanted.charge.cadence != Cadence.RECURRING:
        raise NothingToDiscount("Incentives lower prices that recur; agreed terms have none.")
    amount = sum(line.amount for line in lines)
    asks = applicant(account=wanted.account, incentives=held, on=wanted.starts_on)
    purchase = asks.purchase(
        plan=wanted.plan, interval=wanted.interval, amount=amount, is_locked=is_locked
    )
    verdicts = judge(incentives=held, purchase=purchase)
    for verdict in verdicts:
        if not verdict.is_eligible:
            raise NotEligible(f"{verdict.incentive} does not apply: {verdict.reason}.")
    chosen = choose(eligible=held, purchase=purchase)
    for line in lines:
        line.trace = [*line.trace, *(v.step for v in verdicts if v.incentive in chosen)]
    written = write_stretches(
        lines=lines, stretches=stretches(incentives=chosen, purchase=purchase)
    )
    for incentive in chosen:
        incentive_redeemed(_redeem(incentive, written[0], purchase))
    return written


def _lock(incentives: Sequence[Incentive]) -> list[Incentive]:
    """The incentives, which nobody else redeems meanwhile; always in one order."""
    rows = Incentive.objects.filter(pk__in=[each.pk for each in incentives]).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))
    return list(with_criteria(rows))


def _redeem(
    incentive: Incentive, line: SubscriptionLine, purchase: Purchase
) -> IncentiveRedemption:
    paid = discounted(incentives=[incentive], amount=purchase.amount, currency=purchase.currency)
    redemption = IncentiveRedemption(
        incentive=incentive,
        account=line.account,
        line=line,
        discount=purchase.amount - paid,
        starts_on=purchase.on,
        ends_on=last_day(incentive=incentive, starts_on=purchase.on, interval=purchase.interval),
    )
    redemption.full_clean()
    redemption.save()
    return redemption
