"""How products are put before customers, how they end, and what is compared with."""

from factory import Sequence, SubFactory
from factory.django import DjangoModelFactory

from portfolio.models import (
    Asset,
    AssetKind,
    Benchmark,
    Channel,
    OwnerModel,
    Posture,
    RegionCountry,
    SegmentEnablement,
    SunsetPlan,
    Targeting,
)
from pricing.models import PlanEnablement
from tests.factories.catalog import (
    SINCE,
    PlanFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
)


def letters(number: int) -> str:
    """Two capital letters, another pair for each of 676 numbers."""
    return chr(65 + number // 26 % 26) + chr(65 + number % 26)


class RegionCountryFactory(DjangoModelFactory):
    class Meta:
        model = RegionCountry

    region = SubFactory(RegionFactory)
    country = Sequence(letters)


class TargetingFactory(DjangoModelFactory):
    class Meta:
        model = Targeting

    product = SubFactory(ProductFactory)
    segment = SubFactory(SegmentFactory)
    posture = Posture.RECOMMEND


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = Channel

    product = SubFactory(ProductFactory)
    owner_model = OwnerModel.CSM_LED


class AssetFactory(DjangoModelFactory):
    class Meta:
        model = Asset

    name = Sequence("Asset {}".format)
    kind = AssetKind.DEMO
    product = SubFactory(ProductFactory)
    url = "https://example.org/demo"
    published_on = SINCE


class SunsetPlanFactory(DjangoModelFactory):
    """Nothing takes the product's place."""

    class Meta:
        model = SunsetPlan

    product = SubFactory(ProductFactory)
    no_successor = True
    reason = "Nobody asks for it any more."
    notice_days = 180


class SegmentEnablementFactory(DjangoModelFactory):
    class Meta:
        model = SegmentEnablement

    product = SubFactory(ProductFactory)
    segment = SubFactory(SegmentFactory)


class PlanEnablementFactory(DjangoModelFactory):
    class Meta:
        model = PlanEnablement

    product = SubFactory(ProductFactory)
    plan = SubFactory(PlanFactory)


class BenchmarkFactory(DjangoModelFactory):
    class Meta:
        model = Benchmark

    key = Sequence("benchmark-{}".format)
    name = "A figure"
    low = "0.1"
    high = "0.2"
    source = "A test."
    published_on = SINCE
