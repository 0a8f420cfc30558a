"""What a plan would bring a month at an account: the price in its own book, with the trace."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.buyers import buyer_of
from accounts.models import Account
from config.money import to_minor
from pricing.models import Cadence, Charge, Interval, Plan
from pricing.resolution import Ask, Buyer, NoPrice, Resolved, resolve_prices

ONE = Decimal(1)
INTERVALS = (Interval.MONTH, Interval.YEAR, Interval.QUARTER)


@dataclass(frozen=True)
class Offered:
    """A plan at an account: the recurring price of each charge, and what it comes to a month.

    `mrr` is in minor units of the account's currency, None where there is no price; then `missing`
    says which books were asked.
    """

    plan: Plan
    mrr: int | None = None
    prices: list[Resolved] = field(default_factory=list)
    missing: str = ""

    @property
    def trace(self) -> list[dict]:
        return [step for price in self.prices for step in price.trace]


def offered(*, account: Account, plan: Plan, on: date, quantity: Decimal = ONE) -> Offered:
    """The plan's price for the account on the day."""
    return offers(account=account, plans=[plan], on=on, quantity=quantity)[plan.pk]


def offers(
    *,
    account: Account,
    plans: Sequence[Plan],
    on: date,
    quantity: Decimal = ONE,
    buyer: Buyer | None = None,
) -> dict[int, Offered]:
    """Prices of many plans for the account on the day, by id of the plan; a handful of queries.

    Of a charge the price of a month is taken, else that of a year, else that of a quarter: none
    is converted. A charge that counts something is asked for the quantity, a base fee for one.
    `buyer` is the account as prices know it, where somebody has read that already.
    """
    buyer = buyer or buyer_of(account=account, on=on)
    charges = list(_recurring(plans))
    asks = [
        Ask(
            buyer, charge, account.currency, interval, quantity if charge.feature_id else Decimal(1)
        )
        for charge in charges
        for interval in INTERVALS
    ]
    answers = iter(resolve_prices(asks, on=on))
    found = {charge.pk: [next(answers) for _ in INTERVALS] for charge in charges}
    return {
        plan.pk: _together(plan, [found[c.pk] for c in charges if c.plan_id == plan.pk])
        for plan in plans
    }


def _recurring(plans: Sequence[Plan]) -> Iterable[Charge]:
    by_id = {plan.pk: plan for plan in plans}
    rows = Charge.objects.filter(plan__in=by_id, cadence=Cadence.RECURRING).order_by("plan", "code")
    for charge in rows:
        charge.plan = by_id[charge.plan_id]
        yield charge


def _together(plan: Plan, answers: list[list[Resolved | NoPrice]]) -> Offered:
    prices, missing = [], []
    for each in answers:
        price = next((one for one in each if isinstance(one, Resolved)), None)
        if price:
            prices.append(price)
        else:
            missing.append(str(each[0]))
    if missing or not prices:
        return Offered(plan, None, prices, " ".join(missing) or f"{plan} has no recurring charge.")
    return Offered(plan, sum(_monthly(price) for price in prices), prices)


def _monthly(price: Resolved) -> int:
    months = Interval(price.price.interval).months
    return to_minor(price.amount.total / months, price.price.currency)
