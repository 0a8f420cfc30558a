"""Which incentives a customer gets with what it buys, and how often they were given."""

from collections.abc import Iterable, Sequence
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
    Verdict,
    choose,
    discounted,
    judge,
    last_day,
    stretches,
)
from pricing.models import COMPOSITE, Cadence, Incentive, Plan


class NotEligible(DomainError):
    code = "not_eligible"


class NothingToDiscount(DomainError):
    code = "nothing_to_discount"


def eligibility(
    *,
    incentives: Iterable[Incentive],
    plan: Plan,
    account: Account,
    interval: str,
    on: date,
    amount: Decimal = Decimal(0),
) -> tuple[Purchase, list[Verdict]]:
    """What each incentive says to an account that would buy a plan on the day, and the purchase.

    Five queries, and those of a bundle's contents. `amount` is what is paid without them.
    """
    incentives = list(incentives)
    products = _products(plan, on)
    purchase = Purchase(
        plan=plan,
        buyer=buyer_of(account=account, on=on),
        products=products,
        interval=interval,
        currency=account.currency,
        amount=amount,
        on=on,
        given_up=_given_up(account, products, on),
        used=_used(account, incentives),
    )
    return purchase, judge(incentives=incentives, purchase=purchase)


def _products(plan: Plan, on: date) -> frozenset[str]:
    if plan.kind in COMPOSITE:
        members = composition(plan=plan, on=on).granted
        return frozenset(each.plan.product.code for each in members if each.plan.product_id)
    return frozenset({plan.product.code} if plan.product_id else ())


def _given_up(account: Account, products: frozenset[str], on: date) -> dict[str, date]:
    """The last day on which a line of each product ended, on or before the day."""
    lines = SubscriptionLine.objects.standing().filter(
        account=account, product__code__in=products, ends_on__lte=on
    )
    return dict(lines.order_by().values_list("product__code").annotate(Max("ends_on")))


def _used(account: Account, incentives: Sequence[Incentive]) -> dict[int, Used]:
    counted = IncentiveRedemption.objects.counting().filter(incentive__in=incentives)
    rows = counted.order_by().values_list("incentive")
    rows = rows.annotate(Count("id"), Count("id", filter=Q(account=account)))
    return {pk: Used(total, own) for pk, total, own in rows}


def with_criteria(incentives):
    """Incentives with everything that judging them asks for; four queries."""
    return incentives.select_related("segment", "region").prefetch_related(
        "plans", "required_products", "excluded_products"
    )


def write_redeemed(
    *, wanted: SubscriptionLine, lines: list[SubscriptionLine], incentives: Sequence[Incentive]
) -> list[SubscriptionLine]:
    """Write what is sold (`lines`, of the line that is wanted) with incentives that were named.

    They are counted under their own locks. Raises NotEligible naming the rule that an incentive
    does not fit, NothingToDiscount for terms that were agreed and for what does not recur.
    """
    held = _lock(incentives)
    if wanted.price is None or not wanted.recurs or wanted.charge.cadence != Cadence.RECURRING:
        raise NothingToDiscount("Incentives lower prices that recur; agreed terms have none.")
    amount = sum(line.amount for line in lines)
    purchase, verdicts = eligibility(
        incentives=held,
        plan=wanted.plan,
        account=wanted.account,
        interval=wanted.interval,
        on=wanted.starts_on,
        amount=amount,
    )
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
