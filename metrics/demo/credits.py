"""What Larkfield sells beside seats: credits, and a discount on the second product."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.credits.drawing import draw
from accounts.credits.granting import grant
from accounts.credits.subscribed import grant_all_due
from accounts.models import Account, CreditGrant, Subscription, SubscriptionLine
from accounts.subscriptions import start
from config.periods import add_months
from metrics.demo.prices import CURRENCY, released
from pricing.burning import set_rate
from pricing.models import (
    Cadence,
    Charge,
    CreditTerms,
    CreditUnit,
    Feature,
    Incentive,
    OnEmpty,
    Plan,
    Price,
    PriceBook,
)

PACK, CREDITS, A_MONTH = "credits-10k", Decimal(10_000), Decimal(199)
OVERAGE = Decimal("0.025")
# What a unit costs in credits, and alone in money: a look-up alone is dear.
RATES = {
    "campaigns-sends": (1, "0.004", "campaigns-essentials"),
    "campaigns-contacts": (5, "0.02", "campaigns-essentials"),
    "prospect-lookups": (20, "0.30", "prospect-basic"),
}
# Of each customer the use of a month: the first comes out even, the last goes beyond.
USES = ((2_000, 800, 200), (1_200, 300, 90), (4_000, 900, 260))
SECOND = "insights-team"
NEWCOMERS = 4


@transaction.atomic
def make_credits(*, on: date) -> int:
    """Add credits with a pack and its customers, and the incentive; how many customers have them.

    Nothing where there are credits already, or where catalog and prices are not the demo's.
    """
    plans = {plan.code: plan for plan in Plan.objects.filter(charges__code="base")}
    book = PriceBook.objects.filter(code="standard").first()
    needed = {PACK, *(plan for _, _, plan in RATES.values())}
    if CreditUnit.objects.exists() or book is None or not needed <= plans.keys():
        return 0
    pack, since = plans[PACK], add_months(on, -2)
    unit = CreditUnit.objects.create(
        code="credits", name="Larkfield credits", portfolio=pack.portfolio
    )
    _price(book, pack, plans, since=add_months(on, -6), on=on)
    CreditTerms.objects.create(
        plan=pack,
        unit=unit,
        on_empty=OnEmpty.OVERAGE,
        overage_charge=pack.charges.get(code="overage"),
    )
    for code, (credits, _, _) in RATES.items():
        feature = Feature.objects.get(code=code)
        set_rate(unit=unit, feature=feature, credits=Decimal(credits), starts_on=since)
    return _customers(unit, pack, since, on) + _newcomers(plans, on)


def _price(book: PriceBook, pack: Plan, plans: dict[str, Plan], *, since: date, on: date) -> None:
    lines = [
        Price(
            charge=pack.charges.get(code="base"),
            currency=CURRENCY,
            model="credit",
            flat_amount=A_MONTH,
            credits=CREDITS,
        ),
        _by_usage(pack, "overage", OVERAGE),
    ]
    for code, (_, alone, plan) in RATES.items():
        feature = Feature.objects.get(code=code)
        lines.append(_by_usage(plans[plan], code.split("-")[-1], Decimal(alone), feature=feature))
    released(book, "Credits, and prices by usage", since, [(line, []) for line in lines], on=on)


def _by_usage(plan: Plan, code: str, unit: Decimal, **facts) -> Price:
    charge, _ = Charge.objects.get_or_create(
        plan=plan, code=code, defaults={"cadence": Cadence.USAGE, **facts}
    )
    return Price(charge=charge, currency=CURRENCY, model="per_unit", unit_amount=unit)


def _customers(unit: CreditUnit, pack: Plan, since: date, on: date) -> int:
    """Customers of Campaigns with the pack, who use their credits, one of them more than all."""
    holders = _holding("campaigns", on)[: len(USES)]
    for account in holders:
        _sell(account, pack, since, suffix="credits")
    grant_all_due(on=on)
    for account, use in zip(holders, USES, strict=False):
        for month in (since, add_months(since, 1)):
            _use(account, unit, month + timedelta(days=14), use)
    if holders:
        gift = CreditGrant(
            account=holders[-1],
            unit=unit,
            credits=Decimal(500),
            starts_on=on,
            ends_on=add_months(on, 3),
            reason="Sorry for the outage",
        )
        grant(wanted=gift, on=on)
    return len(holders)


def _use(account: Account, unit: CreditUnit, day: date, use: tuple[int, ...]) -> None:
    noon = datetime.combine(day, time(12), tzinfo=timezone.get_current_timezone())
    for code, units in zip(RATES, use, strict=True):
        feature = Feature.objects.get(code=code)
        draw(
            account=account,
            unit=unit,
            feature=feature,
            units=Decimal(units),
            at=noon,
            on=day,
            key=f"{code}-{day}",
        )


def _newcomers(plans: dict[str, Plan], on: date) -> int:
    """Customers of one product who took a second one at half the price."""
    if SECOND not in plans:
        return 0
    incentive = Incentive.objects.create(
        code="second-product",
        name="Half price for the second product",
        rank=1,
        value=50,
        redeem_from=add_months(on, -4),
        redeem_until=add_months(on, 8),
        duration_days=90,
        nth_product=2,
    )
    singles = [each for each in _holding("crm", on) if _products(each, on) == {"crm"}]
    begins = on - timedelta(days=30)
    chosen = [each for each in singles if _products(each, begins) == {"crm"}][:NEWCOMERS]
    for account in chosen:
        _sell(account, plans[SECOND], begins, suffix="insights", incentives={0: [incentive]})
    return len(chosen)


def _holding(product: str, on: date) -> list[Account]:
    lines = SubscriptionLine.objects.live(on=on).filter(product__code=product)
    accounts = Account.objects.filter(pk__in=lines.values("account"), currency=CURRENCY)
    return list(accounts.order_by("created_on", "code")[:60])


def _products(account: Account, on: date) -> set[str]:
    lines = SubscriptionLine.objects.live(on=on).filter(account=account)
    return set(lines.values_list("product__code", flat=True))


def _sell(account: Account, plan: Plan, on: date, *, suffix: str, **facts) -> None:
    line = SubscriptionLine(charge=plan.charges.get(code="base"), starts_on=on)
    subscription = Subscription(
        code=f"{account.code}-{suffix}", account=account, currency=CURRENCY, starts_on=on
    )
    start(subscription=subscription, lines=[line], **facts)
