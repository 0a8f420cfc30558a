"""Larkfield's first customers of the Data Platform, whose discount became their price."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import Account, Subscription, SubscriptionLine
from accounts.subscriptions import start
from config.periods import add_months
from metrics.demo.prices import CURRENCY
from pricing.models import Charge, Incentive

PLAN = "data-platform-growth"
AGO = 15  # months
APART = timedelta(days=9)
SEATS = (6, 10, 4)


@transaction.atomic
def make_launch(*, on: date) -> int:
    """Add the discount of the launch and who has had it since; how many customers these are.

    Nothing where there is such a discount already, or no price that it could lower.
    """
    charge = Charge.objects.filter(plan__code=PLAN, code="base", prices__currency=CURRENCY).first()
    if charge is None or Incentive.objects.filter(code="launch-partner").exists():
        return 0
    discount = Incentive.objects.create(
        code="launch-partner",
        name="Launch partners of the Data Platform, two years at 40 % less",
        rank=2,
        value=40,
        redeem_from=add_months(on, -20),
        redeem_until=add_months(on, -12),
        duration_days=730,
    )
    discount.plans.add(charge.plan)
    partners = _partners(charge, add_months(on, -AGO), on)
    for number, (partner, seats) in enumerate(zip(partners, SEATS, strict=False)):
        day = add_months(on, -AGO) + APART * number
        subscription = Subscription(
            code=f"{partner.code}-launch", account=partner, currency=CURRENCY, starts_on=day
        )
        line = SubscriptionLine(charge=charge, quantity=Decimal(seats), starts_on=day)
        start(subscription=subscription, lines=[line], incentives={0: [discount]})
    return len(partners)


def _partners(charge: Charge, since: date, on: date) -> list[Account]:
    """Mid-sized customers of the CRM then and now who never had the Data Platform."""
    lines = SubscriptionLine.objects.filter(account=OuterRef("pk"))
    crm = lines.filter(product__code="crm")
    found = Account.objects.filter(
        Exists(crm.live(on=since)),
        Exists(crm.live(on=on)),
        ~Exists(lines.filter(product=charge.plan.product)),
        currency=CURRENCY,
        profiles__segment__code="mid-market",
        profiles__ends_on=None,
    )
    return list(found.order_by("created_on", "code")[: len(SEATS)])
