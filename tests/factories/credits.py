"""Credits: a unit with its burn table, packs, and what customers were granted and used."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.credits import drawing, granting
from accounts.models import CreditGrant
from pricing.burning import set_rate
from pricing.models import CreditTerms, CreditUnit
from tests.factories.catalog import SINCE, PortfolioFactory
from tests.factories.customers import AccountFactory
from tests.factories.plans import BundleFactory, FeatureFactory

RATES = {"sends": 1, "contacts": 5, "lookups": 20}


class CreditUnitFactory(DjangoModelFactory):
    """Nothing more can be used when it is empty."""

    class Meta:
        model = CreditUnit

    code = Sequence("unit-{}".format)
    name = SelfAttribute("code")
    portfolio = SubFactory(PortfolioFactory)


class CreditTermsFactory(DjangoModelFactory):
    """A pack of the unit's portfolio."""

    class Meta:
        model = CreditTerms

    unit = SubFactory(CreditUnitFactory)
    plan = SubFactory(
        BundleFactory, kind="credit_pack", portfolio=SelfAttribute("..unit.portfolio")
    )


def rate(unit=None, feature=None, credits=1, starts_on: date = SINCE):
    """What a unit of a feature costs since a day."""
    unit, feature = unit or CreditUnitFactory(), feature or FeatureFactory()
    return set_rate(unit=unit, feature=feature, credits=Decimal(credits), starts_on=starts_on)


def burn_table(unit: CreditUnit, rates: dict = RATES) -> dict:
    """A feature of each code at so many credits, by its code."""
    features = {code: FeatureFactory(code=code) for code in rates}
    for code, credits in rates.items():
        rate(unit, features[code], credits)
    return features


def granted(account=None, unit=None, credits=100, starts_on: date = SINCE, **facts):
    """Credits, given as a promotion unless the facts say otherwise."""
    wanted = CreditGrant(
        account=account or AccountFactory(),
        unit=unit or CreditUnitFactory(),
        credits=Decimal(credits),
        starts_on=starts_on,
        **{"reason": "a test", **facts},
    )
    return granting.grant(wanted=wanted, on=starts_on)


def drawn(account, unit, feature, units, on: date, **facts):
    """A use at noon of the day."""
    return drawing.draw(
        account=account,
        unit=unit,
        feature=feature,
        units=Decimal(units),
        at=noon(on),
        on=on,
        **facts,
    )


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)
