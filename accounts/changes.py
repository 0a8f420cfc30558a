"""What a customer asks to have changed: another plan, more or less of it, another interval."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max

from accounts.discounts import carry_on, ends_of
from accounts.holdings import close_all, follow, holding, later, successor, touch, write
from accounts.kept_promises import Carried, carried, end_locks, go_on, put, units_beyond
from accounts.ledger import recording
from accounts.models import LockEnd, Origin, SubscriptionLine
from accounts.renewal import renew_holding
from accounts.selling import DIGITS, ON_SALE, check_quantity, sold
from config.errors import DomainError
from config.money import round_money
from pricing.allocation import allocate
from pricing.amounts import amount_of
from pricing.models import COMPOSITE, Charge, MigrationPath, Plan, Timing

AFTER_SALE = (*ON_SALE, "closed")


class PathClosed(DomainError):
    code = "path_closed"


class TermsNeeded(DomainError):
    code = "terms_needed"


class NothingChanges(DomainError):
    code = "nothing_changes"


@dataclass(frozen=True)
class Wish:
    """What a customer wants to hold from a day on; what is left out stays as it is.

    With an amount these are agreed terms; otherwise another plan or interval costs what it costs
    the account on that day, and another quantity of the same is counted at the price held.
    """

    charge: Charge | None = None
    quantity: Decimal | None = None
    interval: str | None = None
    amount: Decimal | None = None
    list_amount: Decimal | None = None


def change(*, line: SubscriptionLine, wish: Wish, on: date) -> list[SubscriptionLine]:
    """Change what a line, with its bundle, is: on the day asked for, or at the end of its term.

    A migration path between the plans says which, and whether at all; where there is none the day
    asked for counts. What was written to follow never was: a change in the past takes its place,
    and renewals since are done again. Raises NotHeld, NothingChanges, PathClosed for a path that
    is not allowed, NotOnSale for a plan that nobody can buy unless a path leads there, TermsNeeded
    when a quantity changes whose price is not known, and what `accounts.selling.sold` raises.
    """
    check_quantity(wish.quantity)
    with recording(line.account_id):
        held = holding(line=line, on=on)
        first = held[0]
        plan = first.bundle_plan or first.plan
        target = wish.charge.plan if wish.charge else plan
        path = MigrationPath.objects.filter(from_plan=plan, to_plan=target).first()
        if path and not path.allowed:
            raise PathClosed(f"There is no way from {plan} to {target}. {path.note}".strip())
        day = on
        if path and path.timing == Timing.PERIOD_END:
            day = first.boundary_from(on)
            held = holding(line=line, on=day)
        touch(subscription_id=first.subscription_id)
        if target == plan and (more := _units_beyond(held, wish, day)):
            return [*held, *more]
        new = _changed(held, wish, target, day, path)
        found = carried(held=held, new=new, on=day)
        if found:
            put(lines=new, price=found.price, amount=found.amount, list_amount=found.amount)
        keeps = new[0].price is not None and new[0].price == held[0].price
        ends = [ends_of(each) for each in held] if keeps else []
        renewed = _make_room(held, day)
        lines = [write(line=each) for each in new]
        _keep_promises(held, lines, found, day)
        for each, its_ends in zip(lines, ends, strict=False):
            carry_on(line=each, ends=its_ends)
        return _renewed(lines, until=renewed) if renewed else lines


def _units_beyond(held: list[SubscriptionLine], wish: Wish, day: date) -> list[SubscriptionLine]:
    """Lines for the units that no lock protects, at what they cost now; none where all are."""
    first = held[0]
    same = wish.charge in (None, _charge(first)) and wish.interval in (None, first.interval)
    beyond = units_beyond(held=held, quantity=wish.quantity, on=day) if same else None
    if beyond is None or wish.amount is not None:
        return []
    others = SubscriptionLine.objects.filter(subscription=first.subscription_id)
    wanted = SubscriptionLine(
        subscription=first.subscription,
        charge=_charge(first),
        instance=others.aggregate(last=Max("instance"))["last"] + 1,
        quantity=beyond,
        interval=first.interval,
        starts_on=day,
        ends_on=first.ends_on,
        trace=[_step("quantity", None, f"{_spelled(beyond)} more than are protected.")],
    )
    return [write(line=each) for each in sold(line=wanted, on_sale=AFTER_SALE)]


def _keep_promises(
    held: list[SubscriptionLine], lines: list[SubscriptionLine], found: Carried | None, day: date
) -> None:
    """End the locks of what is held no more, and let one go on where its policy carries it."""
    old, new = held[0].price, lines[0].price
    same = old and new and (old.charge_id, old.interval) == (new.charge_id, new.interval)
    if not same:
        end_locks(lines=held, on=day, why=LockEnd.CHANGED if new else LockEnd.CONTRACT)
    if found:
        go_on(found=found, line=lines[0])


def _changed(
    held: list[SubscriptionLine], wish: Wish, target: Plan, day: date, path: MigrationPath | None
) -> list[SubscriptionLine]:
    """The lines from the day on, not written yet."""
    first = held[0]
    plan, charge = first.bundle_plan or first.plan, _charge(first)
    same = target == plan and wish.charge in (None, charge)
    if same and wish.interval in (None, first.interval):
        return _requantified(held, wish, day)
    if charge is None and wish.charge is None:
        raise TermsNeeded(f"Its terms were agreed: name the charge of {plan} to change to.")
    last = later(line=first)
    wanted = SubscriptionLine(
        subscription=first.subscription,
        charge=wish.charge or charge,
        instance=first.instance,
        quantity=wish.quantity or (_quantity(first) if _alike(plan, target) else None),
        interval=wish.interval or first.interval,
        amount=wish.amount,
        list_amount=wish.list_amount,
        starts_on=day,
        ends_on=last[-1].ends_on if last else first.ends_on,
        origin=Origin.CHANGE,
        trace=[_asked(path, plan, target, day)],
    )
    allowed = AFTER_SALE if path or target == plan else ON_SALE
    lines = sold(line=wanted, on_sale=allowed)
    by_product = {line.product_id: line for line in held}
    for new in lines:
        new.origin = Origin.CHANGE
        old = by_product.pop(new.product_id, held[0] if len(held) == len(lines) == 1 else None)
        if old:
            follow(new=new, line=old)
    return lines


def _requantified(held: list[SubscriptionLine], wish: Wish, day: date) -> list[SubscriptionLine]:
    """The same for another quantity, at the price held; or on terms agreed anew."""
    first, old = held[0], _quantity(held[0])
    quantity = wish.quantity or old
    if wish.amount is None and quantity == old:
        raise NothingChanges("Name another plan, quantity, interval or amount.")
    amount, list_amount = _money(held, wish, quantity)
    bundles = {"bundle_quantity": quantity} if first.bundle_plan_id else {}
    price = first.price if wish.amount is None else None
    reason = f"From {_spelled(old)} to {_spelled(quantity)} on {day}, "
    reason += "at the price held." if price else "on terms that were agreed."
    trace = [_step("quantity", None, reason)]
    new = []
    for n, line in enumerate(held):
        last = later(line=line)
        own = round(line.quantity * quantity / old, DIGITS) if bundles else quantity
        new.append(
            successor(
                line=line,
                on=day,
                origin=Origin.CHANGE,
                trace=trace,
                price=price,
                quantity=own,
                ends_on=last[-1].ends_on if last else line.ends_on,
                amount=_share(held, amount, n),
                list_amount=None if list_amount is None else _share(held, list_amount, n),
                **bundles,
            )
        )
    return new


def _money(
    held: list[SubscriptionLine], wish: Wish, quantity: Decimal
) -> tuple[Decimal, Decimal | None]:
    """What the quantity costs: as agreed, or by the price held, with the discount there is."""
    if wish.amount is not None:
        return wish.amount, wish.list_amount
    first, currency = held[0], held[0].subscription.currency
    if first.price is None:
        raise TermsNeeded(f"The terms of {first} were agreed: name the amount for the quantity.")
    listed = amount_of(first.price.terms(), quantity, currency=currency).total
    before = sum(line.list_amount for line in held)
    paid = sum(line.amount for line in held)
    if paid == before or not before:
        return listed, listed
    return round_money(listed * paid / before, currency), listed


def _share(held: list[SubscriptionLine], amount: Decimal, place: int) -> Decimal:
    if len(held) == 1:
        return amount
    keys = [line.product_id or 0 for line in held]
    weights = [line.amount for line in held]
    currency = held[0].subscription.currency
    return allocate(amount=amount, weights=weights, keys=keys, currency=currency)[place]


def _make_room(held: list[SubscriptionLine], day: date) -> date | None:
    """Close what is held on the day, and answer the last day of the renewals that this undoes."""
    undone = [
        line.starts_on
        for part in held
        for line in later(line=part)
        if line.origin in (Origin.RENEWAL, Origin.MIGRATION)
    ]
    close_all(lines=held, on=day)
    return max(undone, default=None)


def _renewed(lines: list[SubscriptionLine], until: date) -> list[SubscriptionLine]:
    """Renew again, at every end of a term that was passed already."""
    day = lines[0].boundary_after(lines[0].starts_on)
    while day <= until:
        lines = renew_holding(line=lines[0], on=day)
        day = lines[0].boundary_after(day)
    return lines


def _charge(line: SubscriptionLine) -> Charge | None:
    """What was sold: the charge of the bundle, known from its price, or that of the line."""
    if line.bundle_plan_id is None:
        return line.charge
    return line.price.charge if line.price else None


def _alike(plan: Plan, target: Plan) -> bool:
    """Whether so many of one are so many of the other: seats of a tier are no bundles."""
    return (plan.kind in COMPOSITE) == (target.kind in COMPOSITE)


def _quantity(line: SubscriptionLine) -> Decimal | None:
    return line.bundle_quantity or line.quantity


def _spelled(quantity: Decimal | None) -> str:
    return "an unknown quantity" if quantity is None else f"{quantity.normalize():f}"


def _asked(path: MigrationPath | None, plan: Plan, target: Plan, day: date) -> dict:
    reason = f"Asked for: from {plan} to {target} on {day}"
    if path and path.timing == Timing.PERIOD_END:
        reason += ", the end of the term, as their path says"
    subject = f"/migration-paths/{path.pk}/" if path else None
    return _step("change", subject, f"{reason}.")


def _step(step: str, subject: str | None, reason: str) -> dict:
    return {"step": step, "subject": subject, "considered": 1, "matched": subject, "reason": reason}
