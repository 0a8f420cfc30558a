"""What things cost, in which book."""

from datetime import date
from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from pricing.drafting import draft
from pricing.models import (
    Charge,
    Price,
    PriceBook,
    PriceRelease,
    PriceTier,
    ReleaseTreatment,
)
from pricing.publication import approve, publish, submit
from tests.factories.catalog import SINCE, SegmentFactory
from tests.factories.people import UserFactory


class PriceBookFactory(DjangoModelFactory):
    """A book for a segment of its own."""

    class Meta:
        model = PriceBook

    code = Sequence("book-{}".format)
    name = SelfAttribute("code")
    segment = SubFactory(SegmentFactory)


class PriceReleaseFactory(DjangoModelFactory):
    """A draft without lines."""

    class Meta:
        model = PriceRelease

    book = SubFactory(PriceBookFactory)
    title = Sequence("Release {}".format)
    effective_on = date(2030, 1, 1)
    existing_treatment = ReleaseTreatment.KEEP
    author = SubFactory(UserFactory)


def flat(charge: Charge, amount: object, **facts) -> Price:
    """A line that sets a flat price, unless the facts say otherwise."""
    amounts = {} if amount is None else {"flat_amount": Decimal(str(amount))}
    return Price(**{"charge": charge, "currency": "USD", "model": "flat", **amounts, **facts})


def bands(*rows: tuple) -> list[PriceTier]:
    """Bands from (above, up to, unit) or (above, up to, unit, flat)."""
    names = ("from_quantity", "to_quantity", "unit_amount", "flat_amount")
    numbers = ([None if n is None else Decimal(str(n)) for n in row] for row in rows)
    return [PriceTier(**dict(zip(names, row, strict=False))) for row in numbers]


def drafted(book: PriceBook, *lines, on: date = SINCE, **facts) -> PriceRelease:
    """A draft with lines: prices, or (price, bands)."""
    release = PriceReleaseFactory.build(
        book=book, effective_on=on, author=facts.pop("author", None) or UserFactory(), **facts
    )
    told = [line if isinstance(line, tuple) else (line, ()) for line in lines]
    return draft(release=release, lines=told)


def approved(release: PriceRelease) -> PriceRelease:
    """The draft, submitted by its author and approved by somebody else."""
    submit(release=release, by=release.author)
    return approve(release=release, by=UserFactory(), content_hash=release.content_hash)


def published(book: PriceBook, *lines, on: date = SINCE, **facts) -> PriceRelease:
    """A release in force from a day on; today is that day."""
    release = approved(drafted(book, *lines, on=on, **facts))
    return publish(release=release, by=release.approver, on=on)
