"""Rows for tests: counted, never random; a factory makes its row and the rows it refers to."""

from tests.factories.catalog import (
    ChargeFactory,
    PlanFactory,
    PlanVersionFactory,
    PortfolioFactory,
    ProductFactory,
    RegionFactory,
    SegmentFactory,
    ThresholdFactory,
)
from tests.factories.customers import (
    AccountFactory,
    LineFactory,
    MemberFactory,
    SubscriptionFactory,
    TeamFactory,
    owned_by,
)
from tests.factories.people import UserFactory, program
from tests.factories.positioning import (
    AssetFactory,
    BenchmarkFactory,
    ChannelFactory,
    PlanEnablementFactory,
    RegionCountryFactory,
    SegmentEnablementFactory,
    SunsetPlanFactory,
    TargetingFactory,
)

__all__ = [
    "AccountFactory",
    "AssetFactory",
    "BenchmarkFactory",
    "ChannelFactory",
    "ChargeFactory",
    "LineFactory",
    "MemberFactory",
    "PlanEnablementFactory",
    "PlanFactory",
    "PlanVersionFactory",
    "PortfolioFactory",
    "ProductFactory",
    "RegionCountryFactory",
    "RegionFactory",
    "SegmentEnablementFactory",
    "SegmentFactory",
    "SubscriptionFactory",
    "SunsetPlanFactory",
    "TargetingFactory",
    "TeamFactory",
    "ThresholdFactory",
    "UserFactory",
    "owned_by",
    "program",
]
