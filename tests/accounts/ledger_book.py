"""A small catalog and accounts to write ledgers of."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts.models import (
    Account,
    AccountProfile,
    LedgerEntry,
    Part,
    ProductSet,
    Subscription,
    SubscriptionLine,
)
from accounts.subscriptions import add_line
from portfolio.models import Portfolio, Product, ProductRole, Segment
from pricing.models import Charge, Plan
from tests.accounts import ledger_oracle as oracle

SINCE = date(2020, 1, 1)


def catalog(products: int = 3, tiers: int = 2) -> list[Charge]:
    """Charges of every tier of every product, and two segments."""
    home = Portfolio.objects.create(code="home", name="Home")
    for rank, code in enumerate(["smb", "enterprise"]):
        Segment.objects.create(code=code, name=code, rank=rank)
    charges = []
    for number in range(products):
        product = Product.objects.create(
            code=f"p{number}",
            name=f"P{number}",
            portfolio=home,
            role=ProductRole.ANCHOR,
            available_from=SINCE,
        )
        for rank in range(tiers):
            plan = Plan.objects.create(
                code=f"p{number}-t{rank}",
                name=f"T{rank}",
                product=product,
                rank=rank,
                available_from=SINCE,
            )
            charges.append(Charge.objects.create(plan=plan))
    return charges


def customer(code: str = "acme") -> Account:
    return Account.objects.create(code=code, name=code, created_on=SINCE)


numbers = count(1)


def agreement(account: Account) -> Subscription:
    """A subscription that another writer does not make at the same time."""
    code = f"{account.code}-{next(numbers)}"
    return Subscription.objects.create(code=code, account=account, currency="USD", starts_on=SINCE)


def hold(account: Account, charge: Charge, start: date, amount: int, **facts) -> SubscriptionLine:
    """A line of a subscription of its own, through the decision that keeps the ledger."""
    line = SubscriptionLine(charge=charge, starts_on=start, amount=Decimal(amount), **facts)
    return add_line(subscription=agreement(account), line=line)


def in_force(account: Account) -> dict[date, dict]:
    """The entries of an account that no later one takes back, in the oracle's words."""
    members = dict(ProductSet.objects.values_list("pk", "products"))
    last = {}
    for entry in LedgerEntry.objects.filter(account=account).order_by("position"):
        last[entry.effective_on] = entry
    return {
        day: {
            "kind": entry.kind,
            "sets": (members[entry.set_before_id], members[entry.set_after_id]),
            "mrr": (entry.mrr_before, entry.mrr_after),
            "markets": (
                (entry.segment_before_id, entry.region_before_id),
                (entry.segment_after_id, entry.region_after_id),
            ),
            "is_first": entry.is_first,
            "parts": {name: getattr(entry, name) for name in Part.values if getattr(entry, name)},
        }
        for day, entry in last.items()
        if entry.sign == 1
    }


def told_again(account: Account) -> dict[date, dict]:
    """What the oracle says of the account's rows."""
    lines = [
        oracle.Line(
            row.pk,
            row.product_id,
            row.plan_id,
            row.starts_on,
            row.ends_on,
            row.mrr,
            row.quantity,
            row.list_amount,
            row.plan.kind,
        )
        for row in SubscriptionLine.objects.standing()
        .filter(account=account)
        .select_related("plan")
    ]
    profiles = [
        oracle.Profile(row.segment_id, row.region_id, row.starts_on, row.ends_on)
        for row in AccountProfile.objects.filter(account=account)
    ]
    return oracle.expected(lines, profiles)
