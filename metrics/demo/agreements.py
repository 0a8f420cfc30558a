"""Customers of Larkfield who bought at its price list: what they pay follows from prices."""

from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef

from accounts.ledger import recording
from accounts.models import Account, Subscription, SubscriptionLine
from accounts.subscriptions import start
from metrics.demo.prices import CURRENCY
from pricing.models import Charge

CUSTOMERS = 24
APART = timedelta(days=5)
# What one after the other buys: plan, seats, interval and committed months.
DEALS = (
    ("desk-team", 8, "month", 1),
    ("crm-pro", 14, "month", 12),
    ("front-office", 5, "month", 1),
    ("desk-pro", 20, "year", 12),
    ("larkfield-one", 3, "year", 12),
    ("desk-pro", 11, "month", 6),
)


def make_agreements(*, on: date) -> int:
    """Let customers who hold nothing any more, or nothing yet, come back at list prices.

    Some of them renew at a price that a release to come sets. Nothing where somebody holds one of
    these plans by a price already; how many began otherwise.
    """
    charges = {charge.plan.code: charge for charge in _charges()}
    known = SubscriptionLine.objects.filter(price__charge__in=charges.values())
    if not charges or known.exists():
        return 0
    held = SubscriptionLine.objects.live(on=on).filter(account=OuterRef("pk"))
    free = Account.objects.exclude(Exists(held)).filter(currency=CURRENCY, created_on__lt=on)
    customers = list(free.order_by("code")[:CUSTOMERS])
    with recording(*(customer.pk for customer in customers)):
        for number, customer in enumerate(customers):
            plan, seats, interval, months = DEALS[number % len(DEALS)]
            _begin(
                customer,
                SubscriptionLine(charge=charges[plan], quantity=Decimal(seats), interval=interval),
                max(on - APART * (number + 1), customer.created_on),
                months,
            )
    return len(customers)


def _charges():
    plans = {plan for plan, *_ in DEALS}
    charges = Charge.objects.filter(code="base", plan__code__in=plans)
    found = list(charges.select_related("plan__product"))
    return found if len(found) == len(plans) else []


def _begin(customer: Account, line: SubscriptionLine, day: date, months: int) -> None:
    line.starts_on = day
    subscription = Subscription(
        code=f"{customer.code}-{line.charge.plan.code}",
        account=customer,
        currency=customer.currency,
        starts_on=day,
        term_months=months,
    )
    start(subscription=subscription, lines=[line])
