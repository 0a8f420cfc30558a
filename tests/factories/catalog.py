"""What is sold, and to which markets."""

from datetime import date

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from portfolio.models import Portfolio, Product, ProductRole, Region, Segment, Threshold
from pricing.models import Charge, Plan, PlanVersion

SINCE = date(2020, 1, 1)


class PortfolioFactory(DjangoModelFactory):
    class Meta:
        model = Portfolio
        django_get_or_create = ("code",)

    code = "home"
    name = SelfAttribute("code")


class ProductFactory(DjangoModelFactory):
    """On sale since 2020."""

    class Meta:
        model = Product

    code = Sequence("product-{}".format)
    name = SelfAttribute("code")
    portfolio = SubFactory(PortfolioFactory)
    role = ProductRole.ANCHOR
    available_from = SINCE


class SegmentFactory(DjangoModelFactory):
    class Meta:
        model = Segment

    code = Sequence("segment-{}".format)
    name = SelfAttribute("code")
    rank = Sequence(lambda n: n + 1)


class RegionFactory(SegmentFactory):
    class Meta:
        model = Region

    code = Sequence("region-{}".format)


class ThresholdFactory(DjangoModelFactory):
    class Meta:
        model = Threshold

    code = Sequence("threshold-{}".format)
    value = 1
    source = "A test."
    starts_on = SINCE


class PlanFactory(DjangoModelFactory):
    """A tier that is on sale since 2020."""

    class Meta:
        model = Plan

    product = SubFactory(ProductFactory)
    code = Sequence("plan-{}".format)
    name = SelfAttribute("code")
    rank = Sequence(lambda n: n + 1)
    available_from = SINCE


class PlanVersionFactory(DjangoModelFactory):
    class Meta:
        model = PlanVersion

    plan = SubFactory(PlanFactory)
    number = 1
    starts_on = SINCE


class ChargeFactory(DjangoModelFactory):
    class Meta:
        model = Charge

    plan = SubFactory(PlanFactory)
