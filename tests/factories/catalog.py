"""What is sold, and to which markets."""

from datetime import date
from decimal import Decimal

from factory import SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from portfolio.models import (
    CoherenceOverride,
    CustomerNeed,
    Depth,
    Integration,
    Persona,
    Portfolio,
    Product,
    ProductRole,
    Question,
    Region,
    Segment,
    SequenceKind,
    Threshold,
    WorkflowEdge,
)
from portfolio.models import Sequence as Step
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


class PersonaFactory(DjangoModelFactory):
    class Meta:
        model = Persona

    code = Sequence("persona-{}".format)
    name = SelfAttribute("code")


class NeedFactory(PersonaFactory):
    class Meta:
        model = CustomerNeed

    code = Sequence("need-{}".format)


class IntegrationFactory(DjangoModelFactory):
    """Of two new products, if nobody names them."""

    class Meta:
        model = Integration

    product_a = SubFactory(ProductFactory)
    product_b = SubFactory(ProductFactory)
    depth = Depth.DEEP


class WorkflowEdgeFactory(DjangoModelFactory):
    class Meta:
        model = WorkflowEdge

    from_product = SubFactory(ProductFactory)
    to_product = SubFactory(ProductFactory)


class StepFactory(DjangoModelFactory):
    """A sequence of two products."""

    class Meta:
        model = Step

    before = SubFactory(ProductFactory)
    after = SubFactory(ProductFactory)
    kind = SequenceKind.REQUIRES
    min_adoption = Decimal("0.6")


class OverrideFactory(DjangoModelFactory):
    class Meta:
        model = CoherenceOverride

    product_a = SubFactory(ProductFactory)
    product_b = SubFactory(ProductFactory)
    question = Question.NEEDS
    score = Decimal("0.5")
    note = "We asked them."
