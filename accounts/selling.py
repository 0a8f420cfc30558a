"""What selling a plan means: at which price, and of a bundle, which line for which product."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError

from accounts.buyers import buyer_of
from accounts.models import SubscriptionLine
from config.errors import DomainError
from config.money import AMOUNT_DIGITS
from pricing.allocation import allocate
from pricing.bundles import Member, composition, share_charge
from pricing.models import (
    COMPOSITE,
    Cadence,
    Charge,
    Plan,
    PlanVersion,
    Price,
    PriceInterval,
)
from pricing.resolution import Ask, Buyer, NoPrice, resolve_price, resolve_prices

ONE = Decimal(1)
DIGITS = AMOUNT_DIGITS["decimal_places"]
ON_SALE = ("on_sale",)


class NotOnSale(DomainError):
    code = "not_on_sale"


class NothingInside(DomainError):
    code = "nothing_inside"


class NoShare(DomainError):
    code = "no_share"


@dataclass(frozen=True)
class Deal:
    """What is asked and paid for each interval, the price behind it if there is one, and why."""

    amount: Decimal
    list_amount: Decimal | None
    price: Price | None
    trace: list[dict]


def sold(*, line: SubscriptionLine, on_sale: Sequence[str] = ON_SALE) -> list[SubscriptionLine]:
    """The lines, not written yet, that selling a wanted line means.

    The line knows its subscription, charge and first day. Without an amount it gets the price in
    force for the account on that day; with one, these are agreed terms, which no price moves. A
    bundle or a platform becomes a line for each plan that is in it, whose amounts add up to the
    price. `on_sale` names the stages of life in which plans and products may be sold. Raises
    NotOnSale, NoPrice, NothingInside for a bundle without a version in force, NoShare when a part
    of it has no price by which its share could be told, ValidationError for a list price without
    an amount.
    """
    check_quantity(line.quantity)
    line.account, line.plan = line.subscription.account, line.charge.plan
    if line.charge.cadence == Cadence.ONE_TIME:
        line.interval = PriceInterval.ONE_TIME
    _check_sale(line.plan, line.starts_on, on_sale)
    buyer = buyer_of(account=line.account, on=line.starts_on) if _asks(line) else None
    deal = _deal(line, buyer)
    line.amount, line.list_amount = deal.amount, deal.list_amount
    line.price, line.trace = deal.price, [*line.trace, *deal.trace]
    if line.plan.kind in COMPOSITE:
        return _shared(line, buyer)
    line.product_id = line.plan.product_id
    line.plan_version = _version(line.plan, line.starts_on)
    return [line]


def check_quantity(quantity: Decimal | None) -> None:
    """Refuses nothing, and less."""
    if quantity is not None and quantity <= 0:
        raise ValidationError({"quantity": "The quantity is more than nothing."})


def _asks(line: SubscriptionLine) -> bool:
    return line.amount is None or line.plan.kind in COMPOSITE


def _deal(line: SubscriptionLine, buyer: Buyer | None) -> Deal:
    if line.amount is not None:
        return Deal(line.amount, line.list_amount, None, [])
    if line.list_amount is not None:
        raise ValidationError({"amount": "A list price that is agreed on needs the amount paid."})
    found = resolve_price(
        buyer=buyer,
        charge=line.charge,
        currency=line.subscription.currency,
        interval=line.interval,
        on=line.starts_on,
        quantity=_units(line),
    )
    if line.charge.cadence != Cadence.USAGE:
        line.quantity = _units(line)
    total = found.amount.total
    return Deal(total, total, found.price, found.trace)


def _units(line: SubscriptionLine) -> Decimal:
    """How many are asked for; of what is paid by usage nobody knows yet."""
    if line.charge.cadence == Cadence.USAGE:
        return line.quantity or Decimal(0)
    return line.quantity or ONE


def _check_sale(plan: Plan, day: date, on_sale: Sequence[str]) -> None:
    for sellable in (plan, plan.product):
        if sellable and sellable.status(on=day) not in on_sale:
            raise NotOnSale(f"{sellable} is not on sale on {day}.")


def _version(plan: Plan, day: date) -> PlanVersion | None:
    return PlanVersion.objects.published(on=day).filter(plan=plan.pk).first()


def _shared(line: SubscriptionLine, buyer: Buyer) -> list[SubscriptionLine]:
    """A line for each plan that the bundle contains, with its share of the amount."""
    found = composition(plan=line.plan, on=line.starts_on)
    members = found.granted
    members = [member for member in members if member.in_version]
    if not members:
        raise NothingInside(f"{line.plan} contains nothing that is on sale on {line.starts_on}.")
    for member in members:
        _check_sale(member.plan, line.starts_on, ON_SALE)
    bundles = line.quantity or ONE
    charges = _charges(line.charge, members)
    weights = _stand_alone(line, buyer, members, charges)
    keys = [(member.plan.product_id or 0, member.plan.pk) for member in members]
    shares, lists = (
        allocate(amount=amount, weights=weights, keys=keys, currency=line.subscription.currency)
        if amount is not None
        else [None] * len(members)
        for amount in (line.amount, line.list_amount)
    )
    versions = _versions(members, line.starts_on)
    return [
        SubscriptionLine(
            subscription=line.subscription,
            account=line.account,
            plan=member.plan,
            plan_version=versions.get(member.plan.pk),
            charge=charge,
            product_id=member.plan.product_id,
            price=line.price,
            bundle_plan=line.plan,
            bundle_version=found.version,
            bundle_quantity=bundles,
            instance=line.instance,
            quantity=round(member.quantity * bundles, DIGITS),
            interval=line.interval,
            list_amount=list_share,
            amount=share,
            starts_on=line.starts_on,
            ends_on=line.ends_on,
            trace=[*line.trace, _share(line, member, share, weight)],
        )
        for member, charge, share, list_share, weight in zip(
            members, charges, shares, lists, weights, strict=True
        )
    ]


def _share(line: SubscriptionLine, member: Member, share: Decimal, weight: Decimal) -> dict:
    return {
        "step": "share",
        "subject": f"/plans/{line.plan.code}/",
        "considered": 1,
        "matched": f"/plans/{member.plan.code}/",
        "reason": (
            f"{share:f} of {line.amount:f} {line.subscription.currency} for {line.plan}, by its "
            f"price alone, {weight:f}."
        ),
    }


def _versions(members: Sequence[Member], day: date) -> dict[int, PlanVersion]:
    rows = PlanVersion.objects.published(on=day)
    return {row.plan_id: row for row in rows.filter(plan__in=[m.plan.pk for m in members])}


def _charges(bundle: Charge, members: Sequence[Member]) -> list[Charge]:
    """Of each plan inside, the charge that holds its share: of the bundle's code, or the base."""
    plans = [member.plan.pk for member in members]
    known = Charge.objects.filter(plan__in=plans, cadence=bundle.cadence).order_by("code")
    by_plan: dict[int, dict[str, Charge]] = {plan: {} for plan in plans}
    for charge in known:
        by_plan[charge.plan_id][charge.code] = charge
    return [_charge(member.plan, by_plan[member.plan.pk], bundle) for member in members]


def _charge(plan: Plan, charges: dict[str, Charge], bundle: Charge) -> Charge:
    if not charges:
        raise NoShare(f"{plan} has no charge that could hold its share of {bundle.plan}.")
    found = share_charge(charges, like=bundle)
    found.plan = plan
    return found


def _stand_alone(
    line: SubscriptionLine, buyer: Buyer, members: Sequence[Member], charges: Sequence[Charge]
) -> list[Decimal]:
    """What each plan inside would cost the account by itself."""
    asks = [
        Ask(buyer, charge, line.subscription.currency, line.interval, member.quantity)
        for member, charge in zip(members, charges, strict=True)
    ]
    found = resolve_prices(asks, on=line.starts_on)
    for member, price in zip(members, found, strict=True):
        if isinstance(price, NoPrice):
            raise NoShare(
                f"The share of {member.plan.product or member.plan} in {line.plan} cannot be "
                f"told: {price}"
            )
    return [each.amount.total for each in found]
