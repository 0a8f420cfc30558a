"""Rows of the catalog and of people, each with what it needs."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count

from django.contrib.auth.models import Group, Permission
from django.db.models import Model

from config.access.models import User
from config.audit.coverage import models_by_table
from portfolio.models import (
    CustomerNeed,
    Persona,
    Portfolio,
    Product,
    Region,
    Segment,
)
from pricing.models import (
    Charge,
    CreditTerms,
    CreditUnit,
    ExchangeRate,
    Feature,
    GrandfatheringPolicy,
    Incentive,
    Plan,
    PlanVersion,
    Price,
    PriceBook,
    PriceRelease,
    PriceTier,
    RateTable,
)

DAY = date(2026, 1, 1)
LATER = date(9000, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
numbers = count(1)


def user() -> User:
    return User.objects.create(email=f"u{next(numbers)}@example.org", name="Ann", password="x")


def portfolio() -> Portfolio:
    return Portfolio.objects.create(code=f"home{next(numbers)}", name="Home")


def product() -> Product:
    return Product.objects.create(code=f"p{next(numbers)}", name="P", portfolio=portfolio())


def persona() -> Persona:
    return Persona.objects.create(code=f"pe{next(numbers)}", name="P")


def need() -> CustomerNeed:
    return CustomerNeed.objects.create(code=f"n{next(numbers)}", name="N")


def segment() -> Segment:
    return Segment.objects.create(code=f"s{next(numbers)}", name="S", rank=next(numbers))


def region() -> Region:
    return Region.objects.create(code=f"r{next(numbers)}", name="R", rank=next(numbers))


def plan() -> Plan:
    return Plan.objects.create(code=f"t{next(numbers)}", name="T", product=product(), rank=1)


def bundle() -> Plan:
    home = portfolio()
    return Plan.objects.create(code=f"b{next(numbers)}", name="B", kind="bundle", portfolio=home)


def version(of: Callable[[], Plan] = plan) -> PlanVersion:
    return PlanVersion.objects.create(plan=of(), number=1, starts_on=DAY)


def feature() -> Feature:
    code = f"f{next(numbers)}"
    return Feature.objects.create(code=code, name="F", product=product(), value_type="quantity")


def unit() -> CreditUnit:
    return CreditUnit.objects.create(code=f"u{next(numbers)}", name="U", portfolio=portfolio())


def incentive() -> Incentive:
    return Incentive(
        code=f"i{next(numbers)}",
        name="I",
        rank=next(numbers),
        value=50,
        redeem_from=DAY,
        redeem_until=NOON.date() + timedelta(days=9),
        duration_days=90,
    )


def saved_incentive() -> Incentive:
    row = incentive()
    row.save()
    return row


def rate() -> ExchangeRate:
    table = RateTable.objects.create(code=f"r{next(numbers)}", name="R", currency="USD")
    facts = {"currency": "EUR", "rate": "1.1", "source": "A bank.", "starts_on": DAY}
    return ExchangeRate(table=table, **facts)


def terms() -> CreditTerms:
    home = portfolio()
    pack = Plan.objects.create(
        code=f"p{next(numbers)}", name="P", kind="credit_pack", portfolio=home
    )
    of = CreditUnit.objects.create(code=f"u{next(numbers)}", name="U", portfolio=home)
    return CreditTerms(plan=pack, unit=of)


def book() -> PriceBook:
    return PriceBook.objects.create(code=f"b{next(numbers)}", name="B", segment=segment())


def release() -> PriceRelease:
    return PriceRelease.objects.create(book=book(), title="R", effective_on=DAY, author=user())


def price() -> Price:
    drafted, charge = release(), Charge.objects.create(plan=plan())
    return Price(
        release=drafted,
        book=drafted.book,
        charge=charge,
        currency="USD",
        model="flat",
        flat_amount=1,
        starts_on=DAY,
    )


def tier() -> PriceTier:
    row = price()
    row.save()
    return PriceTier(price=row, from_quantity=0)


def policy() -> GrandfatheringPolicy:
    number = next(numbers)
    facts = {"effective_on": DAY, "until": "forever", "author": user(), "rank": number}
    return GrandfatheringPolicy(code=f"gp{number}", title="P", **facts)


def stored(row: Model) -> Model:
    row.save()
    return row


def scope(column: str, make: Callable[[], Model]) -> Callable[[], Model]:
    """A row of the scope of a policy."""
    table, of = f"pricing_grandfatheringpolicy_{column}s", column.replace("book", "pricebook")
    both = {"grandfatheringpolicy": lambda: stored(policy()), of: make}
    return lambda: link(table, **both)


def link(table: str, **columns: Callable[[], Model]) -> Model:
    model = models_by_table()[table]
    return model(**{f"{name}_id": make().pk for name, make in columns.items()})


def group() -> Group:
    return Group.objects.create(name=f"g{next(numbers)}")


def permission() -> Permission:
    return Permission.objects.order_by("?").first()
