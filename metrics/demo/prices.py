"""What Larkfield's products cost: a price list, a segment's, a contract's, and changes to come."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.db import transaction

from accounts.models import Account
from config.access.models import User
from config.money import from_minor, round_money
from metrics.demo.catalog import PRODUCTS, month
from metrics.demo.people import PERSONAS
from portfolio.models import Motion, Segment
from pricing.drafting import draft
from pricing.models import (
    Charge,
    Price,
    PriceBook,
    PriceInterval,
    PriceRelease,
    PriceTier,
    ReleaseTreatment,
)
from pricing.publication import approve, publish, submit

CURRENCY = "USD"
MONTHS_A_YEAR_COSTS = 10
ENTERPRISE = Decimal("0.88")
CONTRACT = Decimal("0.75")
WITHOUT_A_YEAR = "mailroom"  # nobody commits to a year of what ends
Line = tuple[Price, list[PriceTier]]


@transaction.atomic
def make_prices(*, on: date) -> int:
    """Add the demo's price books and releases, where there are none; how many lines these have."""
    charges = {
        charge.plan.code: charge
        for charge in Charge.objects.filter(code="base").select_related("plan")
    }
    segment = Segment.objects.filter(code="enterprise").first()
    customer = Account.objects.order_by("code").first()
    whole = all(f"{p.code}-{t.code}" in charges for p in PRODUCTS for t in p.tiers)
    if PriceBook.objects.exists() or not (whole and segment and customer):
        return 0
    standard = PriceBook.objects.create(code="standard", name="Price list")
    large = PriceBook.objects.create(code="enterprise", name="Enterprise", segment=segment)
    contract = PriceBook.objects.create(
        code=f"contract-{customer.code}",
        name=f"Contract with {customer.name}",
        account_code=customer.code,
    )
    for since in sorted({product.since for product in PRODUCTS}, reverse=True):
        names = [product.name for product in PRODUCTS if product.since == since]
        title = f"{names[0]} and {len(names) - 1} more" if names[1:] else names[0]
        released(standard, title, month(on, since), _list_prices(charges, since), on=on)
    released(standard, "Sold together", month(on, 12), _together(charges), on=on)
    released(large, "Enterprise terms", month(on, 18), _large(charges), on=on)
    released(contract, "Three years of CRM", month(on, 11), _contract(charges), on=on)
    released(standard, "Desk for support teams", month(on, -2), _desk(charges), on=on)
    waiting = _drafted(standard, "CRM in the new year", month(on, -3), _crm(charges))
    submit(release=waiting, by=waiting.author)
    return Price.objects.count()


def _list_prices(charges: dict[str, Charge], since: int) -> Iterable[Line]:
    for product in PRODUCTS:
        for tier in product.tiers if product.since == since else ():
            charge, price = charges[f"{product.code}-{tier.code}"], from_minor(tier.price, CURRENCY)
            yield _seat(charge, price)
            if product.code != WITHOUT_A_YEAR:
                yield _seat(charge, price * MONTHS_A_YEAR_COSTS, interval=PriceInterval.YEAR)


def _together(charges: dict[str, Charge]) -> Iterable[Line]:
    """A bundle within guidance, and a platform that gives away more than that."""
    for code, price in (("front-office", Decimal(149)), ("larkfield-one", Decimal(649))):
        if code in charges:
            yield _seat(charges[code], price)
            yield _seat(charges[code], price * MONTHS_A_YEAR_COSTS, interval=PriceInterval.YEAR)


def _large(charges: dict[str, Charge]) -> Iterable[Line]:
    """Enterprise pays less for most, and by volume for the data platform."""
    for product in PRODUCTS:
        for tier in product.tiers[-1:] if product.fit[2] >= 1 else ():
            charge, price = charges[f"{product.code}-{tier.code}"], from_minor(tier.price, CURRENCY)
            price = round_money(price * ENTERPRISE, CURRENCY)
            if product.code == "data-platform":
                yield _volume(charge, price)
            else:
                yield _seat(charge, price)


def _contract(charges: dict[str, Charge]) -> Iterable[Line]:
    price = from_minor(9_900, CURRENCY)
    yield _seat(charges["crm-enterprise"], round_money(price * CONTRACT, CURRENCY))


def _desk(charges: dict[str, Charge]) -> Iterable[Line]:
    yield _seat(charges["desk-team"], Decimal(27))
    yield _seat(charges["desk-pro"], Decimal(59))


def _crm(charges: dict[str, Charge]) -> Iterable[Line]:
    yield _seat(charges["crm-starter"], Decimal(19))
    yield _seat(charges["crm-pro"], Decimal(54))
    yield _seat(charges["crm-pro"], Decimal(528), interval=PriceInterval.YEAR)
    yield _volume(charges["crm-enterprise"], Decimal(105))


def _seat(charge: Charge, unit: Decimal, **facts) -> Line:
    return Price(charge=charge, currency=CURRENCY, model="per_unit", unit_amount=unit, **facts), []


def _volume(charge: Charge, unit: Decimal) -> Line:
    edges = (0, 50, 250, None)
    tiers = [
        PriceTier(
            from_quantity=low,
            to_quantity=high,
            unit_amount=round_money(unit * (10 - number) / 10, CURRENCY),
        )
        for number, (low, high) in enumerate(pairwise(edges))
    ]
    return Price(charge=charge, currency=CURRENCY, model="volume"), tiers


def _drafted(book: PriceBook, title: str, day: date, lines: Iterable[Line]) -> PriceRelease:
    release = PriceRelease(
        book=book,
        title=title,
        effective_on=day,
        existing_treatment=ReleaseTreatment.NEXT_BOUNDARY,
        motions=[Motion.TIER_UPSELL],
        author=_person("finance_preparer"),
    )
    return draft(release=release, lines=list(lines))


def released(
    book: PriceBook, title: str, day: date, lines: Iterable[Line], *, on: date
) -> PriceRelease:
    release = _drafted(book, title, day, lines)
    submit(release=release, by=release.author)
    approver = _person("finance_approver")
    approve(release=release, by=approver, content_hash=release.content_hash)
    return publish(release=release, by=approver, on=on, may_correct=True)


def _person(role: str) -> User:
    email = next(persona.email for persona in PERSONAS if persona.role == role)
    return User.objects.get(email=email)
