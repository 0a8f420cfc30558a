"""Which discounts a purchase gets, why not the others, and what is paid while they last."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext
from itertools import pairwise

from config.money import round_money
from config.periods import add_months
from pricing.amounts import DIGITS, ZERO
from pricing.models import Incentive, IncentiveKind, Interval, Plan, Stacking
from pricing.resolution import Buyer

HUNDRED = Decimal(100)
DAYS_A_MONTH = Decimal(365) / 12


@dataclass(frozen=True)
class Used:
    """How often an incentive was redeemed: by everybody, and by the buyer."""

    total: int = 0
    by_account: int = 0


@dataclass(frozen=True)
class Purchase:
    """What is about to be bought: a plan, by whom, for how much before discounts.

    `products` are what the plan is of, `given_up` the day on which the buyer last stopped
    holding a product; `used` counts redemptions by incentive.
    """

    plan: Plan
    buyer: Buyer
    products: frozenset[str]
    interval: str
    currency: str
    amount: Decimal
    on: date
    is_locked: bool = False
    given_up: Mapping[str, date] = field(default_factory=dict)
    used: Mapping[int, Used] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Whether a purchase gets an incentive; `reason` is the rule that it does not fit."""

    incentive: Incentive
    reason: str = ""

    @property
    def is_eligible(self) -> bool:
        return not self.reason

    @property
    def step(self) -> dict:
        """What a trace says of it."""
        subject = f"/incentives/{self.incentive.code}/"
        return {
            "step": "incentive",
            "subject": subject,
            "considered": 1,
            "matched": subject if self.is_eligible else None,
            "reason": self.reason or "It applies.",
        }


@dataclass(frozen=True)
class Stretch:
    """Days on which one amount is paid for each interval, and the discounts that lead to it."""

    starts_on: date
    ends_on: date | None
    amount: Decimal
    incentives: tuple[Incentive, ...] = ()


def judge(*, incentives: Iterable[Incentive], purchase: Purchase) -> list[Verdict]:
    """What each incentive says to the purchase; their plans and products are prefetched.

    The reason names the first rule that does not fit, such as `nth_product=3`: it would be the
    buyer's third product.
    """
    return [Verdict(each, next(_misfits(each, purchase), "")) for each in incentives]


def _misfits(incentive: Incentive, purchase: Purchase) -> Iterator[str]:
    yield from _of_the_purchase(incentive, purchase)
    yield from _of_the_buyer(incentive, purchase)
    used = purchase.used.get(incentive.pk, Used())
    if incentive.max_total is not None and used.total >= incentive.max_total:
        yield f"max_total={incentive.max_total}"
    if used.by_account >= incentive.max_per_account:
        yield f"max_per_account={incentive.max_per_account}"


def _of_the_purchase(incentive: Incentive, purchase: Purchase) -> Iterator[str]:
    if not incentive.redeem_from <= purchase.on < incentive.redeem_until:
        yield f"redeem_until={incentive.redeem_until}"
    plans = {plan.pk for plan in incentive.plans.all()}
    if plans and purchase.plan.pk not in plans:
        yield f"plan={purchase.plan.code}"
    if incentive.interval and incentive.interval != purchase.interval:
        yield f"interval={purchase.interval}"
    if incentive.currency and incentive.currency != purchase.currency:
        yield f"currency={purchase.currency}"
    if purchase.is_locked and not incentive.on_locked:
        yield "locked_price"


def _of_the_buyer(incentive: Incentive, purchase: Purchase) -> Iterator[str]:
    buyer = purchase.buyer
    for name in ("segment", "region"):
        asked, given = getattr(incentive, name), getattr(buyer, name)
        if asked and asked.code != given:
            yield f"{name}={given or 'none'}"
    yield from _of_what_is_held(incentive, buyer.products, purchase.products)
    since = purchase.on - timedelta(days=incentive.reacquire_days)
    new = purchase.products - buyer.products
    if any(purchase.given_up.get(code, date.min) > since for code in new):
        yield f"reacquire_days={incentive.reacquire_days}"


def _of_what_is_held(
    incentive: Incentive, held: Collection[str], wanted: Collection[str]
) -> Iterator[str]:
    if incentive.nth_product is not None:
        if set(wanted) <= set(held):
            yield "already_held"
        elif len(held) + 1 != incentive.nth_product:
            yield f"nth_product={len(held) + 1}"
    for product in incentive.required_products.all():
        if product.code not in held:
            yield f"required_product={product.code}"
    for product in incentive.excluded_products.all():
        if product.code in held:
            yield f"excluded_product={product.code}"


def choose(*, eligible: Collection[Incentive], purchase: Purchase) -> list[Incentive]:
    """Which of the incentives that apply are taken.

    Where one of them is exclusive, the single one that saves the customer most while it lasts;
    else all, by rank.
    """
    ranked = sorted(eligible, key=lambda each: each.rank)
    if any(each.stacking == Stacking.EXCLUSIVE for each in ranked):
        return [max(ranked, key=lambda each: saving(incentive=each, purchase=purchase))]
    return ranked


def saving(*, incentive: Incentive, purchase: Purchase) -> Decimal:
    """What it takes off in all, as long as it lasts."""
    off = purchase.amount - _reduced(incentive, purchase.amount)
    months = Interval(purchase.interval).months
    if incentive.duration_periods is not None:
        return off * incentive.duration_periods
    return off * Decimal(incentive.duration_days) / (DAYS_A_MONTH * months)


def _reduced(incentive: Incentive, amount: Decimal) -> Decimal:
    """The amount less the discount, exact, never below 0."""
    if incentive.kind == IncentiveKind.FREE_PERIODS:
        return ZERO
    if incentive.kind == IncentiveKind.PERCENT:
        return amount * (HUNDRED - incentive.value) / HUNDRED
    return max(ZERO, amount - incentive.value)


def discounted(*, incentives: Sequence[Incentive], amount: Decimal, currency: str) -> Decimal:
    """The amount with all of them taken off in this order, never below 0, rounded once."""
    with localcontext(prec=DIGITS):
        for each in incentives:
            amount = _reduced(each, amount)
        return round_money(amount, currency)


def last_day(*, incentive: Incentive, starts_on: date, interval: str) -> date:
    """The first day without it, if it begins on the day; the last of all days beyond calendars."""
    try:
        if incentive.duration_days is not None:
            return starts_on + timedelta(days=incentive.duration_days)
        return add_months(starts_on, incentive.duration_periods * Interval(interval).months)
    except (OverflowError, ValueError):
        return date.max


def stretches(*, incentives: Sequence[Incentive], purchase: Purchase) -> list[Stretch]:
    """What is paid from the day on, stretch by stretch; the last one is the price without end.

    Discounts of different length end one after the other, each on its own day.
    """
    ends = {
        each: last_day(incentive=each, starts_on=purchase.on, interval=purchase.interval)
        for each in incentives
    }
    days = [purchase.on, *sorted(set(ends.values())), None]
    found = []
    for start, end in pairwise(days):
        running = tuple(each for each in incentives if ends[each] > start)
        amount = discounted(incentives=running, amount=purchase.amount, currency=purchase.currency)
        found.append(Stretch(start, end, amount, running))
    return found
